"""Numbers and instants as people read them, and text within the width of a terminal."""

from __future__ import annotations

import textwrap
from datetime import UTC, datetime, timedelta, tzinfo

WIDTH = 80


def moment(at: datetime | None, zone: tzinfo = UTC) -> str:
    """`2026-03-05 09:00 UTC`; the zone's own name elsewhere."""
    return "never" if at is None else at.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")


def of_them(count: int, one: str, many: str = "") -> str:
    """`1 journey`, `2,300 journeys`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def span(length: timedelta) -> str:
    """Its two largest units: `3d 4h`, `12m 5s`."""
    left = int(abs(length).total_seconds())
    parts: list[str] = []
    for name, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        number, left = divmod(left, size)
        parts += [f"{number}{name}"] if number else []
    return " ".join(parts[:2]) or "0s"


def hanging(text: str, indent: int = 2) -> str:
    """Lines of at most 80 columns; all but the first are indented."""
    lines = wrapped(text, indent).splitlines()
    return "\n".join([lines[0].strip(), *lines[1:]]) if lines else ""


def wrapped(text: str, indent: int, first: str = "") -> str:
    """Lines of at most 80 columns; the first begins with ``first``, the others are indented."""
    start = first.ljust(indent)
    return textwrap.fill(
        " ".join(text.split()),
        WIDTH,
        initial_indent=start,
        subsequent_indent=" " * indent,
        break_on_hyphens=False,
        break_long_words=False,
    )
