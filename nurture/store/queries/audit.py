"""What must hold of the rows at any moment, each as a question whose answer is the rows that break it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, exists, func, or_, select

from nurture.store.columns import db_now
from nurture.store.tables import (
    campaigns,
    events,
    handoffs,
    inbox,
    journeys,
    leads,
    outbox,
    provider_events,
    sends,
    timeline,
)

SHOWN = 5
"""Rows of each failure."""

LATE = timedelta(minutes=5)
LEASE_GRACE = 300.0
WAKE_LATE = 300.0
RETRY_LATE = 900.0
"""Seconds of the database's clock."""
UNKNOWN_OLD = timedelta(hours=24)
KEPT = timedelta(days=30)
"""How long the body of a webhook can be read."""

SEND_STATES = (
    "pending",
    "claimed",
    "inflight",
    "sent",
    "delivered",
    "bounced",
    "complained",
    "retry",
    "unknown",
    "cancelled",
    "given_up",
)
UNSETTLED = ("pending", "claimed", "inflight", "retry")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """``total``: of how many; ``bad``: how many of them break it; ``rows``: the first of those."""

    total: int
    bad: int
    rows: Sequence[Row] = ()


@dataclass(frozen=True)
class Check:
    """``weight``: whether breaking it is an error, or only worth a look."""

    name: str
    about: Table
    broken: Callable[[datetime], Select[Any]]
    """Of campaign time; the rows that break it."""
    weight: Literal["red", "warning"] = "red"
    of: Callable[[], ColumnElement[bool]] | None = None
    """Which rows of the table are meant at all."""


def answer(conn: Connection, check: Check, now: datetime) -> Found:
    every = select(func.count()).select_from(check.about)
    total = conn.scalar(every.where(check.of()) if check.of else every)
    broken = check.broken(now)
    bad = conn.scalar(select(func.count()).select_from(broken.subquery()))
    rows = [dict(row) for row in conn.execute(broken.limit(SHOWN)).mappings()] if bad else []
    return Found(total or 0, bad or 0, rows)


def _events_waiting(now: datetime) -> Select[Any]:
    return select(events.c.id, events.c.type, events.c.judge_at).where(
        events.c.looked_at.is_(None), events.c.judge_at < now - LATE
    )


def _sends_past_lease(_now: datetime) -> Select[Any]:
    return select(sends.c.id, sends.c.key, sends.c.state, sends.c.lease_until).where(
        sends.c.state.in_(("claimed", "inflight")),
        or_(sends.c.lease_until.is_(None), sends.c.lease_until < db_now(-LEASE_GRACE)),
    )


def _sends_unknown(now: datetime) -> Select[Any]:
    since = func.coalesce(sends.c.settled_at, sends.c.claimed_at, sends.c.created_at)
    return select(sends.c.id, sends.c.key, sends.c.state, sends.c.created_at).where(
        sends.c.state == "unknown", since < now - UNKNOWN_OLD
    )


def _retries_waiting(_now: datetime) -> Select[Any]:
    return select(sends.c.id, sends.c.key, sends.c.attempts, sends.c.not_before).where(
        sends.c.state == "retry", sends.c.not_before < db_now(-RETRY_LATE)
    )


def _webhooks_odd(_now: datetime) -> Select[Any]:
    return select(inbox.c.id, inbox.c.source, inbox.c.received_at).where(inbox.c.state == "odd")


def _webhooks_waiting(now: datetime) -> Select[Any]:
    return select(inbox.c.id, inbox.c.source, inbox.c.received_at).where(
        inbox.c.state == "new", inbox.c.received_at < now - LATE
    )


def _mail_without_proof(now: datetime) -> Select[Any]:
    row = provider_events.c
    return select(row.id, row.inbox_id, row.told, row.received_at).where(
        *(row.provider == "smtp", row.remote_id == "", row.send_id.is_(None), row.lead_id.is_(None)),
        *(row.told.in_(("bounced", "complained", "unsubscribed", "answered")), row.received_at > now - KEPT),
    )


def _sends_left(_now: datetime) -> Select[Any]:
    ended = and_(journeys.c.id == sends.c.journey_id, journeys.c.state == "ended")
    return (
        select(sends.c.id, sends.c.key, sends.c.state, journeys.c.outcome)
        .join(journeys, ended)
        .where(sends.c.state.in_(("pending", "claimed")), ~sends.c.key.like("handoff/%"))
    )


OF_JOURNEYS = ("start", "wake")


