"""Lengths of time and dates of conditions in plain words."""

from __future__ import annotations

import re
from datetime import UTC, datetime

LENGTH = re.compile(r"(\d+(?:\.\d+)?)([hms])")
MINUTES = {"h": 60.0, "m": 1.0, "s": 1 / 60}
UNITS = ((24 * 60, "day"), (60, "hour"), (1, "minute"))
TWO_DAYS = 48 * 60


def length_said(text: str) -> str:
    """``9 days`` for ``216h``; a day and a half are ``36 hours``."""
    found = LENGTH.findall(text)
    minutes = sum(float(count) * MINUTES[unit] for count, unit in found)
    for size, unit in UNITS:
        count = minutes / size
        if count.is_integer() and count and (unit != "day" or minutes >= TWO_DAYS):
            return f"{int(count)} {unit}{'' if count == 1 else 's'}"
    return text


def moment_said(text: str) -> str:
    """``1 May 2026``, with its time in UTC if it is not midnight."""
    try:
        at = datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return text
    day = f"{at.day} {at:%B %Y}"
    return day if (at.hour, at.minute) == (0, 0) else f"{day}, {at:%H:%M} UTC"


MADE = {"duration": length_said, "timestamp": moment_said}
"""``duration("72h")`` and ``timestamp("2026-03-01T00:00:00Z")`` -> how they are said."""
