"""By which account a mail goes, where there are several: routes, rests, places of the day, limits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from nurture.domain.accounts.account import Account
from nurture.domain.accounts.routes import Accounts, Mail
from nurture.domain.steps.send import Send
from nurture.services import quotas
from nurture.services.channels import HELD, Resting, resting_ones
from nurture.services.desk import Desk
from nurture.services.enough import Held
from nurture.services.mailing import sender_of
from nurture.services.rates import bucket_of, place, put_back, take_in_line
from nurture.services.silence import trying
from nurture.services.turns import Opened

LINE = "line"
WAITED = (LINE, HELD)
"""Holds of a journey whose mail has a place in the line of an account."""
NO_ACCOUNT, LOOK_AGAIN = "no-account", timedelta(minutes=10)
OPERATIONAL = "operational"


@dataclass(frozen=True)
class Asks:
    """A mail that asks for its way, and what it has waited for."""

    mail: Mail
    now: datetime
    first: bool
    hold: str | None
    due: datetime


def way_of(conn: Connection, desk: Desk, accounts: Accounts, turn: Opened, step: Send,
           live: str | None) -> str | Held:  # fmt: skip
    """The account that carries it now, or until when it is put off."""
    own = sender_of(conn, turn, step)
    sender = own.address if own else desk.sender_address
    mail = Mail(turn.journey.campaign, step.kind, sender, str(turn.facts.fields.get("lead.email", "")))
    priorities = desk.library.priorities(conn, live)
    priority = priorities.get(mail.campaign, turn.published.campaign.priority)
    first = step.kind == OPERATIONAL or priority >= max(priorities.values(), default=priority)
    asks = Asks(mail, turn.facts.now, first, turn.journey.hold, turn.journey.due)
    return choose(conn, desk, accounts, asks)


def choose(conn: Connection, desk: Desk, accounts: Accounts, asks: Asks) -> str | Held:
    way = accounts.way(asks.mail)
    if not way:
        why = f"no account may send for {asks.mail.sender.rpartition('@')[2]}"
        return Held(asks.now + LOOK_AGAIN, NO_ACCOUNT, why)
    rests = resting_ones(conn, [one.name for one in way])
    usable = [one for one in way if one.name not in rests]
    if not usable:
        return _all_rest(conn, desk, accounts, asks, rests)
    placed = _placed(conn, usable, asks)
    if isinstance(placed, Held):
        return placed
    held = _limited(conn, desk, accounts, placed, asks)
    if held is None:
        trying(conn, desk, placed.name)
        return placed.name
    quotas.give_back(conn, placed, asks.now.astimezone(UTC).date())
    return held


def usable_for(conn: Connection, accounts: Accounts, mail: Mail) -> str | None:
    """For a mail that is tried again outside its journey: the first that may be used."""
    way = [one.name for one in accounts.way(mail)]
    rests: Collection[str] = resting_ones(conn, way)
    return next((name for name in way if name not in rests), None)


def _all_rest(
    conn: Connection, desk: Desk, accounts: Accounts, asks: Asks, rests: Mapping[str, Resting]
) -> Held:
    """Put off to a place behind all who wait for the one that may be tried first."""
    name, soonest = min(rests.items(), key=lambda one: one[1].seconds)
    wait = place(conn, bucket_of(name), accounts.accounts[name].rate or desk.send_rate)
    until = asks.now + timedelta(seconds=max(wait, soonest.seconds))
    return Held(until, HELD, f"{name} cannot be used: {soonest.reason}")


def _placed(conn: Connection, usable: Sequence[Account], asks: Asks) -> Account | Held:
    """The first that has a place today; else a promised one on a day ahead."""
    today = asks.now.astimezone(UTC).date()
    for account in usable:
        promised = asks.hold == quotas.held_by(account.name) and asks.due.astimezone(UTC).date() == today
        if promised or quotas.take_place(conn, account, today, first=asks.first):
            return account
    account = usable[0]
    until = quotas.promise(conn, account, today, first=asks.first)
    why = f"{account.name} has sent what it may on this day"
    return Held(until or asks.now + timedelta(days=1), quotas.held_by(account.name), why)


def _limited(conn: Connection, desk: Desk, accounts: Accounts, account: Account, asks: Asks) -> Held | None:
    """By the recipient's domain, and by the account's own rate."""
    waited, limit = asks.hold in WAITED, accounts.limit(asks.mail.recipient)
    bucket = f"to.{limit[0]}"[:100] if limit else ""
    # Whom a rest met has no place in the line of the limit yet.
    stood = asks.hold == LINE
    if limit and (wait := take_in_line(conn, desk.purse, bucket, limit[1], waited=stood)):
        return Held(asks.now + timedelta(seconds=wait), LINE, f"{limit[0]} gets {_said(limit[1])} at most")
    rate = account.rate or desk.send_rate
    if wait := take_in_line(conn, desk.purse, bucket_of(account.name), rate, waited=waited):
        if limit:
            put_back(conn, bucket)
        return Held(asks.now + timedelta(seconds=wait), LINE, too_fast(account.name, rate))
    return None


def too_fast(account: str, rate: float) -> str:
    return f"{account} sends {_said(rate)} at most"


def _said(rate: float) -> str:
    for word, seconds in (("second", 1), ("minute", 60), ("hour", 3600)):
        if rate * seconds >= 1:
            return f"{rate * seconds:g} a {word}"
    return f"{rate * 86400:g} a day"
