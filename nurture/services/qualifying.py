"""Budget, authority, need and timing as they are told: every word is kept with its source and its day, and
the lead has the one that stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from nurture.domain.bant import BANT, FORM, Said, standing, told
from nurture.services.lead_rows import tell_changes
from nurture.services.library import Rules
from nurture.store.columns import new_id
from nurture.store.tables import leads, qualifications
from nurture.store.upserts import insert_unless_there


def take_told(conn: Connection, rules: Rules, lead_id: str, rows: Iterable[Row[Any]], now: datetime) -> None:
    """What the lead says by forms and answers. No statement where they say nothing of it."""
    answers = rules.dictionary.lifecycle.answers
    for row in rows:
        found = told(row.type, row.data or {}, answers)
        by = f"event {row.id}"
        if said := [Said(item, value, FORM, row.occurred_at, by) for item, value in found]:
            tell(conn, rules, lead_id, said, f"event/{row.id}", now)


def tell(
    conn: Connection, rules: Rules, lead_id: str, said: Sequence[Said], origin: str, now: datetime
) -> Sequence[str]:
    """The fields that have another value by it. ``origin``: makes it happen once."""
    if not said:
        return ()
    new = {one.item: one.value for one in said if one.item not in BANT}
    rows = [
        {"id": new_id(), "lead_id": lead_id, "key": f"{origin}/{one.item}", **vars(one)}
        for one in said
        if one.item in BANT
    ]
    if rows:
        conn.execute(insert_unless_there(conn, qualifications), rows)
        stands = standing(words_of(conn, lead_id), rules.dictionary.lifecycle.stale)
        new |= {item: one.value for item, one in stands.items()}
    return _write(conn, lead_id, new, now)


def words_of(conn: Connection, lead_id: str) -> list[Said]:
    """Everything that was said, in its order."""
    query = select(qualifications).where(qualifications.c.lead_id == lead_id)
    rows = conn.execute(query.order_by(qualifications.c.at, qualifications.c.id)).all()
    return [Said(row.item, row.value, row.source, row.at, row.by) for row in rows]


def _write(conn: Connection, lead_id: str, values: Mapping[str, str], now: datetime) -> Sequence[str]:
    fields = conn.execute(select(leads.c.fields).where(leads.c.id == lead_id)).scalar_one()
    changed = {name: value for name, value in values.items() if fields.get(name) != value}
    if not changed:
        return ()
    kept = {**fields, **changed}
    conn.execute(update(leads).where(leads.c.id == lead_id).values(fields=kept, updated_at=now))
    names = sorted(f"lead.{name}" for name in changed)
    tell_changes(conn, [(lead_id, names)], now, "told")
    return names
