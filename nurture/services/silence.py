"""Accounts that cannot be reached, or take a call and do not answer. After a few such calls the account
rests, and then one mail alone tries: each call without an answer leaves a mail of which nobody knows, and
each one in vain a lead that waits by itself."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from nurture.delivery.provider import Outcome, Verdict
from nurture.services.channels import OF_THE_WAY, SILENT, THROTTLED, rest
from nurture.services.desk import Desk
from nurture.services.rates import TRIAL, bucket_of, end_trial, on_trial, take
from nurture.store.columns import db_now
from nurture.store.tables import channels, rates

MOST = 5
"""Calls in vain, one after the other in one process, from which the account rests."""
NO_ANSWER = "no-answer"
ANSWERED = (Verdict.SENT, Verdict.BOUNCED, Verdict.RETRY)
SAID = Outcome(Verdict.UNREACHED, None, None, "", SILENT)


def heard(conn: Connection, desk: Desk, account: str, outcome: Outcome, incident: str | None) -> None:
    """What a call that was handed over says of the account. A stepped clock knows no rests."""
    if desk.clock.stepped:
        return
    account = account or desk.provider
    bucket = bucket_of(account)
    if outcome.verdict in ANSWERED or outcome.reason == THROTTLED:
        desk.silences.answered(account)
        if desk.purse.ends_trial(bucket):
            end_trial(conn, bucket)
            conn.execute(update(channels).where(channels.c.name == account).values(until=db_now()))
    elif trouble := _trouble(outcome):
        tried = desk.purse.ends_trial(bucket)
        if desk.silences.silent(account) >= MOST or tried:
            rest(conn, desk, account, trouble, incident, tried=tried)
            on_trial(conn, bucket)


def _trouble(outcome: Outcome) -> Outcome | None:
    """What the account rests for; None: it says nothing of it, or its own answer has made it rest."""
    if outcome.verdict is Verdict.UNKNOWN and outcome.reason == NO_ANSWER:
        return SAID
    away = outcome.verdict is Verdict.UNREACHED and outcome.reason in OF_THE_WAY
    return outcome if away and not outcome.channel else None


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
