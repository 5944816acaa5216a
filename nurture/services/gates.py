"""What must be so before a mail is claimed. Each gate that is shut has a name, which the lead's timeline
tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from nurture.domain.durations import Duration
from nurture.domain.steps.send import Send
from nurture.domain.windows import ANY_TIME
from nurture.services.desk import Desk
from nurture.services.hold import standstill
from nurture.services.ledger import COUNTED
from nurture.services.rates import take
from nurture.services.turns import Opened
from nurture.store.tables import campaigns, sends

PERIODS = {"day": timedelta(days=1), "week": timedelta(days=7)}
LATE_AFTER = Duration(7, "days")
STANDSTILL_LOOK = timedelta(minutes=1)
PAUSED_LOOK = timedelta(days=30)


@dataclass(frozen=True)
class Held:
    until: datetime
    name: str
    why: str = ""


@dataclass(frozen=True)
class Skipped:
    reason: str


def gate(conn: Connection, desk: Desk, turn: Opened, step: Send) -> Held | Skipped | None:
    """None: it may be sent."""
    now = turn.facts.now
    if still := standstill(conn, desk.base_url, desk.namespace):
        return Held(now + STANDSTILL_LOOK, still.kind, still.reason)
    if paused(conn, turn):
        return Held(now + PAUSED_LOOK, "paused")
    if (late := now - turn.position.planned) > _within(turn, step).span():
        return Skipped(f"{_words(late)} late, more than {_within(turn, step)}")
    if reason := _address(desk, turn):
        return Skipped(reason)
    if (opens := _opens(turn, step, now)) > now:
        return Held(opens, "window", f"the window {_window(turn, step)} is shut")
    if step.kind == "marketing" and (capped := _cap(conn, turn, step)):
        return capped
    if not desk.clock.stepped and (wait := take(conn, f"send.{desk.provider}", desk.send_rate)):
        return Held(now + timedelta(seconds=wait), "rate")
    return None


def paused(conn: Connection, turn: Opened) -> bool:
    if turn.journey.paused_at:
        return True
    state = conn.execute(select(campaigns.c.state).where(campaigns.c.name == turn.journey.campaign)).scalar()
    return state == "paused"


def _within(turn: Opened, step: Send) -> Duration:
    company = turn.rules.dictionary.sending.within
    return step.within or turn.published.campaign.sending.within or company or LATE_AFTER


def _window(turn: Opened, step: Send) -> str | None:
    company = turn.rules.dictionary.sending.window
    return step.window or turn.published.campaign.sending.window or company


def _opens(turn: Opened, step: Send, now: datetime) -> datetime:
    name = _window(turn, step)
    if name is None or name == ANY_TIME:
        return now
    return turn.rules.dictionary.windows[name].opens(now, turn.facts.zone)


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
    now = turn.facts.now
    for period, most in _caps(turn).items():
        mails = conn.scalars(
            select(sends.c.created_at)
            .where(
                sends.c.lead_id == turn.journey.lead_id,
                sends.c.kind == "marketing",
                sends.c.state.in_(COUNTED),
                sends.c.created_at > now - PERIODS[period],
            )
            .order_by(sends.c.created_at.desc())
            .limit(most)
        ).all()
        if len(mails) >= most:
            free = mails[-1] + PERIODS[period]
            return Held(_opens(turn, step, free), "cap", f"at most {most} a {period}")
    return None


def _caps(turn: Opened) -> dict[str, int]:
    """Only stricter: the smaller of the company's and the campaign's."""
    company, own = turn.rules.dictionary.sending.caps, turn.published.campaign.sending.caps
    both = {**company, **own}
    return {
        period: min(both[period], company.get(period, both[period])) for period in both if period in PERIODS
    }


def _words(late: timedelta) -> str:
    return f"{late.days} days" if late.days else f"{late.seconds // 3600} hours"
