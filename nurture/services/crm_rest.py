"""When the CRM itself is down, all changes rest together, and a few of them find out whether it is back.

One row of ``rates`` per CRM, in the database's time: ``tokens``: times closed in a row, ``at``: until when.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, case, select, update

from nurture.services.crm_outbox import KIND, LONGEST, retry
from nurture.services.desk import Desk
from nurture.services.hold import standstill
from nurture.store.columns import db_now
from nurture.store.tables import outbox, rates
from nurture.store.upserts import insert_unless_there

RESTS = (15, 60, 300)
"""Seconds after the first, second, ... time in a row; the last for all that follow."""
FEW = 5
GONE = -1


def open_for(conn: Connection, crm: str, many: int, desk: Desk) -> int:
    """How many changes may be pushed now: none while everything outgoing stands still."""
    if standstill(conn, desk.base_url, desk.namespace):
        return 0
    query = select(rates.c.tokens, rates.c.at <= db_now()).where(rates.c.name == _name(crm))
    closed, over = conn.execute(query).one_or_none() or (0, True)
    if closed == GONE or not over:
        return 0
    return min(FEW, many) if closed else many


def close_gate(conn: Connection, crm: str, seconds: float | None) -> None:
    """``seconds``: for which the CRM asked us to stay away. None: until somebody opens it ``anyway``."""
    name = _name(crm)
    conn.execute(insert_unless_there(conn, rates, {"name": name, "tokens": 0, "at": db_now()}))
    row = select(rates.c.tokens).where(rates.c.name == name).with_for_update()
    times = int(conn.execute(row).scalar_one())
    if seconds is None or times == GONE:
        values = {"tokens": GONE, "at": db_now()}
    else:
        rest = max(RESTS[min(times, len(RESTS) - 1)], min(seconds, LONGEST))
        values = {"tokens": times + 1, "at": db_now(rest)}
    conn.execute(update(rates).where(rates.c.name == name).values(values))


def open_gate(conn: Connection, crm: str, *, anyway: bool = False) -> None:
    """The CRM took something: what rested goes on at once. ``anyway``: a person says so."""
    closed = rates.c.tokens != 0 if anyway else rates.c.tokens > 0
    opened = update(rates).where(rates.c.name == _name(crm), closed).values(tokens=0, at=db_now())
    if conn.execute(opened).rowcount:
        resting = outbox.c.not_before.is_not(None)
        conn.execute(
            update(outbox)
            .where(outbox.c.kind == KIND, outbox.c.state == "open", resting)
            .values(not_before=None)
        )


def try_again(conn: Connection, names: Iterable[str], lead_id: str | None = None) -> int:
    """What was refused is tried again, and what waits at once; how many. ``lead_id`` None: of everybody, also
    where the CRM had wanted no more."""
    count = retry(conn, lead_id)
    if lead_id is None:
        for name in names:
            open_gate(conn, name, anyway=True)
    return count


def gate_state(conn: Connection, crm: str) -> str:
    """``open``, ``resting`` or ``gone``."""
    state = case((rates.c.tokens == GONE, "gone"), (rates.c.at > db_now(), "resting"), else_="open")
    query = select(state).where(rates.c.name == _name(crm))
    return str(conn.execute(query).scalar_one_or_none() or "open")


def _name(crm: str) -> str:
    return f"crm {crm}"
