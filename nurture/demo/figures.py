"""Everything that the closing report tells, read from the database, the catcher and the CRM."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import Connection, func, select

from nurture.domain.scoring import total
from nurture.domain.stages import STAGES
from nurture.services.desk import Desk
from nurture.services.facts import entries, lead_fields, lead_row
from nurture.store.tables import events, handoffs, journeys, leads, outbox, sends

BANDS = ((None, 0), (0, 20), (20, 40), (40, 60), (60, 80), (80, None))
"""Of the score, from (included) and to (not)."""
OUT = ("sent", "delivered", "complained")
"""States of a mail that a server has taken."""


@dataclass(frozen=True)
class Funnel:
    campaign: str
    entered: int
    mailed: int
    opened: int
    clicked: int
    answered: int
    handed: int
    outcomes: Mapping[str, int]
    on_the_way: int


@dataclass(frozen=True)
class Answers:
    """Handoffs that ended in one way. ``hours``: the middle of the time until then."""

    count: int
    hours: float | None


@dataclass(frozen=True)
class Figures:
    leads: int
    funnels: Sequence[Funnel]
    sends: Mapping[str, int]
    clicks: Mapping[str, int]
    """Judged ``human`` and ``machine``."""
    opens: Mapping[str, int]
    signs: Mapping[str, int]
    """Why clicks and opens were judged a machine's."""
    unsubscribed: int
    bounced: int
    replied: int
    scores: Mapping[str, int]
    stages: Mapping[str, int]
    handoffs: Mapping[str, Answers]
    reminded: int
    escalated: int
    crm: Mapping[str, int]
    """What the CRM was told, by what it is about."""
    crm_open: int
    events: int


def gather(conn: Connection, desk: Desk) -> Figures:
    judged = _judged(conn)
    return Figures(
        leads=_count(conn, select(leads.c.id).where(leads.c.erased_at.is_(None))),
        funnels=_funnels(conn),
        sends=_tally(conn, sends.c.state),
        clicks=judged["email.clicked"],
        opens=judged["email.opened"],
        signs=_signs(conn),
        unsubscribed=_leads_with(conn, "email.unsubscribed"),
        bounced=_leads_with(conn, "email.bounced"),
        replied=_leads_with(conn, "email.replied"),
        scores=_scores(conn, desk),
        stages=_stages(conn),
        handoffs=_handoffs(conn),
        reminded=_count(conn, select(handoffs.c.id).where(handoffs.c.reminded_at.is_not(None))),
        escalated=_count(conn, select(handoffs.c.id).where(handoffs.c.escalations > 0)),
        crm=_crm(conn),
        crm_open=_count(conn, select(outbox.c.id).where(outbox.c.kind == "crm", outbox.c.state != "done")),
        events=_count(conn, select(events.c.id)),
    )


def _funnels(conn: Connection) -> Sequence[Funnel]:
    entered = _tally(conn, journeys.c.campaign)
    ended: dict[str, Counter[str]] = defaultdict(Counter)
    open_ones: Counter[str] = Counter()
    for row in conn.execute(select(journeys.c.campaign, journeys.c.state, journeys.c.outcome)):
        if row.state == "open":
            open_ones[row.campaign] += 1
        else:
            ended[row.campaign][row.outcome or "(none)"] += 1
    did = {kind: _did(conn, kind) for kind in ("email.opened", "email.clicked", "survey.answered")}
    mailed = select(sends.c.campaign, func.count(sends.c.journey_id.distinct()).label("n"))
    mails = _pairs(conn, mailed.where(sends.c.state.in_(OUT)).group_by(sends.c.campaign))
    handed = select(journeys.c.campaign, func.count(handoffs.c.journey_id.distinct()).label("n"))
    handed = handed.join(handoffs).where(handoffs.c.kind == "handoff")
    tasks = _pairs(conn, handed.group_by(journeys.c.campaign))
    return [
        Funnel(
            campaign=name,
            entered=entered[name],
            mailed=mails.get(name, 0),
            opened=did["email.opened"].get(name, 0),
            clicked=did["email.clicked"].get(name, 0),
            answered=did["survey.answered"].get(name, 0),
            handed=tasks.get(name, 0),
            outcomes=dict(sorted(ended[name].items())),
            on_the_way=open_ones[name],
        )
        for name in sorted(entered)
    ]


