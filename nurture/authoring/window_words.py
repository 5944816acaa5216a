"""Hours and days of a week as people write them at first, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from nurture.domain.windows import DAYS

TO = r"\s*(?:-|\u2013|to|until|till|through)\s*"
HOUR = r"(\d{1,2})(:\d{2})?\s*(am|pm)?"
HOURS = re.compile(rf"^{HOUR}{TO}{HOUR}$")
WEEK = re.compile(rf"^({'|'.join(DAYS)})[a-z]*{TO}({'|'.join(DAYS)})[a-z]*$")
CALLED = {
    "weekdays": "mon-fri",
    "working days": "mon-fri",
    "every day": "mon-sun",
    "daily": "mon-sun",
    "weekend": "sat-sun",
    "weekends": "sat-sun",
}
NOON, LAST = 12, 23


def hours_hint(text: str) -> str:
    """``Write `09:00-17:00` `` for ``9 to 5``."""
    found = HOURS.match(text.strip().lower())
    if found is None:
        return ""
    start, end = _hour(found[1], found[3]), _hour(found[4], found[6])
    if end <= start and found[6] is None and end < NOON:
        end += NOON
    if max(start, end) > LAST:
        return ""
    return f"Write `{start:02}{found[2] or ':00'}-{end:02}{found[5] or ':00'}`."


def week_hint(text: str) -> str:
    """``Write `mon-fri` `` for ``Monday to Friday``."""
    found = WEEK.match(text.strip().lower())
    meant = f"{found[1]}-{found[2]}" if found else CALLED.get(text.strip().lower(), "")
    return f"Write `{meant}`." if meant else ""


def _hour(hour: str, half: str | None) -> int:
    return int(hour) % NOON + (NOON if half == "pm" else 0) if half else int(hour)


WINDOW_HINTS: Mapping[str, Callable[[str], str]] = {"hours": hours_hint, "days": week_hint}
