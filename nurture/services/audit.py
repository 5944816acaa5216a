"""The proof that nobody is lost (promise 2): rows against Temporal, and Temporal against the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from nurture.client import Client
from nurture.client.running import running_journeys
from nurture.clock import Clock
from nurture.services.listed import Listed
from nurture.services.second_look import still_late, still_missing, strangers
from nurture.store.queries.audit import CHECKS, SHOWN, answer, ledger
from nurture.store.queries.survey import Survey, Suspects, survey
from nurture.store.session import Store

BATCH = 1000


@dataclass(frozen=True)
class Finding:
    name: str
    holds: bool
    weight: str
    """``red``: breaking it is an error; ``warning``: worth a look."""
    total: int
    bad: int
    rows: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Audit:
    at: datetime
    campaign_time: datetime
    temporal: bool
    """Whether Temporal could be asked; without it only the rows are checked."""
    balance: Mapping[str, int]
    """enrolled, in_flight, ended, attention, lost: the first is the sum of the others."""
    flight: Mapping[str, int]
    outcomes: Mapping[str, int]
    sends: Mapping[str, int]
    findings: Sequence[Finding]

    @property
    def holds(self) -> bool:
        return all(finding.holds or finding.weight != "red" for finding in self.findings)


async def audit(store: Store, clock: Clock, client: Client | None) -> Audit:
    """``client`` None: Temporal cannot be reached. Raises TemporalUnreachable when it goes away meanwhile."""
    with closing(Listed()) as listed:
        if client:
            await _list(client, listed)
        found, sends, answers = await store.read(_read, clock, listed if client else None)
        late = await still_late(store, found.late)
        missing = await still_missing(store, client, found.missing) if client else found.missing
        workflows = await _workflows(store, client, listed) if client else []
    findings = [*_journeys(found, late, missing, asked=client is not None), *workflows, *answers]
    flight = _flight(found, late, missing)
    balance = _balance(found, flight)
    return Audit(
        datetime.now(UTC), found.at, client is not None, balance, flight, found.ended, sends, findings
    )


async def _list(client: Client, listed: Listed) -> None:
    batch: list[str] = []
    async for name in running_journeys(client):
        batch.append(name)
        if len(batch) == BATCH:
            listed.add(batch)
            batch.clear()
    listed.add(batch)


def _read(
    conn: Connection, clock: Clock, listed: Listed | None
) -> tuple[Survey, dict[str, int], list[Finding]]:
    """All questions about one moment: nothing that is written meanwhile unbalances the sum."""
    if conn.dialect.name == "postgresql":
        conn = conn.execution_options(isolation_level="REPEATABLE READ")
    now = clock.now(conn)
    found = survey(conn, now, listed.meet if listed else None)
    answers = [
        Finding(check.name, not result.bad, check.weight, result.total, result.bad, result.rows)
        for check, result in ((check, answer(conn, check, now)) for check in CHECKS)
    ]
    return found, ledger(conn), answers


def _journeys(found: Survey, late: Suspects, missing: Suspects, *, asked: bool) -> list[Finding]:
    open_ones = found.enrolled - sum(found.ended.values()) - found.unnamed
    rows = [asdict(row) for row in missing.rows]
    without = _finding("journeys without a workflow", open_ones, missing.count, rows)
    return [
        _finding("journeys past their due", open_ones, late.count, [asdict(row) for row in late.rows]),
        *([without] if asked else []),
        _finding("journeys ended under no name", found.enrolled, found.unnamed, []),
    ]


async def _workflows(store: Store, client: Client, listed: Listed) -> list[Finding]:
    found = await strangers(store, client, listed)
    ended = [asdict(one) for one in found if one.journey]
    unknown = [{"workflow": one.workflow} for one in found if not one.journey]
    return [
        _finding("workflows of ended journeys", listed.count(), len(ended), ended),
        _finding("workflows of no journey", listed.count(), len(unknown), unknown),
    ]


def _finding(name: str, total: int, bad: int, rows: Sequence[Mapping[str, Any]]) -> Finding:
    return Finding(name, not bad, "red", total, bad, rows[:SHOWN])


def _flight(found: Survey, late: Suspects, missing: Suspects) -> dict[str, int]:
    """Whoever was explained by the second look is in flight."""
    explained = found.late.count - late.count + found.missing.count - missing.count
    return {"running": found.running + explained, "starting": found.starting, "paused": found.paused}


def _balance(found: Survey, flight: Mapping[str, int]) -> dict[str, int]:
    in_flight, ended = sum(flight.values()), sum(found.ended.values())
    return {
        "enrolled": found.enrolled,
        "in_flight": in_flight,
        "ended": ended,
        "attention": found.attention,
        "lost": found.enrolled - in_flight - ended - found.attention,
    }