def _did(conn: Connection, kind: str) -> dict[str, int]:
    """Campaign -> journeys in which a person did this to a mail."""
    query = (
        select(sends.c.campaign, func.count(sends.c.journey_id.distinct()).label("n"))
        .join(events, events.c.send_id == sends.c.id)
        .where(events.c.type == kind, events.c.verdict == "human")
        .group_by(sends.c.campaign)
    )
    return _pairs(conn, query)


def _judged(conn: Connection) -> dict[str, dict[str, int]]:
    query = (
        select(events.c.type, events.c.verdict, func.count().label("n"))
        .where(events.c.type.in_(("email.clicked", "email.opened")), events.c.verdict.is_not(None))
        .group_by(events.c.type, events.c.verdict)
    )
    found: dict[str, dict[str, int]] = {"email.clicked": {}, "email.opened": {}}
    for row in conn.execute(query.order_by(events.c.verdict)):
        found[row.type][row.verdict] = row.n
    return found


def _signs(conn: Connection) -> dict[str, int]:
    rows = conn.scalars(select(events.c.reasons).where(events.c.verdict == "machine"))
    return dict(sorted(Counter(sign for row in rows for sign in row or ()).items()))


def _scores(conn: Connection, desk: Desk) -> dict[str, int]:
    rules, now = desk.library.rules(conn), desk.clock.now(conn)
    found = dict.fromkeys((_band(low, high) for low, high in BANDS), 0)
    for lead_id in conn.scalars(select(leads.c.id)).all():
        fields = lead_fields(lead_row(conn, lead_id), rules.dictionary)
        score = total(entries(conn, lead_id), rules.scoring, now, fields).total
        found[next(_band(low, high) for low, high in BANDS if _within(score, low, high))] += 1
    return found


def _band(low: int | None, high: int | None) -> str:
    if low is None:
        return f"below {high}"
    return f"{low} and more" if high is None else f"{low} to {high - 1}"


def _within(score: float, low: int | None, high: int | None) -> bool:
    return (low is None or score >= low) and (high is None or score < high)


def _stages(conn: Connection) -> dict[str, int]:
    found = _tally(conn, leads.c.stage)
    return {stage: found[stage] for stage in STAGES if stage in found}


def _handoffs(conn: Connection) -> dict[str, Answers]:
    spans: dict[str, list[float]] = defaultdict(list)
    counts: Counter[str] = Counter()
    query = select(handoffs.c.state, handoffs.c.created_at, handoffs.c.answered_at)
    for row in conn.execute(query.where(handoffs.c.kind == "handoff")):
        counts[row.state] += 1
        if row.answered_at:
            spans[row.state].append((row.answered_at - row.created_at).total_seconds() / 3600)
    return {
        state: Answers(counts[state], round(median(spans[state]), 1) if spans[state] else None)
        for state in sorted(counts)
    }


def _crm(conn: Connection) -> dict[str, int]:
    rows = conn.scalars(select(outbox.c.payload).where(outbox.c.kind == "crm", outbox.c.state == "done"))
    return dict(sorted(Counter(row["what"] for row in rows).items()))


def _leads_with(conn: Connection, kind: str) -> int:
    return _count(conn, select(events.c.lead_id).where(events.c.type == kind).distinct())


def _tally(conn: Connection, column: Any) -> dict[str, int]:
    query = select(column.label("name"), func.count().label("n")).group_by(column).order_by(column)
    return {row.name: row.n for row in conn.execute(query)}


def _pairs(conn: Connection, query: Any) -> dict[str, int]:
    return {row[0]: row[1] for row in conn.execute(query)}


def _count(conn: Connection, query: Any) -> int:
    return int(conn.execute(select(func.count()).select_from(query.subquery())).scalar_one())
