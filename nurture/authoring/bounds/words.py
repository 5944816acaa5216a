"""The bounds of a campaign in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from nurture.authoring.bounds.bounds import Bounds
from nurture.authoring.bounds.densest import MOST_COUNTED

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def sentences(found: Bounds) -> Iterator[str]:
    if found.most_a_day == 0:
        yield "no marketing messages"
    else:
        day, week = _count(found.most_a_day), _count(found.most_a_week)
        messages = "marketing message" if found.most_a_day == 1 else "marketing messages"
        yield f"at most {day} {messages} a day and {week} a week"
    if found.shortest_gap is not None:
        gap = found.shortest_gap
        yield f"at least {length(gap)} between two" if gap else "two may follow each other at once"
    yield _stay(found)
    yield f"ends as {', '.join(found.outcomes)}" if found.outcomes else "ends only as every campaign may"


def length(span: timedelta) -> str:
    """Rounded down to what people count in: `3 days`, `36 hours`, `90 minutes`."""
    for unit, word in ((DAY, "day"), (HOUR, "hour"), (timedelta(minutes=1), "minute")):
        if span >= 2 * unit or (span >= unit and span % unit == timedelta()):
            count = span // unit
            return f"{count} {word}{'' if count == 1 else 's'}"
    return "less than a minute"


def _count(most: int | None) -> str:
    return f"more than {MOST_COUNTED}" if most is None else str(most)


def _stay(found: Bounds) -> str:
    if found.longest is None or found.longest_held is None:
        return f"no longest stay: {found.endless}"
    held = f", {length(found.longest_held)} if every message is held up"
    most = length(found.longest)
    at_most = "" if most.startswith("less") else "at most "
    return f"stays {at_most}{most}{held if found.longest_held > found.longest else ''}"
