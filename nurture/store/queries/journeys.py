"""Journeys for people: how many are where, and one page of them at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, literal, or_, select

from nurture.store.queries.places import place
from nurture.store.tables import campaigns, incidents, journeys

STANDINGS = ("in flight", "held", "paused", "attention", "ended")


@dataclass(frozen=True)
class Wanted:
    """None: any."""

    campaign: str | None = None
    step: str | None = None
    standing: str | None = None
    """One of STANDINGS, or an outcome."""
    attention: str | None = None


@dataclass
class Counts:
    """One campaign. enrolled = in_flight + attention + ended; paused and held are in flight."""

    campaign: str
    state: str
    enrolled: int = 0
    in_flight: int = 0
    held: int = 0
    paused: int = 0
    attention: int = 0
    ended: int = 0
    steps: dict[str, dict[str, int]] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        return asdict(self)


def standing() -> ColumnElement[str]:
    """What a journey is doing, in one word."""
    return case(
        (journeys.c.state == "ended", literal("ended")),
        (journeys.c.attention.is_not(None), literal("attention")),
        (or_(journeys.c.paused_at.is_not(None), campaigns.c.state == "paused"), literal("paused")),
        (journeys.c.hold.is_not(None), literal("held")),
        else_=literal("in flight"),
    )


def counts(conn: Connection, wanted: Wanted, now: datetime) -> list[Counts]:
    where = standing().label("standing")
    at = case((journeys.c.state == "ended", journeys.c.outcome), else_=place(now)).label("place")
    rows = conn.execute(
        _from(
            select(journeys.c.campaign, campaigns.c.state, where, at, func.count().label("count")),
            wanted,
            now,
        ).group_by(journeys.c.campaign, campaigns.c.state, where, at)
    )
    found: dict[str, Counts] = {}
    flat = [dict(row) for row in rows.mappings()]
    for row in sorted(flat, key=lambda row: (row["campaign"], str(row["place"]))):
        mine = found.setdefault(row["campaign"], Counts(row["campaign"], row["state"] or "unpublished"))
        _add(mine, row)
    return list(found.values())


def page(
    conn: Connection, wanted: Wanted, now: datetime, after: str | None, limit: int
) -> list[dict[str, Any]]:
    """Newest first; ``after``: the last id of the page before."""
    query: Select[Any] = select(
        journeys.c.id.label("journey"),
        *(journeys.c[name] for name in ("campaign", "lead_id", "entry", "state", "outcome")),
        place(now).label("step"),
        *(
            journeys.c[name]
            for name in ("effect", "due", "hold", "attention", "entered_at", "ended_at", "turn", "version")
        ),
        standing().label("standing"),
    )
    wanted_ones = _from(query, wanted, now).order_by(journeys.c.id.desc()).limit(limit)
    query = wanted_ones.where(journeys.c.id < after) if after else wanted_ones
    return [dict(row) for row in conn.execute(query).mappings()]


def causes(conn: Connection, now: datetime, examples: int = 3) -> list[dict[str, Any]]:
    """Parked journeys by cause, the most frequent first, each with where, since when, and examples."""
    at = place(now).label("place")  # to group by `step` would be to group by the column
    found = conn.execute(
        select(
            journeys.c.attention.label("cause"),
            journeys.c.campaign,
            at,
            func.count().label("count"),
            func.min(journeys.c.attention_at, type_=journeys.c.attention_at.type).label("since"),
        )
        .where(_parked())
        .group_by(journeys.c.attention, journeys.c.campaign, at)
        .order_by(func.count().desc(), journeys.c.attention, journeys.c.campaign, at)
    ).mappings()
    groups = [{("step" if name == "place" else name): row[name] for name in row} for row in found]
    return [{**group, "examples": _examples(conn, group, now, examples)} for group in groups]


def _examples(
    conn: Connection, group: Mapping[str, Any], now: datetime, most: int
) -> Sequence[dict[str, Any]]:
    rows = conn.execute(
        select(journeys.c.id.label("journey"), journeys.c.incident, incidents.c.kind.label("error"))
        .outerjoin(incidents, incidents.c.id == journeys.c.incident)
        .where(_parked(), journeys.c.attention == group["cause"])
        .where(journeys.c.campaign == group["campaign"], place(now) == group["step"])
        .order_by(journeys.c.id)
        .limit(most)
    )
    return [dict(row) for row in rows.mappings()]


def _parked() -> ColumnElement[bool]:
    return and_(journeys.c.state == "open", journeys.c.attention.is_not(None))


def _from(query: Any, wanted: Wanted, now: datetime) -> Any:
    query = query.select_from(journeys).outerjoin(campaigns, campaigns.c.name == journeys.c.campaign)
    if wanted.campaign:
        query = query.where(journeys.c.campaign == wanted.campaign)
    if wanted.step:
        query = query.where(place(now) == wanted.step)
    if wanted.attention:
        query = query.where(_parked(), journeys.c.attention == wanted.attention)
    if wanted.standing in STANDINGS:
        return query.where(standing() == wanted.standing)
    return query.where(journeys.c.outcome == wanted.standing) if wanted.standing else query


def _add(mine: Counts, row: Mapping[str, Any]) -> None:
    count, standing_, at = row["count"], row["standing"], row["place"] or "(none)"
    mine.enrolled += count
    if standing_ == "ended":
        mine.ended += count
        mine.outcomes[at] = mine.outcomes.get(at, 0) + count
        return
    step = mine.steps.setdefault(at, {"open": 0, "held": 0, "paused": 0, "attention": 0})
    step["open"] += count
    if standing_ == "attention":
        mine.attention += count
    else:
        mine.in_flight += count
    if standing_ != "in flight":
        step[standing_] += count
    if standing_ in ("held", "paused"):
        setattr(mine, standing_, getattr(mine, standing_) + count)
