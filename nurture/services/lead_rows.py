"""Leads as they stand in the database, and what is about to change in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, select, update

from nurture.countries import main_zone
from nurture.services.lead_values import Stored
from nurture.services.scans.plan import NEW_LEADS, hears_of_new_leads
from nurture.store.columns import new_id
from nurture.store.tables import events, identities, leads
from nurture.store.upserts import insert_unless_there

COLUMNS = ("first_name", "last_name", "phone", "country", "zone", "language")


@dataclass
class KnownLead:
    id: str
    email: str
    values: dict[str, Stored] = field(default_factory=dict)
    """By whole names, such as ``lead.country``."""
    account_id: str | None = None
    is_new: bool = False
    is_untouched: bool = False
    """New, and nothing was given for it yet."""
    is_changed: bool = False
    changed: dict[str, None] = field(default_factory=dict)
    """Names of changed fields, in order: for the event."""

    @classmethod
    def fresh(cls, email: str) -> KnownLead:
        return cls(new_id(), email, is_new=True, is_untouched=True)

    def take(self, given: Mapping[str, Stored], account_id: str | None) -> tuple[str, ...]:
        """The names of those that have another value now; the zone follows the country until it is given."""
        new = {n: v for n, v in given.items() if n.startswith("lead.") and self.values.get(n) != v}
        if "lead.zone" not in given and (guess := self._guessed_zone(new)):
            new["lead.zone"] = guess
        self.values |= new
        self.changed |= dict.fromkeys(new)
        moves = account_id is not None and (self.account_id is None or "account.domain" in given)
        if moves and self.account_id != account_id:
            self.account_id, self.is_changed = account_id, True
        self.is_changed |= bool(new)
        self.is_untouched = False
        return tuple(new)

    def _guessed_zone(self, new: Mapping[str, Stored]) -> str | None:
        before, country = self.values.get("lead.country"), new.get("lead.country")
        zone = self.values.get("lead.zone")
        if country is None or (zone is not None and (before is None or zone != main_zone(str(before)))):
            return None
        guess = main_zone(str(country))
        return guess if guess != zone else None

    def row(self) -> dict[str, Any]:
        plain = {name.removeprefix("lead."): value for name, value in self.values.items()}
        columns = {name: plain.pop(name, None) for name in COLUMNS}
        return {**columns, "fields": plain, "account_id": self.account_id}


def leads_by_address(
    conn: Connection, emails: Collection[str], *, lock: bool = False
) -> dict[str, KnownLead]:
    """Whoever has the address now, or has had it under an earlier name."""
    query = select(leads).where(leads.c.email.in_(emails), leads.c.merged_into.is_(None))
    found = {row["email"]: _known(row) for row in _rows(conn, query, lock)}
    if missing := set(emails) - found.keys():
        by_id = {lead.id: lead for lead in found.values()}
        earlier = (
            select(leads, identities.c.value)
            .join(identities, identities.c.lead_id == leads.c.id)
            .where(identities.c.kind == "email", identities.c.value.in_(missing))
        )
        for row in _rows(conn, earlier, lock):
            found[row["value"]] = by_id.setdefault(row["id"], _known(row))
    return found


def save(conn: Connection, known: Iterable[KnownLead], now: datetime, source: str) -> frozenset[str]:
    """Returns addresses of new leads that somebody else made meanwhile; nothing is saved for these."""
    everyone = list(known)
    lost = _insert(conn, [lead for lead in everyone if lead.is_new], now)
    _update(conn, [lead for lead in everyone if lead.is_changed and not lead.is_new], now)
    told = [(lead.id, list(lead.changed)) for lead in everyone if lead.changed and not lead.is_new]
    tell_changes(conn, told, now, source)
    new = [lead for lead in everyone if lead.is_new and lead.email not in lost]
    if new and hears_of_new_leads(conn):
        tell_of_new(conn, [lead.id for lead in new], now, source)
    return lost


def tell_of_new(conn: Connection, ids: Sequence[str], now: datetime, source: str) -> None:
    fixed: dict[str, Any] = {
        "source": "nurture",
        "type": NEW_LEADS,
        "verdict": "human",
        "data": {"source": source},
    }
    fixed |= {"occurred_at": now, "received_at": now, "judge_at": now}
    rows = [{**fixed, "key": f"created/{lead}", "lead_id": lead} for lead in ids]
    conn.execute(insert_unless_there(conn, events), rows)


def tell_changes(
    conn: Connection, changes: Sequence[tuple[str, list[str]]], now: datetime, source: str
) -> None:
    """(lead, names of fields): one event each, so that journeys which wait for a field look again."""
    rows = [
        {
            "source": "nurture",
            "key": f"changed/{new_id()}",
            "type": "lead.changed",
            "lead_id": lead,
            "occurred_at": now,
            "received_at": now,
            "judge_at": now,
            "verdict": "human",
            "data": {"fields": fields, "source": source},
        }
        for lead, fields in changes
    ]
    if rows:
        conn.execute(events.insert(), rows)


def _insert(conn: Connection, new: Sequence[KnownLead], now: datetime) -> frozenset[str]:
    if not new:
        return frozenset()
    rows = [
        {"id": lead.id, "email": lead.email, "created_at": now, "updated_at": now, **lead.row()}
        for lead in sorted(new, key=lambda lead: lead.email)
    ]
    conn.execute(insert_unless_there(conn, leads), rows)
    made = set(
        conn.execute(select(leads.c.id).where(leads.c.email.in_([lead.email for lead in new]))).scalars()
    )
    names = [
        {"id": new_id(), "lead_id": lead.id, "kind": "email", "value": lead.email}
        for lead in new
        if lead.id in made
    ]
    if names:
        conn.execute(insert_unless_there(conn, identities), names)
    return frozenset(lead.email for lead in new if lead.id not in made)


def _update(conn: Connection, changed: Sequence[KnownLead], now: datetime) -> None:
    if not changed:
        return
    names = (*COLUMNS, "fields", "account_id", "updated_at")
    statement = update(leads).where(leads.c.id == bindparam("lead"))
    rows = [
        {
            "lead": lead.id,
            **{f"new_{name}": value for name, value in {**lead.row(), "updated_at": now}.items()},
        }
        for lead in changed
    ]
    conn.execute(statement.values(**{name: bindparam(f"new_{name}") for name in names}), rows)


def _rows(conn: Connection, query: Select[Any], lock: bool) -> Sequence[RowMapping]:
    ordered = query.order_by(leads.c.id)
    return conn.execute(ordered.with_for_update(of=leads) if lock else ordered).mappings().all()


def _known(row: RowMapping) -> KnownLead:
    values = {f"lead.{name}": value for name, value in row["fields"].items() if value is not None}
    values |= {f"lead.{name}": row[name] for name in COLUMNS if row[name] is not None}
    return KnownLead(row["id"], row["email"] or "", values, row["account_id"])
