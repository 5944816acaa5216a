"""Accounts at providers that cannot be used for a time: they wait, so that no lead pays for it.

An account rests by an empty bucket of tokens: who wants to send asks for one anyway, so that a rest costs
no statement of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from nurture.delivery import calling, smtp_outcomes
from nurture.delivery.provider import Outcome, Verdict
from nurture.domain.accounts.breakers import BOUNCES, COMPLAINTS, REFUSALS
from nurture.services.desk import Desk
from nurture.services.rates import bucket_of, empty
from nurture.services.wakes import PAGE, Spread, queue
from nurture.store.columns import db_now
from nurture.store.tables import channels, journeys, rates
from nurture.store.upserts import insert_unless_there

PAUSES = (60.0, 300.0, 1800.0, 3600.0)
"""Seconds of rest for trouble that only a person can mend, one after the other; the last from then on."""
PASSING = (60.0, 120.0, 240.0)
"""For trouble of the way, which mostly passes. Longer ones would spare few of the mails that silence costs,
and keep all waiting when it is over."""
THROTTLED = "throttled"
HELD = "channel"
"""The name in ``journeys.hold`` of one that waits for an account."""
SHORTEST, LONGEST = 1.0, 3600.0
SLOWEST = 60.0
"""Seconds up to which the shortest wait grows while a provider that wants fewer calls takes no mail."""
SILENT = "silent"
"""Calls were handed over and not answered."""
OF_THE_WAY = (SILENT, "unreachable", "greeting-refused", "timed-out", "provider-down")
TRIPS = (COMPLAINTS, BOUNCES, REFUSALS)
"""Reasons that only a person ends."""
STOPPED = 10 * 365 * 86400.0
STRIKES, STRIKES_WITHIN = 5, 600.0
"""So many refusals for our own sake, within so many seconds, and the account rests."""
BURST_REST = 1800.0
REFUSED = "policy-refusals"
AFRESH = 900.0
"""Seconds without trouble after a rest that make the next one the first again."""


WORDS: Mapping[str, str] = {
    **smtp_outcomes.CHANNEL_REASONS,
    **calling.REASONS,
    SILENT: "it takes mails and does not answer",
    REFUSED: "five mails were refused within ten minutes for our policy, authentication or reputation",
}
"""Why an account rests, for people."""


@dataclass(frozen=True)
class Resting:
    reason: str
    seconds: float
    """Until the account is tried again."""
    since: datetime
    incident: str | None

    @property
    def why(self) -> str:
        return WORDS.get(self.reason, self.reason)


def rest(conn: Connection, desk: Desk, name: str, outcome: Outcome, incident: str | None, *,
         tried: bool = False) -> float:  # fmt: skip
    """Books that the account cannot be used; the seconds for which nothing is handed over. ``tried``: after
    a rest, by one mail alone."""
    # Many meet the same trouble at the same moment: there is a row before anybody locks it.
    never = {"reason": "", "since": db_now(), "until": db_now(-2 * AFRESH), "tries": 0}
    conn.execute(insert_unless_there(conn, channels, {"name": name, **never}))
    known = select(channels, db_now().label("now")).where(channels.c.name == name).with_for_update()
    row = conn.execute(known).one()
    left = (row.until - row.now).total_seconds()
    if left > 0 and row.reason in TRIPS:
        return float(left)
    if tried:
        left = min(left, 0.0)
    # Those who had already asked for their token meet the same trouble: it counts once.
    tries = 1 if left < -AFRESH else row.tries if left > 0 else row.tries + 1
    if outcome.reason == THROTTLED and left <= 0:
        tries = 0  # it answers: what follows is new trouble
    seconds: float = max(_seconds(outcome, tries), left)
    if outcome.reason == THROTTLED and left <= 0:
        seconds = max(seconds, min(SHORTEST * 2 ** (min(desk.silences.slowed(name), 10) - 1), SLOWEST))
    values: dict[str, Any] = {
        "reason": outcome.reason,
        "until": db_now(seconds),
        "tries": tries,
        "incident": incident,
    }
    if left < -AFRESH:
        values["since"] = db_now()
    conn.execute(update(channels).where(channels.c.name == name).values(values))
    empty(conn, desk.purse, bucket_of(name), seconds)
    return seconds


def failing(desk: Desk, outcome: Outcome) -> bool:
    """Trouble on the way to an account: with others beside it, it rests a while, and they are asked."""
    several = desk.accounts is not None and len(desk.accounts.accounts) > 1
    return several and outcome.verdict is Verdict.UNREACHED and outcome.reason in OF_THE_WAY


def stop(conn: Connection, desk: Desk, name: str, reason: str) -> bool:
    """A breaker has tripped: the account rests until somebody resumes it. False: it does already."""
    never = {"reason": "", "since": db_now(), "until": db_now(), "tries": 0}
    conn.execute(insert_unless_there(conn, channels, {"name": name, **never}))
    one = channels.c.name == name
    known = select(channels, db_now().label("now")).where(one).with_for_update()
    row = conn.execute(known).one()
    if row.until > row.now and row.reason in TRIPS:
        return False
    values = {"reason": reason, "since": db_now(), "until": db_now(STOPPED), "tries": 0, "incident": None}
    conn.execute(update(channels).where(one).values(values))
    empty(conn, desk.purse, bucket_of(name), STOPPED)
    return True


def strike(conn: Connection, desk: Desk, account: str) -> None:
    """A mail was refused for our policy, authentication or reputation. After five in ten minutes the account
    rests: each more would make it worse."""
    name = f"{account}/refusals"
    never = {"reason": REFUSED, "since": db_now(), "until": db_now(), "tries": 0}
    conn.execute(insert_unless_there(conn, channels, {"name": name, **never}))
    known = select(channels, db_now().label("now")).where(channels.c.name == name).with_for_update()
    row = conn.execute(known).one()
    afresh = (row.now - row.since).total_seconds() > STRIKES_WITHIN
    strikes = 1 if afresh else row.tries + 1
    values: dict[str, Any] = {"tries": strikes if strikes < STRIKES else 0}
    if afresh or strikes >= STRIKES:
        values["since"] = db_now()
    conn.execute(update(channels).where(channels.c.name == name).values(values))
    if strikes >= STRIKES:
        burst = Outcome(Verdict.UNREACHED, None, None, "", REFUSED, channel=True, retry_after=BURST_REST)
        rest(conn, desk, account, burst, None)


def resting(conn: Connection, name: str) -> Resting | None:
    row = conn.execute(
        select(channels, db_now().label("now")).where(channels.c.name == name, channels.c.until > db_now())
    ).one_or_none()
    if row is None:
        return None
    return Resting(row.reason, (row.until - row.now).total_seconds(), row.since, row.incident)


def resting_ones(conn: Connection, names: Collection[str] | None = None) -> dict[str, Resting]:
    """Those that rest, by name; of all accounts when none are named."""
    query = select(channels, db_now().label("now")).where(channels.c.until > db_now())
    found = conn.execute(query if names is None else query.where(channels.c.name.in_(names)))
    return {
        row.name: Resting(row.reason, (row.until - row.now).total_seconds(), row.since, row.incident)
        for row in found
    }


def end_rest(conn: Connection, name: str | None = None) -> Sequence[str]:
    """Somebody has mended it: the accounts that may be tried again at once. Whom the rest met is woken by
    ``wake_rested``. What a breaker has stopped is ended only by its ``name``."""
    which = channels.c.reason.not_in(TRIPS) if name is None else channels.c.name == name
    ended = update(channels).where(channels.c.until > db_now(), which).values(until=db_now(), tries=0)
    names = sorted(conn.scalars(ended.returning(channels.c.name)))
    buckets = [bucket_of(name) for name in names]
    afresh = {"at": db_now(), "line": None}
    conn.execute(update(rates).where(rates.c.name.in_(buckets), rates.c.at > db_now()).values(afresh))
    return names


def wake_rested(conn: Connection, after: str | None, spread: Spread) -> tuple[str | None, int]:
    """One page of the journeys that wait for an account: the last id, None at the end, and how many."""
    page = (
        select(journeys.c.id)
        .where(journeys.c.state == "open", journeys.c.hold == HELD, journeys.c.paused_at.is_(None))
        .order_by(journeys.c.id)
        .limit(PAGE)
    )
    found = list(conn.scalars(page.where(journeys.c.id > after) if after else page))
    return (found[-1] if len(found) == PAGE else None), queue(conn, found, spread, due=True)


def _seconds(outcome: Outcome, tries: int) -> float:
    if outcome.reason == THROTTLED and outcome.retry_after is not None:
        return min(max(outcome.retry_after, SHORTEST), LONGEST)
    pauses = PASSING if outcome.reason in OF_THE_WAY else PAUSES
    return max(pauses[min(max(tries, 1), len(pauses)) - 1], min(outcome.retry_after or 0, LONGEST))
