"""What the ledger keeps of a provider's answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from nurture.delivery.provider import Outcome, Verdict
from nurture.store.columns import db_now

RETRIES = tuple(timedelta(minutes=pause) for pause in (5, 15, 30, 60))
"""Pauses before a deferred mail is tried again; the last one from then on."""

SOONEST, SELDOM = 30.0, 600.0
"""Seconds before a mail without an answer is handed over again under its key: as long as all the time before,
between these."""


def settled(
    outcome: Outcome, now: datetime, attempts: int, *, keyed: bool = False
) -> tuple[str, dict[str, Any]]:
    """The ledger's state and columns for what the provider answered. ``keyed``: without an answer it may be
    handed over again, so its text is kept."""
    values: dict[str, Any] = {"code": outcome.code, "reason": outcome.reason}
    if outcome.remote_id:
        values["provider_message_id"] = outcome.remote_id
    match outcome.verdict:
        case Verdict.SENT:
            return "sent", {**values, "sent_at": now, "settled_at": now, "body": None}
        case Verdict.RETRY:
            pause = RETRIES[min(attempts, len(RETRIES)) - 1].total_seconds()
            return "retry", {**values, "not_before": db_now(pause)}
        case Verdict.BOUNCED:
            return "bounced", {**values, "settled_at": now, "body": None}
        case Verdict.UNKNOWN if keyed:
            return "unknown", {**values, "settled_at": now, "not_before": db_now(SOONEST)}
        case Verdict.UNKNOWN:
            return "unknown", {**values, "settled_at": now, "body": None}
        case _:
            return "pending", {**values, "body": None}
