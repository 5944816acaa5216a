"""The records of the leads of stories: what stands with the lead belongs to the only one, or to each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from nurture.authoring.stories.story import Lead
from nurture.domain.records import about
from nurture.services.changes import announce
from nurture.services.records import RecordRef, keep


def record_id(lead: str, name: str = "") -> str:
    return f"{lead}/{name}"


def keep_records(
    conn: Connection, lead: str, kind: str, told: Lead, loose: Mapping[str, Any], now: datetime
) -> None:
    for name, fields in (told.records or {"": {}}).items():
        values = {key.partition(".")[2]: stored(value) for key, value in {**fields, **loose}.items()}
        known = record_id(lead, name)
        changed = keep(conn, lead, RecordRef(kind, known, values), now)
        told_of = {"fields": list(changed), **about(kind, known)}
        announce(conn, lead, f"{kind}.changed", told_of, f"begins/{known}", now)


def stored(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
