"""The ledger of points: booked when an event is looked at, taken back when it turns out to be a machine's."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from nurture.domain.scoring import crossed, level, total, worth
from nurture.domain.stages import LEVELS, PATH, at_least
from nurture.domain.waking import MOVING
from nurture.services.changes import announce, announce_all, own_event, set_stage
from nurture.services.desk import Desk
from nurture.services.facts import entries_of, lead_fields, people
from nurture.services.library import Rules
from nurture.store.bulk import insert_many
from nurture.store.columns import new_id
from nurture.store.tables import points, score_levels

CROSSED = "score.crossed"
LEVEL = update(score_levels).where(score_levels.c.lead_id == bindparam("of_lead"))


def book(
    conn: Connection, desk: Desk, rules: Rules, happened: Mapping[str, Sequence[Row[Any]]], now: datetime
) -> set[str]:
    """``happened``: lead -> what people did. The points of it, each once; then stage and level. Returns whose
    score may be another. Many leads in a few statements."""
    booked = [entry for lead_id, rows in happened.items() for entry in points_of(rows, lead_id, rules)]
    moved = {entry["lead_id"] for entry in booked}
    moved |= {lead_id for lead_id, rows in happened.items() if any(row.type in MOVING for row in rows)}
    if booked:
        insert_many(conn, points, booked)
    if moved:
        reckon(conn, desk, rules, sorted(moved), now)
    return moved


def points_of(rows: Sequence[Row[Any]], lead_id: str, rules: Rules) -> Iterator[dict[str, Any]]:
    """Rows of ``points`` for events that are a person's."""
    of = worth(rules.scoring, rules.dictionary.happenings)
    for row in rows:
        for rule, given in of.of(row.type, row.data or {}):
            yield entry_of(row, lead_id, rule, given, rules)


def entry_of(event: Row[Any], lead_id: str, rule: str, given: float, rules: Rules) -> dict[str, Any]:
    return {
        "id": new_id(),
        "lead_id": lead_id,
        "event_id": event.id,
        "rule": rule,
        "points": given,
        "at": event.occurred_at,
        "policy": rules.hashes.get("scoring", ""),
        "key": event_key(event.id, rule),
    }


def event_key(event_id: int, rule: str) -> str:
    return f"event/{event_id}/{rule}"


def take_back(conn: Connection, lead_id: str, event_ids: Collection[int], at: datetime) -> bool:
    """As if the events had never been. Says so; what the lead has reached by them stays reached."""
    if not event_ids:
        return False
    of_them = points.c.event_id.in_(event_ids)
    lost = conn.execute(select(points.c.points).where(of_them)).scalars().all()
    if not lost:
        return False
    conn.execute(delete(points).where(of_them))
    key = f"back/{min(event_ids)}-{max(event_ids)}/{at.isoformat()}"
    announce(conn, lead_id, "score.changed", {"points": -sum(lost), "because": "machine"}, key, at)
    return True


def reckon(conn: Connection, desk: Desk, rules: Rules, ids: Sequence[str], now: datetime) -> None:
    """Lets leads reach the stage and the level that their scores have come to."""
    found, dated = people(conn, ids), entries_of(conn, ids)
    known = score_levels.c.lead_id.in_(ids)
    levels = {row.lead_id: row.level for row in conn.execute(select(score_levels).where(known))}
    warmth = []
    for lead_id in ids:
        lead = found[lead_id]
        score = total(dated[lead_id], rules.scoring, now, lead_fields(lead, rules.dictionary)).total
        before = levels.get(lead_id, LEVELS[-1])
        after = level(score, rules.scoring, before) if rules.scoring.levels else before
        if after != before:
            warmth.append({"of_lead": lead_id, "level": after, "from": before, "score": score})
        stage = crossed(0, score, rules.scoring)
        if stage is not None and lead.stage in PATH and not at_least(lead.stage, stage):
            set_stage(conn, desk, lead_id, stage, f"score/{lead_id}/{stage}/{now.isoformat()}", now)
    keep_levels(conn, warmth, levels, now)
    _tell_levels(conn, warmth, now)


def keep_levels(
    conn: Connection, warmth: Sequence[Mapping[str, Any]], known: Collection[str], now: datetime
) -> None:
    """``known``: leads who have a row already."""
    values = [{"of_lead": one["of_lead"], "level": one["level"], "score": one["score"]} for one in warmth]
    if others := [one for one in values if one["of_lead"] in known]:
        conn.execute(LEVEL, [{**one, "since": now} for one in others])
    if new := [one for one in values if one["of_lead"] not in known]:
        rows = [{"lead_id": one.pop("of_lead"), **one, "since": now} for one in new]
        conn.execute(insert(score_levels), rows)


def _tell_levels(conn: Connection, warmth: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """A level is announced when it changes, and not when the score goes up and down around a threshold."""
    told = [(one["of_lead"], {key: one[key] for key in ("level", "from", "score")}) for one in warmth]
    news = [own_event(lead, CROSSED, said, f"level/{lead}/{new_id()}", now) for lead, said in told]
    announce_all(conn, news)
