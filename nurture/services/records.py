"""Records of leads: deals, subscriptions, registrations, orders. They come with events, and from files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select, update

from nurture.domain.date_fields import at_home
from nurture.domain.dictionary import Dictionary
from nurture.domain.facts import Value
from nurture.services.lead_values import READERS, BadValue
from nurture.store.columns import new_id
from nurture.store.tables import records

LONGEST_KEY = 64
"""Characters of a key that stand in a cause as they are."""


@dataclass(frozen=True, slots=True)
class RecordRef:
    """What an event says of the record that it is about."""

    kind: str
    id: str
    """Unique within the kind: the sender's own."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Without the kind before: ``renewal_date``."""


def keep(conn: Connection, lead_id: str, ref: RecordRef, now: datetime) -> tuple[str, ...]:
    """Makes the record or gives it what is new; the whole names of the fields that have another value now.

    It belongs to the lead of the latest event."""
    row = conn.execute(
        select(records).where(records.c.kind == ref.kind, records.c.external_id == ref.id)
    ).one_or_none()
    if row is None:
        values: dict[str, Any] = {"id": new_id(), "kind": ref.kind, "external_id": ref.id, "lead_id": lead_id}
        values |= {"fields": dict(ref.fields), "created_at": now, "updated_at": now}
        conn.execute(insert(records).values(**values))
        return tuple(f"{ref.kind}.{name}" for name in ref.fields)
    changed = {name: value for name, value in ref.fields.items() if row.fields.get(name) != value}
    if changed or row.lead_id != lead_id:
        fresh = update(records).where(records.c.id == row.id)
        conn.execute(fresh.values(fields={**row.fields, **changed}, lead_id=lead_id, updated_at=now))
    return tuple(f"{ref.kind}.{name}" for name in changed)


def fill(conn: Connection, kind: str, key: str, fields: Mapping[str, Any], now: datetime) -> tuple[str, ...]:
    """Gives a record that is there other values; the whole names of the fields that have another one now."""
    own = select(records).where(records.c.kind == kind, records.c.external_id == key).with_for_update()
    row = conn.execute(own).one_or_none()
    changed = {name: value for name, value in fields.items() if row and row.fields.get(name) != value}
    if row and changed:
        fresh = update(records).where(records.c.id == row.id)
        conn.execute(fresh.values(fields={**row.fields, **changed}, updated_at=now))
    return tuple(f"{kind}.{name}" for name in changed)


def fields_of(
    conn: Connection, kind: str, key: str, dictionary: Dictionary, zone: ZoneInfo
) -> dict[str, Value]:
    """``deal.x`` of one record; empty if it is not there. ``zone``: of its lead."""
    query = select(records.c.fields).where(records.c.kind == kind, records.c.external_id == key)
    found: Mapping[str, Any] | None = conn.execute(query).scalar_one_or_none()
    return typed(kind, found or {}, dictionary, zone)


def typed(kind: str, fields: Mapping[str, Any], dictionary: Dictionary, zone: ZoneInfo) -> dict[str, Value]:
    """By whole names; empty ones are left out, and what does not fit its type stays as it is: conditions say
    so."""
    found = {f"{kind}.{name}": value for name, value in fields.items()}
    values = ((name, _typed(value, dictionary.fields.get(name), zone)) for name, value in found.items())
    return {name: value for name, value in values if value is not None and value != ""}


def keys_of(conn: Connection, kind: str, lead_id: str) -> list[str]:
    query = select(records.c.external_id).where(records.c.kind == kind, records.c.lead_id == lead_id)
    return list(conn.scalars(query.order_by(records.c.external_id)))


def cause_of(base: str, key: str) -> str:
    """A cause for each record, where one thing lets in several of them."""
    short = key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"{base}/{short}"


def _typed(value: Any, kind: str | None, zone: ZoneInfo) -> Value | None:
    try:
        stored = READERS[kind](value) if kind in READERS and value is not None else value  # type: ignore[index]
    except BadValue:
        return value  # type: ignore[no-any-return]
    if kind == "date" and isinstance(stored, str):
        return at_home(datetime.fromisoformat(stored), zone)
    return stored
