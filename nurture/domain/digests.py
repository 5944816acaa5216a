"""Notices to our own people that are gathered: those of a day go to each person in one mail."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(8)
DAILY = re.compile(r"daily(?: at)?(?: ((?:[01]?\d|2[0-3]):[0-5]\d))?")
EXPECTED = "`daily`, or `daily 16:00`"


def hour_of(text: str) -> time:
    """Raises ValueError."""
    found = DAILY.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"expected {EXPECTED}, found {text!r}")
    return time.fromisoformat(found[1].zfill(5)) if found[1] else MORNING


def next_digest(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """When what is noted ``now`` is told: the next time that it is so late where the person is. In UTC."""
    local = now.astimezone(zone)
    today = datetime.combine(local.date(), hour_of(text), zone)
    day = today if today > local else datetime.combine(local.date() + timedelta(days=1), hour_of(text), zone)
    return day.astimezone(UTC)
