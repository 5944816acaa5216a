"""Mails without an answer whose provider takes idempotency keys: handed over again under the same key, by the
same account and as they were, until it says what became of the first try, or its key is not trusted any more.
They may have arrived: they stay ``unknown`` meanwhile, and whatever a webhook says of them holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from nurture.delivery.provider import Outcome, Verdict
from nurture.services import ledger
from nurture.services.bouncing import bounced
from nurture.services.channels import resting
from nurture.services.desk import Desk
from nurture.services.retries import LOOK_AGAIN, in_hand, stays_away
from nurture.services.settling import SELDOM, SOONEST, settled
from nurture.services.silence import heard, may_try
from nurture.store.columns import db_now

KNOWN = (Verdict.SENT, Verdict.BOUNCED)


def assign(conn: Connection, desk: Desk, mail: Row[Any]) -> str | None:
    """The account that had it; None: it cannot be used now, or is another one by now."""
    account = str(mail.provider)
    life = desk.key_life(account)
    if life is None or life.place != mail.repeat_place:
        ledger.leave_unknown(conn, mail.id, mail.owner, ledger.NO_MORE)
        return None
    if resting(conn, account) or not may_try(conn, desk, account):
        _put_off(conn, mail, LOOK_AGAIN)
        return None
    return account


def mark(conn: Connection, desk: Desk, mail: Row[Any], account: str = "") -> bool:
    held, left = in_hand(conn, desk, mail, account)
    marked = ledger.mark_in_flight(conn, desk, held, {}, left, again=True)
    desk.reached("repeat/marking")
    return marked


def finish(
    conn: Connection, desk: Desk, mail: Row[Any], outcome: Outcome, incident: str | None, account: str = ""
) -> None:
    now = desk.clock.now(conn)
    rests = heard(conn, desk, account, outcome, incident)
    if outcome.verdict is Verdict.FENCED and stays_away(conn, desk, mail):
        ledger.leave_unknown(conn, mail.id, mail.owner, ledger.NO_MORE)
    elif outcome.verdict not in KNOWN:
        # That this try was not taken says nothing of the first.
        _put_off(conn, mail, max(_pause(mail, now), rests))
    else:
        _settle(conn, desk, mail, outcome, incident, account)


def _settle(
    conn: Connection, desk: Desk, mail: Row[Any], outcome: Outcome, incident: str | None, account: str
) -> None:
    state, values = settled(outcome, desk.clock.now(conn), mail.attempts)
    if outcome.verdict is Verdict.SENT:
        values["sent_at"] = mail.claimed_at or values["sent_at"]
    given = {**values, **ledger.NO_MORE, "incident": incident}
    owned = ledger.settle(conn, mail.id, mail.owner, state, given)
    if outcome.verdict is Verdict.BOUNCED and owned and mail.lead_id:
        why = (outcome.reason, outcome.code)
        bounced(conn, desk, mail.id, mail.lead_id, mail.recipient, mail.step, why, account)


def _pause(mail: Row[Any], now: datetime) -> float:
    since = (now - mail.settled_at).total_seconds() if mail.settled_at else 0.0
    return min(max(since, SOONEST), SELDOM)


def _put_off(conn: Connection, mail: Row[Any], seconds: float) -> None:
    ledger.leave_unknown(conn, mail.id, mail.owner, {"not_before": db_now(seconds)})
