"""A clock that runs faster than the machine's, so that real timers of the server fit into a test.

Only here: Temporal rounds waits up to whole seconds, so that scaled waits are never exact.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection


class QuickClock:
    stepped = False

    def __init__(self, began: datetime, speed: float) -> None:
        self._began = began
        self._speed = speed

    def now(self, conn: Connection) -> datetime:
        return self._began + (datetime.now(UTC) - self._began) * self._speed

    def until(self, conn: Connection, due: datetime, jitter: timedelta = timedelta()) -> datetime:
        return self._began + (due - self._began) / self._speed
