"""Coming into a segment and leaving it: seen when something happens to a lead, and by scans of everybody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from nurture.domain.conditions import Condition, standing
from nurture.services.changes import announce
from nurture.services.entry_facts import entry_facts
from nurture.services.facts import Lead, lead_row
from nurture.services.library import Rules
from nurture.services.scans.plan import NEW_LEADS, SEGMENT
from nurture.store.tables import scans, segment_members
from nurture.store.upserts import insert_unless_there

TIME = "time"


def condition_of(rules: Rules, segment: str) -> Condition:
    return standing(rules.dictionary.segments.get(segment, ()))


def cross(
    conn: Connection, rules: Rules, lead_id: str, segments: Iterable[str], tokens: set[str], now: datetime
) -> None:
    """``tokens``: what has changed of the lead, as conditions read it; ``segments``: the watched ones."""
    everything = f"event:{NEW_LEADS}" in tokens
    asked = [
        name
        for name in segments
        if everything or tokens.intersection(rules.conditions.reads(condition_of(rules, name)) - {TIME})
    ]
    if not asked:
        return
    known = {row.name: row for row in conn.execute(_scans_of(asked)).all()}
    asked = [name for name in asked if _is_known(known.get(f"{SEGMENT} {name}"), lead_id)]
    query = select(segment_members.c.segment).where(segment_members.c.lead_id == lead_id)
    inside = set(conn.scalars(query)) if asked else set()
    lead = lead_row(conn, lead_id) if asked else None
    for name in asked:
        assert lead is not None
        place(conn, rules, lead, name, name in inside, now, silent=False)


def place(
    conn: Connection, rules: Rules, lead: Lead, segment: str, was: bool, now: datetime, *, silent: bool
) -> None:
    """Puts the lead where she belongs. A condition that fails changes nothing: it is not a "no"."""
    condition = condition_of(rules, segment)
    answer = rules.conditions.ask(condition, entry_facts(conn, rules, lead, now, [condition]))
    if answer.error or answer.holds == was:
        return
    row = {"segment": segment, "lead_id": lead.id, "since": now}
    if answer.holds:
        changed = conn.execute(insert_unless_there(conn, segment_members, row)).rowcount
    else:
        gone = segment_members.c.segment == segment, segment_members.c.lead_id == lead.id
        changed = conn.execute(delete(segment_members).where(*gone)).rowcount
    if changed and not silent:
        kind = "segment.entered" if answer.holds else "segment.left"
        key = f"{kind}/{segment}/{lead.id}/{now.isoformat()}"
        announce(conn, lead.id, kind, {"segment": segment}, key, now)


def _scans_of(segments: Iterable[str]) -> Any:
    return select(scans).where(scans.c.name.in_([f"{SEGMENT} {name}" for name in segments]))


def _is_known(scan: Row[Any] | None, lead_id: str) -> bool:
    """Whether it was noted where this lead stood when the watch began."""
    return scan is not None and (scan.ready or (scan.after is not None and lead_id <= scan.after))
