"""How many leads are expected at a door, and which share of them goes first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from nurture.domain.chance import point
from nurture.domain.durations import Duration, parse_duration

PERIODS = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=31),
}
PATTERN = re.compile(r"^\s*(\d{1,7})\s+(?:a|an|per)\s+([a-z]+)\s*$")
TOO_MANY = 10
"""So many times the expected are held at the door until a person has looked."""
CANARY = "canary/"
"""What the draw is called; no step can stand under it."""


@dataclass(frozen=True)
class Volume:
    count: int
    period: str

    @property
    def span(self) -> timedelta:
        return PERIODS[self.period]

    @property
    def most(self) -> int:
        return self.count * TOO_MANY

    def __str__(self) -> str:
        return f"{self.count} a {self.period}"


@dataclass(frozen=True)
class Canary:
    share: int
    """Percent of the leads, always the same ones, who come in first."""
    lasts: Duration | None = None
    """After this the others come in by themselves; None: when somebody says so."""

    def has(self, campaign: str, lead: str) -> bool:
        return point(campaign, CANARY, lead) < self.share


def parse_volume(text: str) -> Volume:
    """Raises ValueError in a marketer's words."""
    match = PATTERN.match(text)
    if match is None or match[2] not in PERIODS or int(match[1]) == 0:
        raise ValueError(f"expected a number of leads such as `200 a day`, found {text!r}")
    return Volume(int(match[1]), match[2])


def load_canary(value: Any) -> Canary:
    if not isinstance(value, Mapping):
        return Canary(parse_share(value))
    lasts = parse_duration(str(value["for"])) if "for" in value else None
    return Canary(parse_share(value["share"]), lasts)


def parse_share(value: object) -> int:
    """Raises ValueError in a marketer's words."""
    text = str(value).strip().removesuffix("%").strip()
    if not text.isdecimal() or not 0 < int(text) < 100:
        raise ValueError(f"expected a share from 1% to 99%, found {value!r}")
    return int(text)
