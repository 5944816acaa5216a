"""What must be so before a mail is claimed. Each gate that is shut has a name, which the lead's timeline
tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, or_, select

from nurture.domain.caps import Message, capped, caps_of, longest
from nurture.domain.facts import EventFact
from nurture.domain.sending import (
    MARKETING,
    opens,
    quiet,
    quiet_of,
    too_late,
    why_shut,
    within_of,
)
from nurture.domain.steps.send import Send
from nurture.services.desk import Desk
from nurture.services.hold import standstill_of
from nurture.services.ledger import COUNTED
from nurture.services.rates import take
from nurture.services.turns import Opened
from nurture.store.tables import campaigns, events, installation, sends

INSTALLED = select(
    installation,
    select(campaigns.c.state)
    .where(campaigns.c.name == bindparam("campaign"))
    .scalar_subquery()
    .label("campaign_state"),
)
STANDSTILL_LOOK = timedelta(minutes=1)
ROUNDING = timedelta(days=30)
"""A calendar's holidays make a quiet time longer than its span."""


@dataclass(frozen=True)
class Held:
    until: datetime
    name: str
    why: str = ""


@dataclass(frozen=True)
class Skipped:
    reason: str


def installed(conn: Connection, turn: Opened) -> Row[Any]:
    """The installation's row, with the ``campaign_state`` of the journey's campaign."""
    return conn.execute(INSTALLED, {"campaign": turn.journey.campaign}).one()


def gate(conn: Connection, desk: Desk, turn: Opened, step: Send, here: Row[Any]) -> Held | Skipped | None:
    """None: it may be sent. ``here``: what ``installed`` gave."""
    now = turn.facts.now
    if still := standstill_of(here, desk.base_url, desk.namespace):
        return Held(now + STANDSTILL_LOOK, still.kind, still.reason)
    if turn.journey.paused_at or here.campaign_state == "paused":
        return Held(turn.journey.due, "paused")
    campaign, dictionary = turn.published.campaign, turn.rules.dictionary
    within = within_of(step, campaign, dictionary)
    if late := too_late(within, turn.position.planned, turn.facts):
        return Skipped(f"{_words(late)} late, more than {within}")
    if reason := _address(desk, turn):
        return Skipped(reason)
    if (at := opens(step, campaign, dictionary, turn.facts, now)) > now:
        return Held(at, "window", why_shut(step, campaign, dictionary, turn.facts))
    if step.kind == MARKETING and (quiet_time := _quiet(conn, turn, step)):
        return quiet_time
    if step.kind == MARKETING and (enough := _cap(conn, turn, step)):
        return enough
    if not desk.clock.stepped and (wait := take(conn, desk.purse, f"send.{desk.provider}", desk.send_rate)):
        return Held(now + timedelta(seconds=wait), "rate")
    return None


def paused(conn: Connection, turn: Opened) -> bool:
    if turn.journey.paused_at:
        return True
    state = conn.execute(select(campaigns.c.state).where(campaigns.c.name == turn.journey.campaign)).scalar()
    return state == "paused"


def _address(desk: Desk, turn: Opened) -> str | None:
    email = str(turn.facts.fields.get("lead.email", ""))
    if not email:
        return "no address"
    if desk.allowed is None or any(
        email.endswith(end) if end[0] == "@" else email == end for end in desk.allowed
    ):
        return None
    return "this installation may not write to the address"


def _quiet(conn: Connection, turn: Opened, step: Send) -> Held | None:
    """What happened to the lead lately, after which nothing is sent for a time."""
    campaign, dictionary, now = turn.published.campaign, turn.rules.dictionary, turn.facts.now
    rules = quiet_of(campaign, dictionary)
    if not rules:
        return None
    query = select(events).where(
        events.c.lead_id == turn.journey.lead_id,
        events.c.type.in_({dictionary.happenings[name].event for name in rules}),
        events.c.occurred_at > now - max(span.span() for span in rules.values()) - ROUNDING,
        or_(events.c.verdict.is_(None), events.c.verdict != "machine"),
    )
    found = [EventFact(row.type, row.occurred_at, row.data or {}) for row in conn.execute(query)]
    silence = quiet(rules, dictionary, found, turn.facts)
    if silence is None:
        return None
    return Held(opens(step, campaign, dictionary, turn.facts, silence.until), "quiet", silence.why)


def _cap(conn: Connection, turn: Opened, step: Send) -> Held | None:
    """Until the oldest message that counts is out of the period, and then the next opening of the window."""
    campaign, dictionary, now = turn.published.campaign, turn.rules.dictionary, turn.facts.now
    caps = caps_of(step, campaign, dictionary)
    if not caps:
        return None
    rows = conn.execute(
        select(sends.c.created_at)
        .where(
            sends.c.lead_id == turn.journey.lead_id,
            sends.c.kind == MARKETING,
            sends.c.state.in_(COUNTED),
            sends.c.created_at > now - longest(caps),
        )
        .order_by(sends.c.created_at)
    )
    full = capped(caps, [Message(row.created_at) for row in rows], now)
    if full is None:
        return None
    return Held(opens(step, campaign, dictionary, turn.facts, full.until), "cap", str(full.cap))


def _words(late: timedelta) -> str:
    return f"{late.days} days" if late.days else f"{late.seconds // 3600} hours"
