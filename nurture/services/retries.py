"""Mails that a recipient's server put off: sent again as they were, while their journeys have long walked
on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from nurture.delivery.parts import sender_of
from nurture.delivery.provider import Outcome, Verdict
from nurture.domain.accounts.routes import Mail
from nurture.domain.campaign import Campaign
from nurture.domain.sending import MARKETING
from nurture.services import ledger
from nurture.services.bouncing import bounced, never_taken
from nurture.services.breakers import HANDED, handed
from nurture.services.channels import resting
from nurture.services.desk import Desk
from nurture.services.ledger import InHand
from nurture.services.rates import take
from nurture.services.settling import settled
from nurture.services.silence import heard, may_try
from nurture.services.suppress import standing, unsubscribed_at
from nurture.services.ways import usable_for
from nurture.store.columns import db_now
from nurture.store.tables import journeys

GIVEN_UP_AFTER = timedelta(hours=72)
LOOK_AGAIN = 60.0
"""Seconds until a mail is tried again that was stopped by a hold or a pause, or for trouble of our own."""


def mark(conn: Connection, desk: Desk, mail: Row[Any], account: str = "") -> bool:
    held, left = in_hand(conn, desk, mail, account)
    marked = ledger.mark_in_flight(conn, desk, held, {}, left)
    desk.reached("retry/marking")
    return marked


def in_hand(conn: Connection, desk: Desk, mail: Row[Any], account: str) -> tuple[InHand, Collection[str]]:
    """With the outcomes of its journey that forbid it."""
    left = _left(conn, desk, mail) if mail.journey_id else ()
    asked, now = _asked(conn, desk, mail), desk.clock.now(conn)
    wishes = ledger.wanted(mail.kind, mail.lead_id, now, _topic(conn, desk, mail))
    who = mail.recipient, mail.campaign, mail.journey_id
    return InHand(mail.id, mail.owner, *who, asked=asked, account=account, wishes=wishes), left


def assign(conn: Connection, desk: Desk, mail: Row[Any]) -> str | None:
    """The account that tries it again: the one that had it, as its recipient's server knows it, else the
    first of its way that may be used. None: none can now, and it is put off. It was refused or never handed
    over, so no other can have taken it."""
    limit = desk.accounts.limit(mail.recipient) if desk.accounts else None
    wait = take(conn, desk.purse, f"to.{limit[0]}"[:100], limit[1]) if limit else 0.0
    account = _usable(conn, desk, mail)
    if account is None or wait or not may_try(conn, desk, account):
        ledger.settle(conn, mail.id, mail.owner, "retry", {"not_before": db_now(wait or LOOK_AGAIN)})
        return None
    return account


def _usable(conn: Connection, desk: Desk, mail: Row[Any]) -> str | None:
    if desk.accounts is None:
        return None if resting(conn, desk.provider) else desk.provider
    if mail.provider in desk.accounts.accounts and not resting(conn, mail.provider):
        return str(mail.provider)
    asked = Mail(mail.campaign, mail.kind, sender_of(bytes(mail.body)), mail.recipient)
    return usable_for(conn, desk.accounts, asked)


def finish(
    conn: Connection, desk: Desk, mail: Row[Any], outcome: Outcome, incident: str | None, account: str = ""
) -> None:
    now = desk.clock.now(conn)
    rests = heard(conn, desk, account, outcome, incident)
    state, values = settled(outcome, now, mail.attempts, keyed=desk.key_life(account) is not None)
    if outcome.verdict is Verdict.FENCED:
        state, values = _stopped(conn, desk, mail, now)
    elif outcome.verdict is Verdict.UNREACHED:
        state, values = "retry", {"not_before": db_now(rests or LOOK_AGAIN)}
    if state == "retry" and now - mail.created_at > GIVEN_UP_AFTER:
        state, values = "given_up", {"reason": outcome.reason, "settled_at": now, "body": None}
    owned = ledger.settle(conn, mail.id, mail.owner, state, values | {"incident": incident})
    if outcome.verdict is Verdict.BOUNCED and owned and mail.lead_id:
        why = (outcome.reason, outcome.code)
        bounced(conn, desk, mail.id, mail.lead_id, mail.recipient, mail.step, why, account)
    if outcome.verdict is Verdict.RETRY and state == "given_up" and owned and mail.lead_id:
        never_taken(conn, desk, mail.lead_id, mail.recipient)
    if owned and outcome.verdict in HANDED:
        handed(conn, desk, account)


def _topic(conn: Connection, desk: Desk, mail: Row[Any]) -> str:
    if not mail.journey_id or mail.kind != MARKETING:
        return ""
    campaign, _ = _journey_of(conn, desk, mail)
    return (campaign.topic if campaign else None) or ""


def _left(conn: Connection, desk: Desk, mail: Row[Any]) -> frozenset[str]:
    """A journey that walked to its end still wants its deferred mail; one that left by these does not."""
    campaign, _ = _journey_of(conn, desk, mail)
    own = campaign.leave if campaign else ()
    return frozenset({"erased", *(leave.outcome for leave in own)})


def _asked(conn: Connection, desk: Desk, mail: Row[Any]) -> datetime | None:
    """Of the question whether she wants mail again: when she asked for it."""
    if not mail.journey_id or not mail.answers:
        return None
    campaign, entered = _journey_of(conn, desk, mail)
    return entered if campaign and mail.step in campaign.opt_ins else None


def _journey_of(conn: Connection, desk: Desk, mail: Row[Any]) -> tuple[Campaign | None, datetime]:
    """The campaign, if its version can be read, and when the journey began."""
    columns = journeys.c.version, journeys.c.entered_at
    version, entered = conn.execute(select(*columns).where(journeys.c.id == mail.journey_id)).one()
    published = desk.library.readable(conn, version)
    return (published.campaign if published else None), entered


def _stopped(conn: Connection, desk: Desk, mail: Row[Any], now: datetime) -> tuple[str, dict[str, Any]]:
    if stays_away(conn, desk, mail):
        return "cancelled", {"reason": "stopped at the last gate", "settled_at": now, "body": None}
    return "retry", {"not_before": db_now(LOOK_AGAIN)}


def stays_away(conn: Connection, desk: Desk, mail: Row[Any]) -> bool:
    """A hold or a pause ends some day; whoever has left or is suppressed does not come back for this mail."""
    outcome = conn.execute(select(journeys.c.outcome).where(journeys.c.id == mail.journey_id)).scalar()
    over = outcome is not None and outcome in _left(conn, desk, mail)
    return over or _silenced(conn, desk, mail)


def _silenced(conn: Connection, desk: Desk, mail: Row[Any]) -> bool:
    topic = _topic(conn, desk, mail)
    reason, unwanted = standing(conn, desk.secrets, mail.recipient, mail.campaign, topic)
    if unwanted or not reason:
        return unwanted
    asked = _asked(conn, desk, mail)
    said = unsubscribed_at(conn, desk.secrets, mail.recipient, mail.campaign) if asked else None
    return said is None or asked is None or said > asked
