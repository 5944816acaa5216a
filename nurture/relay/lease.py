"""Leading: one process at a time does the relay's rounds. The database's time decides."""

from __future__ import annotations

from sqlalchemy import Connection, or_, select, update

from nurture.store.columns import db_now
from nurture.store.tables import leases
from nurture.store.upserts import insert_unless_there

SECONDS = 5.0


def lead(conn: Connection, name: str, owner: str) -> bool:
    """Takes or renews the lease; whether ``owner`` has it now."""
    row = {"name": name, "owner": owner, "until": db_now(SECONDS)}
    if conn.execute(insert_unless_there(conn, leases, row)).rowcount:
        return True
    ours = or_(leases.c.owner == owner, leases.c.until < db_now())
    renewed = update(leases).where(leases.c.name == name, ours).values(owner=owner, until=db_now(SECONDS))
    return conn.execute(renewed).rowcount == 1


def give_up(conn: Connection, name: str, owner: str) -> None:
    """So that another takes over at once."""
    ours = leases.c.name == name, leases.c.owner == owner
    conn.execute(update(leases).where(*ours).values(until=db_now(-1)))


def is_led(conn: Connection, name: str) -> bool:
    """Whether any process does the rounds now."""
    living = select(leases.c.owner).where(leases.c.name == name, leases.c.until >= db_now())
    return conn.execute(living).first() is not None
