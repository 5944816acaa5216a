"""Campaign time. Every rule and every stored business instant uses it; leases and retries use the
database's own time.

``now`` and ``until`` are the only doors. In production the two clocks are equal; a demo's is a row that is
stepped.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection, select, update

from nurture.store.tables import installation

NEVER = timedelta(days=300)
"""How far off a stepped clock's waits are for the machine: it is woken long before."""

READ = "stepped clock"
"""Where a connection keeps what it has read, with the transaction in which it did."""

_STEPPED_TO = select(installation.c.stepped_to)


class Clock(Protocol):
    stepped: bool

    def now(self, conn: Connection) -> datetime:
        """Campaign time, UTC."""
        ...

    def until(self, conn: Connection, due: datetime, jitter: timedelta = timedelta()) -> datetime:
        """The machine instant at which ``due`` will have come."""
        ...


class RealClock:
    stepped = False

    def now(self, conn: Connection) -> datetime:
        return datetime.now(UTC)

    def until(self, conn: Connection, due: datetime, jitter: timedelta = timedelta()) -> datetime:
        return due + jitter


class SteppedClock:
    """Campaign time is the row's; it moves only when ``step`` says so."""

    stepped = True

    def now(self, conn: Connection) -> datetime:
        """Asked of the row once in each transaction."""
        within, now = conn.info.get(READ, (None, None))
        if within is None or within is not conn.get_transaction():
            now = conn.execute(_STEPPED_TO).scalar_one()
            conn.info[READ] = (conn.get_transaction(), now)
        assert isinstance(now, datetime), "a stepped clock starts with an instant"
        return now

    def until(self, conn: Connection, due: datetime, jitter: timedelta = timedelta()) -> datetime:
        now = datetime.now(UTC)
        return now if due <= self.now(conn) else now + NEVER


def step(conn: Connection, to: datetime) -> None:
    """Moves a stepped clock on; never back."""
    conn.info.pop(READ, None)
    later = installation.c.stepped_to < to
    conn.execute(update(installation).where(installation.c.clock == "stepped", later).values(stepped_to=to))


def clock_of(kind: str) -> Clock:
    """``real`` or ``stepped``, as the settings and the installation row say."""
    return SteppedClock() if kind == "stepped" else RealClock()
