"""Wake-ups that are due together, spread a little."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from nurture.contract import IN_RUN_AT_MOST
from nurture.services.desk import Desk

CROWD = 8
"""How much longer the wake-ups of a full minute are spread; they must have come before they are overdue."""


def jitter(desk: Desk, journey: Row[Any], machine: datetime) -> timedelta:
    """The same for a journey and turn whenever asked; nothing for short waits to a time of one's own."""
    # Windows open, dates come and scans run on the full minute: many are due together there, also those who
    # come just before.
    crowd = journey.due.second == journey.due.microsecond == 0
    if desk.clock.stepped or not (crowd or journey.due - machine > IN_RUN_AT_MOST):
        return timedelta()
    digest = hashlib.sha256(f"{journey.id}/{journey.turn}".encode()).digest()
    return desk.jitter * (CROWD if crowd else 1) * (int.from_bytes(digest[:4]) / 2**32)
