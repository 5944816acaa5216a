"""Points booked anew by the policy that is live: what is as it was stays, and only those are told to whom it
matters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from nurture.domain.conditions import standing
from nurture.domain.scoring import Entry, Score, crossed, level, total, worth
from nurture.domain.stages import LEVELS, PATH, at_least
from nurture.services.changes import announce_all, own_event
from nurture.services.facts import Lead, entries, lead_fields, people
from nurture.services.history import POINT, booked, happened_lately, since, sorted_out
from nurture.services.library import Rules
from nurture.services.scoring import entry_of, event_key
from nurture.store.bulk import insert_many
from nurture.store.tables import points, score_levels, waits

DROPPED = delete(points).where(points.c.key == bindparam("of_key"))
WORTH = (
    update(points)
    .where(points.c.key == bindparam("of_key"))
    .values(points=bindparam("worth"), policy=bindparam("by"))
)


def apply_page(conn: Connection, rules: Rules, ids: Sequence[str], now: datetime) -> int:
    """Points of events are booked anew; those that campaigns gave stay. The relay then looks at leads whose
    stage, level or waiting journeys it may move. Returns of how many the points are others now."""
    light, heavy = sorted_out(conn, ids)
    rows = booked(conn, light)
    changed = _book(conn, rules, light, (), rows)
    for lead_id in heavy:
        changed |= _book(conn, rules, (), [lead_id], _recent(conn, lead_id))
    dated = _dated(conn, light, changed.intersection(light), rows)
    dated |= {lead_id: entries(conn, lead_id) for lead_id in heavy}
    _tell(conn, rules, people(conn, ids), dated, changed, now)
    return len(changed)


def _recent(conn: Connection, lead_id: str) -> Sequence[Row[Any]]:
    """Of a flood, what its latest events gave; what is older stays as it is."""
    oldest = since(conn, lead_id)
    return conn.execute(select(*POINT).where(points.c.lead_id == lead_id, points.c.at >= oldest)).all()


def _book(
    conn: Connection, rules: Rules, light: Sequence[str], heavy: Sequence[str], rows: Sequence[Row[Any]]
) -> set[str]:
    """Whose points are others now. ``rows``: what they have."""
    before = {row.key: row for row in rows if row.event_id is not None}
    of = worth(rules.scoring, rules.dictionary.happenings)
    new, other, changed = [], [], set()
    for event in happened_lately(conn, light, heavy, of.types):
        for rule, given in of.of(event.type, event.data or {}):
            key = event_key(event.id, rule)
            known = before.pop(key, None)
            if known is None:
                new.append(entry_of(event, event.lead_id, rule, given, rules))
            elif known.points != given:
                other.append({"of_key": key, "worth": given, "by": rules.hashes.get("scoring", "")})
            else:
                continue
            changed.add(event.lead_id)
    if before:  # no rule gives these any more
        conn.execute(DROPPED, [{"of_key": key} for key in sorted(before)])
    if new:
        insert_many(conn, points, new)
    if other:
        conn.execute(WORTH, other)
    return changed | {row.lead_id for row in before.values()}


def _dated(
    conn: Connection, ids: Sequence[str], changed: Collection[str], rows: Sequence[Row[Any]]
) -> dict[str, list[Entry]]:
    """What is as it was need not be read again."""
    found: dict[str, list[Entry]] = defaultdict(list)
    again = booked(conn, sorted(changed)) if changed else ()
    for row in (*again, *(row for row in rows if row.lead_id not in changed)):
        found[row.lead_id].append(Entry(row.rule, row.points, row.at))
    return {lead_id: found[lead_id] for lead_id in ids}


def _tell(
    conn: Connection,
    rules: Rules,
    leads: Mapping[str, Lead],
    dated: Mapping[str, list[Entry]],
    changed: Collection[str],
    now: datetime,
) -> None:
    heard = changed if _anybody_may_listen(rules) else set(_waiting(conn, leads))
    levels = {
        row.lead_id: row.level
        for row in conn.execute(select(score_levels).where(score_levels.c.lead_id.in_(leads)))
    }
    policy, told = rules.hashes.get("scoring", ""), []
    for lead_id, lead in leads.items():
        score = total(dated[lead_id], rules.scoring, now, lead_fields(lead, rules.dictionary))
        if lead_id in heard or _moves(rules, lead, score, levels.get(lead_id, LEVELS[-1])):
            key = f"policy/{policy}/{lead_id}/{now.isoformat()}"
            told.append(own_event(lead_id, "score.changed", {"points": 0, "because": "policy"}, key, now))
    announce_all(conn, told)


def _moves(rules: Rules, lead: Lead, score: Score, before: str) -> bool:
    """Whether the score makes another level or stage of her."""
    if rules.scoring.levels and level(score.total, rules.scoring, before) != before:
        return True
    stage = crossed(0, score.total, rules.scoring)
    return stage is not None and lead.stage in PATH and not at_least(lead.stage, stage)


def _anybody_may_listen(rules: Rules) -> bool:
    """Segments are entered and left by a score, and happenings can be made of its changes."""
    listening = any(one.event == "score.changed" for one in rules.dictionary.happenings.values())
    return listening or any("score" in reads for reads in _segments(rules))


def _segments(rules: Rules) -> Iterator[frozenset[str]]:
    for lines in rules.dictionary.segments.values():
        yield rules.conditions.reads(standing(lines))


def _waiting(conn: Connection, leads: Collection[str]) -> Sequence[str]:
    """Leads with a journey that waits for a score."""
    query = select(waits.c.lead_id).where(
        waits.c.lead_id.in_(leads), waits.c.token == "score", waits.c.state == "open"
    )
    return conn.scalars(query).all()
