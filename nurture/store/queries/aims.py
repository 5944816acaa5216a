"""How many journeys came to each section that says what it is for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, distinct, func, select

from nurture.domain.campaign import Campaign
from nurture.domain.steps.step import Step
from nurture.store.tables import journeys, timeline


@dataclass(frozen=True)
class Aim:
    section: str
    aim: str
    journeys: int


def aims(conn: Connection, campaign: Campaign) -> list[Aim]:
    """In the order of the file."""
    return [
        Aim(name, aim, _came(conn, campaign.name, list(_steps(campaign.sections[name]))))
        for name, aim in campaign.aims.items()
        if name in campaign.sections
    ]


def _came(conn: Connection, campaign: str, steps: Sequence[str]) -> int:
    query = (
        select(func.count(distinct(timeline.c.journey_id)))
        .join(journeys, journeys.c.id == timeline.c.journey_id)
        .where(journeys.c.campaign == campaign, timeline.c.step.in_(steps))
    )
    return int(conn.execute(query).scalar_one())


def _steps(block: Sequence[Step]) -> Iterator[str]:
    for step in block:
        yield step.name
        for arm in step.arms().values():
            yield from _steps(arm)
