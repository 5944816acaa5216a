"""A campaign clock on which a minute of waiting passes in a second.

Waits then go their real way, by Temporal's own timers, and end within a bench. Rules must not look at the
hour: that of this clock means nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

FASTER = 60


class QuickClock:
    stepped = False

    def __init__(self) -> None:
        self._began = datetime.now(UTC)

    def now(self, conn: Connection) -> datetime:
        return self._began + (datetime.now(UTC) - self._began) * FASTER

    def until(self, conn: Connection, due: datetime, jitter: timedelta = timedelta()) -> datetime:
        return self._began + (due - self._began) / FASTER
