"""What must be so before a mail is claimed. Each gate that is shut has a name, which the lead's timeline
tells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, select

from nurture.domain.durations import Duration
from nurture.domain.opt_in import NOT_CONFIRMED
from nurture.domain.preferences import unwanted
from nurture.domain.sending import (
    MARKETING,
    opens,
    too_late,
    why_shut,
    within_of,
)
from nurture.domain.steps.send import SMS, Send
from nurture.domain.with_sales import PEACE
from nurture.services.channels import HELD, resting
from nurture.services.desk import Desk
from nurture.services.enough import Held, enough
from nurture.services.hold import look_again, standstill_of
from nurture.services.phones import phone_of
from nurture.services.rates import bucket_of, take_in_line
from nurture.services.silence import trying
from nurture.services.suppress import suppressed
from nurture.services.turns import Opened
from nurture.services.ways import LINE, NO_ACCOUNT, WAITED, too_fast, way_of
from nurture.services.wishes import not_from_here
from nurture.store.tables import campaigns, installation, sends

OF_INSTALLATION = ("base_url", "namespace", "held_for", "held_at", "restored_at", "reconciled_at")
OF_SEND = ("id", "state", "owner", "sent_at", "reason", "message", "attempts")
INSTALLED: Select[Any] = select(
    *(installation.c[name] for name in OF_INSTALLATION),
    *(sends.c[name] for name in OF_SEND),
    select(campaigns.c.state)
    .where(campaigns.c.name == bindparam("campaign"))
    .scalar_subquery()
    .label("campaign_state"),
    select(func.aggregate_strings(campaigns.c.live, ",")).scalar_subquery().label("live"),
).select_from(installation.outerjoin(sends, sends.c.key == bindparam("entry")))


CERTAIN = ("quiet", "cap")
"""What holds until a time that does not come earlier; an answer to a reply may."""


Span = tuple[Duration, datetime]
"""What may be late by how much, and since when."""
NEVER_LATE = (NO_ACCOUNT,)
"""Holds of a mistake that somebody will mend: nobody is skipped for them."""


@dataclass(frozen=True)
class Skipped:
    reason: str


def installed(conn: Connection, campaign: str, entry: str = "") -> Row[Any]:
    """The installation's row, with the ``campaign_state``, what is ``live``, and of the ledger's row under
    the key ``entry``, if there is one, what ``OF_SEND`` names."""
    return conn.execute(INSTALLED, {"campaign": campaign, "entry": entry}).one()


def gate(conn: Connection, desk: Desk, turn: Opened, step: Send, here: Row[Any]) -> Held | Skipped | str:
    """The account by which it may be sent. ``here``: what ``installed`` gave."""
    now = turn.facts.now
    if still := standstill_of(here, desk.base_url, desk.namespace):
        return Held(look_again(here, turn.journey.id, now), still.kind, still.reason)
    if turn.journey.paused_at or here.campaign_state == "paused":
        return Held(turn.journey.due, "paused")
    campaign, dictionary = turn.published.campaign, turn.rules.dictionary
    within = within_of(step, campaign, dictionary)
    planned = now if turn.journey.hold in PEACE else turn.position.planned
    if late := too_late(within, planned, turn.facts):
        return Skipped(f"{_words(late)} late, more than {within}")
    if reason := _not_to_her(conn, desk, turn, step):
        return Skipped(reason)
    if (at := opens(step, campaign, dictionary, turn.facts, now)) > now:
        if late := too_late(within, planned, turn.facts, at):
            return Skipped(f"the window opens {_words(late)} late, more than {within}")
        return Held(at, "window", why_shut(step, campaign, dictionary, turn.facts))
    if step.kind == MARKETING and (held := enough(conn, desk, turn, step, here.live)):
        if held.name in CERTAIN and (late := too_late(within, planned, turn.facts, held.until)):
            return Skipped(f"{held.why}: it would be {_words(late)} late, more than {within}")
        return held
    return desk.provider if desk.clock.stepped else _way(conn, desk, turn, step, here, (within, planned))


def _not_to_her(conn: Connection, desk: Desk, turn: Opened, step: Send) -> str | None:
    if reason := _number(conn, desk, turn) if step.via == SMS else _address(desk, turn):
        return reason
    if turn.facts.asks_again and not step.opt_in:
        return NOT_CONFIRMED
    return unwanted(turn.published.campaign.topic, turn.facts.wishes) if step.kind == MARKETING else None


def _way(
    conn: Connection, desk: Desk, turn: Opened, step: Send, here: Row[Any], span: Span
) -> Held | Skipped | str:
    if desk.accounts is None or step.via == SMS:
        way = _token(conn, desk, turn, step)
    else:
        way = way_of(conn, desk, desk.accounts, turn, step, here.live)
    return way if isinstance(way, str) else _in_time(turn, span, way)


def _token(conn: Connection, desk: Desk, turn: Opened, step: Send) -> str | Held:
    """Of the account's rate; while the account rests there is none. Text messages have a rate of their own:
    an outage of the mail's provider keeps none of them waiting."""
    name, waited = SMS if step.via == SMS else desk.provider, turn.journey.hold in WAITED
    wait = take_in_line(conn, desk.purse, bucket_of(name), desk.send_rate, waited=waited)
    if not wait:
        trying(conn, desk, name)
        return desk.provider
    until, rests = turn.facts.now + timedelta(seconds=wait), resting(conn, name)
    if rests is None:
        return Held(until, LINE, too_fast(name, desk.send_rate))
    return Held(until, HELD, f"{name} cannot be used: {rests.reason}")


def _in_time(turn: Opened, span: Span, held: Held) -> Held | Skipped:
    """A line that is too long is known to be; a rest may end any time, and is looked at no later than what
    it holds would be skipped."""
    within, planned = span
    late = too_late(within, planned, turn.facts, held.until)
    if late is None or held.name in NEVER_LATE:
        return held
    if held.name != HELD:
        return Skipped(f"{held.why or held.name}: it would be {_words(late)} late, more than {within}")
    facts = turn.facts
    last = within.after(planned, facts.zone, facts.calendar) + timedelta(seconds=1)
    return replace(held, until=max(min(held.until, last), facts.now + timedelta(minutes=1)))


def paused(conn: Connection, turn: Opened) -> bool:
    if turn.journey.paused_at:
        return True
    state = conn.execute(select(campaigns.c.state).where(campaigns.c.name == turn.journey.campaign)).scalar()
    return state == "paused"


def _number(conn: Connection, desk: Desk, turn: Opened) -> str | None:
    number = phone_of(turn.facts.fields)
    if not number:
        return "no phone number"
    if desk.allowed is not None and number not in desk.allowed:
        return "this installation may not write to the number"
    why = suppressed(conn, desk.secrets, number)
    return f"{why} by text message" if why else None


def _address(desk: Desk, turn: Opened) -> str | None:
    email = str(turn.facts.fields.get("lead.email", ""))
    return not_from_here(desk.allowed, email) or None


def _words(late: timedelta) -> str:
    return f"{late.days} days" if late.days else f"{late.seconds // 3600} hours"
