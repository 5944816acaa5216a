"""Accounts that cannot be reached, or take a call and do not answer. After a few such calls the account
rests, and then one mail alone tries: each call without an answer leaves a mail of which nobody knows, and
each one in vain a lead that waits by itself."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from nurture.delivery.provider import Outcome, Verdict
from nurture.services.channels import OF_THE_WAY, SILENT, THROTTLED, failing, rest
from nurture.services.desk import Desk
from nurture.services.rates import TRIAL, bucket_of, end_trial, on_trial, take
from nurture.store.columns import db_now
from nurture.store.tables import channels, rates

MOST = 5
"""Calls in vain, one after the other in one process, from which the account rests."""
NO_ANSWER = "no-answer"
ANSWERED = (Verdict.SENT, Verdict.BOUNCED, Verdict.RETRY)
SAID = Outcome(Verdict.UNREACHED, None, None, "", SILENT)


def heard(conn: Connection, desk: Desk, account: str, outcome: Outcome, incident: str | None) -> float:
    """Books what a call says of the account; the seconds for which it rests, if it was this that made it."""
    account = account or desk.provider
    at_once = outcome.channel or failing(desk, outcome)
    trouble = None if desk.clock.stepped else _trouble(outcome)
    tried = desk.purse.ends_trial(bucket_of(account))
    if trouble is None:
        if outcome.verdict in ANSWERED:
            desk.silences.took(account)
        if outcome.verdict in ANSWERED or outcome.reason == THROTTLED:
            _answered(conn, desk, account, tried)
        return rest(conn, desk, account, outcome, incident) if at_once else 0.0
    if desk.silences.silent(account) < MOST and not at_once and not tried:
        return 0.0
    seconds = rest(conn, desk, account, trouble, incident, tried=tried)
    on_trial(conn, bucket_of(account))
    return seconds


def _trouble(outcome: Outcome) -> Outcome | None:
    """What the account rests for until one mail alone has tried it; None: it says nothing of the way."""
    if outcome.verdict is Verdict.UNKNOWN and outcome.reason == NO_ANSWER:
        return SAID
    away = outcome.verdict is Verdict.UNREACHED and outcome.reason in OF_THE_WAY
    return outcome if away else None


def _answered(conn: Connection, desk: Desk, account: str, tried: bool) -> None:
    desk.silences.answered(account)
    if tried:
        end_trial(conn, bucket_of(account))
        over = {"until": db_now(), "tries": 0}
        conn.execute(update(channels).where(channels.c.name == account).values(over))


def trying(conn: Connection, desk: Desk, account: str) -> None:
    """For whoever has just taken a token: who has the only one tries alone, and for others it rests on."""
    if desk.purse.in_trial(bucket_of(account)):
        conn.execute(update(channels).where(channels.c.name == account).values(until=db_now(TRIAL)))


def may_try(conn: Connection, desk: Desk, account: str) -> bool:
    """Of a mail that needs no token else: while the account is on trial it wants the only one."""
    bucket = bucket_of(account)
    if not conn.scalar(select(rates.c.trial).where(rates.c.name == bucket)):
        return True
    if take(conn, desk.purse, bucket, desk.send_rate):
        return False
    trying(conn, desk, account)
    return True
