"""What must be so before a mail is claimed. Each gate that is shut has a name, which the lead's timeline
tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from nurture.domain.sending import PERIODS, capped, caps_of, window_of, within_of
from nurture.domain.steps.send import Send
from nurture.domain.windows import ANY_TIME
from nurture.services.desk import Desk
from nurture.services.hold import standstill_of
from nurture.services.ledger import COUNTED
from nurture.services.rates import take
from nurture.services.turns import Opened
from nurture.store.tables import campaigns, installation, sends

INSTALLED = select(
    installation,
    select(campaigns.c.state)
    .where(campaigns.c.name == bindparam("campaign"))
    .scalar_subquery()
    .label("campaign_state"),
)
STANDSTILL_LOOK = timedelta(minutes=1)


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
    within = within_of(step, turn.published.campaign, turn.rules.dictionary)
    if (late := now - turn.position.planned) > within.span():
        return Skipped(f"{_words(late)} late, more than {within}")
    if reason := _address(desk, turn):
        return Skipped(reason)
    if (opens := _opens(turn, step, now)) > now:
        return Held(opens, "window", "the window is shut")
    if step.kind == "marketing" and (capped := _cap(conn, turn, step)):
        return capped
    if not desk.clock.stepped and (wait := take(conn, desk.purse, f"send.{desk.provider}", desk.send_rate)):
        return Held(now + timedelta(seconds=wait), "rate")
    return None


def paused(conn: Connection, turn: Opened) -> bool:
    if turn.journey.paused_at:
        return True
    state = conn.execute(select(campaigns.c.state).where(campaigns.c.name == turn.journey.campaign)).scalar()
    return state == "paused"


def _opens(turn: Opened, step: Send, instant: datetime) -> datetime:
    name = window_of(step, turn.published.campaign, turn.rules.dictionary)
    if name is None or name == ANY_TIME:
        return instant
    return turn.rules.dictionary.windows[name].opens(instant, turn.facts.zone)


def _address(desk: Desk, turn: Opened) -> str | None:
    email = str(turn.facts.fields.get("lead.email", ""))
    if not email:
        return "no address"
    if desk.allowed is None or any(
        email.endswith(end) if end[0] == "@" else email == end for end in desk.allowed
    ):
        return None
    return "this installation may not write to the address"


def _cap(conn: Connection, turn: Opened, step: Send) -> Held | None:
    """Until the oldest mail that counts is out of the period, and then the next opening of the window."""
    caps = caps_of(turn.published.campaign, turn.rules.dictionary)
    if not caps:
        return None
    now = turn.facts.now
    mails = conn.scalars(
        select(sends.c.created_at)
        .where(
            sends.c.lead_id == turn.journey.lead_id,
            sends.c.kind == "marketing",
            sends.c.state.in_(COUNTED),
            sends.c.created_at > now - max(PERIODS[period] for period in caps),
        )
        .order_by(sends.c.created_at)
    ).all()
    full = capped(caps, mails, now)
    if full is None:
        return None
    return Held(_opens(turn, step, full.until), "cap", f"at most {full.most} a {full.period}")


def _words(late: timedelta) -> str:
    return f"{late.days} days" if late.days else f"{late.seconds // 3600} hours"
