"""So many mails of an account on a day: a place is taken before a mail is claimed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, select, update

from nurture.domain.accounts.account import Account
from nurture.store.tables import account_days
from nurture.store.upserts import insert_unless_there

AHEAD = 60
"""Days for which places are promised."""
HELD = "quota"
"""How the hold of a journey begins that waits for a day; the account's name follows."""


def held_by(account: str) -> str:
    return f"{HELD}: {account}"


def take_place(conn: Connection, account: Account, day: date, *, first: bool) -> bool:
    """False: the day is full. Without a limit nothing is written."""
    room = account.places(day, first=first)
    return room is None or _taken(conn, account.name, day, room)


def promise(conn: Connection, account: Account, today: date, *, first: bool) -> datetime | None:
    """The beginning of the next day that has a place, which is taken; None: there is none for long."""
    days = [today + timedelta(days=number) for number in range(1, AHEAD)]
    asked = account_days.c.account == account.name, account_days.c.day > today.isoformat()
    known = {row.day: row.taken for row in conn.execute(select(account_days).where(*asked))}
    for day in days:
        room = account.places(day, first=first)
        if room is not None and known.get(day.isoformat(), 0) >= room:
            continue
        if room is None or _taken(conn, account.name, day, room):
            return datetime.combine(day, time(), UTC)
    return None


def give_back(conn: Connection, account: Account, day: date) -> None:
    """The mail that had it is held by something else."""
    if account.most(day) is not None:
        one = account_days.c.account == account.name, account_days.c.day == day.isoformat()
        conn.execute(update(account_days).where(*one).values(taken=account_days.c.taken - 1))


def taken(conn: Connection, day: date) -> dict[str, int]:
    """Account -> places of the day that are taken."""
    query = select(account_days).where(account_days.c.day == day.isoformat())
    return {row.account: row.taken for row in conn.execute(query)}


def _taken(conn: Connection, account: str, day: date, room: int) -> bool:
    one = account_days.c.account == account, account_days.c.day == day.isoformat()
    more = update(account_days).where(*one, account_days.c.taken < room)
    more = more.values(taken=account_days.c.taken + 1)
    if conn.execute(more).rowcount:
        return True
    row = {"account": account, "day": day.isoformat(), "taken": 0}
    new = conn.execute(insert_unless_there(conn, account_days, row)).rowcount
    return bool(new) and conn.execute(more).rowcount == 1
