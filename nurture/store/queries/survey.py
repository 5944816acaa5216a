"""All journeys, row by row and in pages: which are accounted for, and which must be looked at again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from nurture.contract import workflow_id
from nurture.store.columns import db_now
from nurture.store.queries.audit import LATE, WAKE_LATE
from nurture.store.tables import campaigns, journeys, outbox

PAGE = 2000
KEPT = 1000
"""Suspects that are kept for a second look; more of them are no lag of Temporal's listing."""


@dataclass(frozen=True)
class Suspect:
    journey: str
    workflow: str
    step: str
    due: datetime


@dataclass
class Suspects:
    count: int = 0
    rows: list[Suspect] = field(default_factory=list)

    def add(self, suspect: Suspect) -> None:
        self.count += 1
        if len(self.rows) < KEPT:
            self.rows.append(suspect)


@dataclass
class Survey:
    """enrolled = running + starting + paused + attention + ended + late + missing + unnamed."""

    at: datetime
    enrolled: int = 0
    ended: dict[str, int] = field(default_factory=dict)
    unnamed: int = 0
    """Neither open nor ended under a name."""
    attention: int = 0
    paused: int = 0
    starting: int = 0
    running: int = 0
    late: Suspects = field(default_factory=Suspects)
    missing: Suspects = field(default_factory=Suspects)


IsRunning = Callable[[Sequence[str]], set[str]]
"""Of workflow ids, those that run as far as Temporal's listing knows."""


def survey(conn: Connection, now: datetime, which_run: IsRunning | None) -> Survey:
    """``now``: campaign time. ``which_run``: None when Temporal cannot be asked."""
    found = Survey(now)
    _count_ended(conn, found)
    for page in _open_pages(conn):
        ids = [workflow_id(row.campaign, row.lead_id, row.entry) for row in page]
        running = set(ids) if which_run is None else which_run(ids)
        doubtful = [
            (row, Suspect(row.id, name, row.step, row.due))
            for row, name in zip(page, ids, strict=True)
            if not _is_fine(found, row, name in running)
        ]
        _sort(conn, found, doubtful, running)
    return found


def _count_ended(conn: Connection, found: Survey) -> None:
    rows = conn.execute(
        select(journeys.c.state, journeys.c.outcome, func.count()).group_by(
            journeys.c.state, journeys.c.outcome
        )
    )
    for state, outcome, count in rows:
        found.enrolled += count
        if state == "ended" and outcome:
            found.ended[outcome] = count
        elif state != "open":
            found.unnamed += count


def _open_pages(conn: Connection) -> Iterator[Sequence[Any]]:
    query = (
        select(
            *(journeys.c[name] for name in ("id", "campaign", "lead_id", "entry", "step", "due")),
            *(journeys.c[name] for name in ("attention", "hold", "paused_at", "entered_at")),
            campaigns.c.state.label("campaign_state"),
        )
        .outerjoin(campaigns, campaigns.c.name == journeys.c.campaign)
        .where(journeys.c.state == "open")
        .order_by(journeys.c.id)
        .limit(PAGE)
    )
    page = conn.execute(query).all()
    while page:
        yield page
        page = conn.execute(query.where(journeys.c.id > page[-1].id)).all()


def _is_fine(found: Survey, row: Any, runs: bool) -> bool:
    if row.attention:
        found.attention += 1
        return True
    standing = row.paused_at is not None or row.campaign_state == "paused"
    forgotten = row.hold == "paused" and not standing
    if not runs or forgotten or (row.due < found.at - LATE and not standing):
        return False
    found.paused += standing
    found.running += not standing
    return True


def _sort(
    conn: Connection, found: Survey, doubtful: Sequence[tuple[Any, Suspect]], running: set[str]
) -> None:
    """A start or wake that the relay is about to deliver explains both."""
    coming = _coming(conn, [suspect.journey for _, suspect in doubtful])
    for row, suspect in doubtful:
        if suspect.journey in coming or row.entered_at > found.at - LATE:
            found.starting += 1
        elif suspect.workflow in running:
            found.late.add(suspect)
        else:
            found.missing.add(suspect)


def _coming(conn: Connection, ids: Sequence[str]) -> set[str]:
    if not ids:
        return set()
    fresh = func.coalesce(outbox.c.not_before, outbox.c.created_at) >= db_now(-WAKE_LATE)
    query = select(outbox.c.record).where(outbox.c.record.in_(ids), outbox.c.state == "open", fresh)
    return set(conn.scalars(query))
