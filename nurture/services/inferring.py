"""Budget, authority, need and timing that imports and programs bring: words of the weakest kind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from nurture.domain.bant import FIELDS, INFERRED, Said
from nurture.services.lead_rows import KnownLead
from nurture.services.library import Library
from nurture.services.qualifying import tell
from nurture.store.columns import new_id


def weigh(conn: Connection, saved: Sequence[KnownLead], now: datetime, source: str) -> None:
    """What was told to a person, or by the lead, is put back where it outdoes what was just written."""
    told = [lead for lead in saved if any(name in lead.changed for name in FIELDS.values())]
    if not told:
        return
    rules = Library().rules(conn)
    for lead in told:
        said = [
            Said(item, str(lead.values[name]), INFERRED, now, source[:100])
            for item, name in FIELDS.items()
            if name in lead.changed
        ]
        tell(conn, rules, lead.id, said, f"brought/{new_id()}", now)
