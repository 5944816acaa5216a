"""Mails that a recipient's server put off: sent again as they were, while their journeys have long walked
on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row

from nurture.delivery.provider import Outcome, Verdict
from nurture.services import ledger
from nurture.services.desk import Desk
from nurture.services.sending import bounced, settled
from nurture.store.columns import db_now

GIVEN_UP_AFTER = timedelta(hours=72)


def mark(conn: Connection, desk: Desk, mail: Row[Any]) -> bool:
    return ledger.mark_in_flight(conn, desk, mail.id, mail.owner, mail.recipient, {})


def finish(conn: Connection, desk: Desk, mail: Row[Any], outcome: Outcome, incident: str | None) -> None:
    now = desk.clock.now(conn)
    state, values = settled(outcome, now, mail.attempts)
    if outcome.verdict is Verdict.FENCED:
        state, values = "cancelled", {"reason": "stopped at the last gate", "settled_at": now, "body": None}
    elif outcome.verdict is Verdict.UNREACHED:
        state, values = "retry", {"not_before": db_now(60)}
    if state == "retry" and now - mail.created_at > GIVEN_UP_AFTER:
        state, values = "given_up", {"reason": outcome.reason, "settled_at": now, "body": None}
    owned = ledger.settle(conn, mail.id, mail.owner, state, values | {"incident": incident})
    if outcome.verdict is Verdict.BOUNCED and owned and mail.lead_id:
        bounced(conn, desk, mail.id, mail.lead_id, mail.recipient, mail.step, outcome)