def _wakes_waiting(kinds: Sequence[str]) -> Callable[[datetime], Select[Any]]:
    def broken(_now: datetime) -> Select[Any]:
        old = func.coalesce(outbox.c.not_before, outbox.c.created_at) < db_now(-WAKE_LATE)
        return select(
            outbox.c.id, outbox.c.kind, outbox.c.record, outbox.c.state, outbox.c.attempts, outbox.c.error
        ).where(outbox.c.kind.in_(kinds), or_(outbox.c.state == "dead", and_(outbox.c.state == "open", old)))

    return broken


def _sends_without_turn(now: datetime) -> Select[Any]:
    """A send that the journey knows nothing about: neither is it at the step now, nor was it ever."""
    told = exists().where(timeline.c.journey_id == sends.c.journey_id, timeline.c.step == sends.c.step)
    return (
        select(sends.c.id, sends.c.key, sends.c.state, sends.c.created_at)
        .join(journeys, journeys.c.id == sends.c.journey_id)
        .where(sends.c.created_at < now - LATE, ~sends.c.key.like("handoff/%"))
        .where(journeys.c.step != sends.c.step, func.coalesce(journeys.c.outcome, "") != "erased", ~told)
    )


def _sends_twice(_now: datetime) -> Select[Any]:
    return (
        select(sends.c.journey_id, sends.c.step, sends.c.visit, func.count().label("sends"))
        .where(sends.c.journey_id.is_not(None), sends.c.key.like("%/send"))
        .group_by(sends.c.journey_id, sends.c.step, sends.c.visit)
        .having(func.count() > 1)
    )


def _sends_of_no_state(_now: datetime) -> Select[Any]:
    return select(sends.c.id, sends.c.key, sends.c.state).where(sends.c.state.not_in(SEND_STATES))


def _handoffs_alone(_now: datetime) -> Select[Any]:
    waiting = and_(journeys.c.state == "open", journeys.c.step == handoffs.c.step)
    return (
        select(handoffs.c.id, handoffs.c.journey_id, handoffs.c.step, journeys.c.state, journeys.c.outcome)
        .join(journeys, journeys.c.id == handoffs.c.journey_id)
        .where(handoffs.c.state == "open", handoffs.c.kind != "reply", handoffs.c.next_at.is_(None), ~waiting)
    )


def _two_tasks(_now: datetime) -> Select[Any]:
    return (
        select(handoffs.c.lead_id, func.count().label("tasks"))
        .where(handoffs.c.state == "open", handoffs.c.joined_to.is_(None), handoffs.c.kind == "handoff")
        .group_by(handoffs.c.lead_id)
        .having(func.count() > 1)
    )


def _erased_in_flight(_now: datetime) -> Select[Any]:
    return (
        select(journeys.c.id, journeys.c.campaign, leads.c.erased_at)
        .join(leads, leads.c.id == journeys.c.lead_id)
        .where(journeys.c.state == "open", leads.c.erased_at.is_not(None))
    )


def _of_no_campaign(_now: datetime) -> Select[Any]:
    return (
        select(journeys.c.id, journeys.c.campaign)
        .outerjoin(campaigns, campaigns.c.name == journeys.c.campaign)
        .where(journeys.c.state == "open", campaigns.c.name.is_(None))
    )


CHECKS: tuple[Check, ...] = (
    Check("events not looked at", events, _events_waiting),
    Check(
        "wakes not delivered",
        outbox,
        _wakes_waiting(("start", "wake")),
        of=lambda: outbox.c.kind.in_(("start", "wake")),
    ),
    Check(
        "CRM changes not delivered",
        outbox,
        _wakes_waiting(("crm",)),
        "warning",
        lambda: outbox.c.kind == "crm",
    ),
    Check("sends claimed past their lease", sends, _sends_past_lease),
    Check("sends left by ended journeys", sends, _sends_left),
    Check("sends without a journey's turn", sends, _sends_without_turn),
    Check("messages sent twice", sends, _sends_twice),
    Check("sends in no known state", sends, _sends_of_no_state),
    Check("sends unknown for a day", sends, _sends_unknown, "warning"),
    Check("retries not tried again", sends, _retries_waiting, "warning"),
    Check("webhooks that could not be read", inbox, _webhooks_odd, "warning"),
    Check("webhooks not looked at", inbox, _webhooks_waiting, "warning"),
    Check("replies and reports about no mail of ours", provider_events, _mail_without_proof, "warning"),
    Check("tasks that no journey waits for", handoffs, _handoffs_alone),
    Check("leads with two open handoffs", handoffs, _two_tasks),
    Check("erased leads in flight", journeys, _erased_in_flight),
    Check("open journeys of no campaign", journeys, _of_no_campaign),
)


def ledger(conn: Connection) -> dict[str, int]:
    """How many sends are in each state."""
    rows = conn.execute(select(sends.c.state, func.count()).group_by(sends.c.state))
    return dict(sorted((row.state, row[1]) for row in rows))
