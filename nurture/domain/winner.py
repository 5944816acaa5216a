"""How a test ends: what counts, when it is decided, and who wins when nobody is ahead."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nurture.domain.durations import Duration, parse_duration

LEADS = re.compile(r"^(\d{1,7})\s+leads?$")
EXPECTED = "expected `200 leads`, `14d` or `200 leads and 14d`"
GOAL = "goal"
"""A journey that ended under an outcome of ``goal``."""
REACTIONS = ("clicked", "replied", "answered")
"""What a lead can do with a message. Opens are not among them: machines open mails too."""


@dataclass(frozen=True)
class After:
    """When a test is over. If both are set, both must be so."""

    leads: int | None = None
    """How many have drawn a way."""
    span: Duration | None = None
    """How long ago the first one did."""

    def over(self, leads: int, first: datetime | None, now: datetime) -> bool:
        if self.leads is not None and leads < self.leads:
            return False
        return self.span is None or (first is not None and now >= first + self.span.span())


@dataclass(frozen=True)
class Winner:
    by: str
    """A happening, a measure of the campaign, ``goal``; of variants also one of REACTIONS."""
    after: After | None = None
    """None: a person decides."""
    tie: str | None = None
    """Who wins when the best are equal; None: the first of them in the file."""


@dataclass(frozen=True)
class Standing:
    """One way of a test: how many drew it, and how many of them did what counts."""

    way: str
    leads: int
    counted: int

    @property
    def rate(self) -> float:
        return self.counted / self.leads if self.leads else 0.0


def parse_after(text: str) -> After:
    """``200 leads``, ``14d`` or ``200 leads and 14d``. Raises ValueError."""
    leads: int | None = None
    span: Duration | None = None
    for part in text.split(" and "):
        match = LEADS.match(part.strip())
        if match and leads is None and int(match[1]):
            leads = int(match[1])
        elif match is None and span is None:
            span = _span(part, text)
        else:
            raise ValueError(f"{EXPECTED}, found `{text}`")
    return After(leads, span)


def _span(part: str, text: str) -> Duration:
    try:
        return parse_duration(part)
    except ValueError:
        raise ValueError(f"{EXPECTED}, found `{text}`") from None


def load_winner(doc: Mapping[str, Any] | None) -> Winner | None:
    if doc is None:
        return None
    after = parse_after(str(doc["after"])) if "after" in doc and doc.get("auto", True) else None
    return Winner(doc["by"], after, doc.get("tie"))


def best(standings: Sequence[Standing], winner: Winner) -> str:
    """The way with the highest rate. ``standings`` in the order of the file, at least one."""
    highest = max(standing.rate for standing in standings)
    leaders = [standing.way for standing in standings if standing.rate == highest]
    tie = winner.tie or leaders[0]
    return leaders[0] if len(leaders) == 1 else tie
