"""Days as marketers write them: ``2026-12-24``, ``12-25``, ``12-24 to 01-01``, ``easter - 2``, ``4th thu of
november``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from nurture.domain.windows import DAYS

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
EXPECTED = (
    "a day such as 2026-12-24, 12-25 (every year), 12-24 to 01-01, easter - 2, 4th thu of november or "
    "last mon of may"
)
FIXED = re.compile(r"^(?:(\d{4})-)?(\d{1,2})-(\d{1,2})$")
EASTER = re.compile(r"^easter(?:\s*([+-])\s*(\d{1,2}))?$")
NTH = re.compile(r"^(1st|2nd|3rd|4th|last) ([a-z]{3}) of ([a-z]+)$")
NTHS = {"1st": 0, "2nd": 1, "3rd": 2, "4th": 3, "last": -1}
MOST_DAYS = 60
"""Of one range."""
LEAP_YEAR = 2024


@dataclass(frozen=True)
class Fixed:
    month: int
    day: int
    year: int | None = None
    """None: every year."""

    def days(self, year: int) -> Iterator[date]:
        if self.year in (None, year) and _exists(year, self.month, self.day):
            yield date(year, self.month, self.day)


@dataclass(frozen=True)
class Easter:
    offset: int = 0

    def days(self, year: int) -> Iterator[date]:
        yield _easter(year) + timedelta(days=self.offset)


@dataclass(frozen=True)
class Nth:
    """The first, ... or last such weekday of a month."""

    nth: int
    weekday: int
    month: int

    def days(self, year: int) -> Iterator[date]:
        first = date(year, self.month, 1)
        all_days = (first + timedelta(days=offset) for offset in range(31))
        found = [day for day in all_days if day.month == self.month and day.weekday() == self.weekday]
        yield found[self.nth]


@dataclass(frozen=True)
class Range:
    """Both ends are in it. Of every year, it may go over its end."""

    first: Fixed
    last: Fixed

    def days(self, year: int) -> Iterator[date]:
        for began in (year - 1, year):
            for start in self.first.days(began):
                ends = [end for later in (began, began + 1) for end in self.last.days(later) if end >= start]
                for offset in range(min(MOST_DAYS, (ends[0] - start).days + 1) if ends else 0):
                    day = start + timedelta(days=offset)
                    if day.year == year:
                        yield day


DayRule = Fixed | Easter | Nth | Range


@dataclass(frozen=True)
class NamedDays:
    """Days with names, such as the holidays of a country."""

    rules: tuple[tuple[DayRule, str], ...] = ()
    _years: dict[int, Mapping[date, str]] = field(default_factory=dict, repr=False, compare=False)

    def __bool__(self) -> bool:
        return bool(self.rules)

    def name(self, day: date) -> str | None:
        """None: it is a day like any other."""
        return self.of(day.year).get(day) if self.rules else None

    def of(self, year: int) -> Mapping[date, str]:
        found = self._years.get(year)
        if found is None:
            found = {day: name for rule, name in reversed(self.rules) for day in rule.days(year)}
            self._years[year] = found
        return found


NO_DAYS = NamedDays()


def load_days(doc: Mapping[str, str]) -> NamedDays:
    """From days to names, which the checker has passed."""
    return NamedDays(tuple((parse_days(days), str(name)) for days, name in doc.items()))


def parse_days(text: str) -> DayRule:
    """Raises ValueError in a marketer's words."""
    words = " ".join(text.lower().split())
    first, to, last = words.partition(" to ")
    if to:
        return _range(text, _fixed(text, first), _fixed(text, last))
    if match := EASTER.match(words):
        return Easter(int(f"{match[1] or '+'}{match[2] or 0}"))
    match = NTH.match(words)
    if match and match[2] in DAYS and match[3] in MONTHS:
        return Nth(NTHS[match[1]], DAYS.index(match[2]), MONTHS.index(match[3]) + 1)
    return _fixed(text, words)


def _fixed(text: str, part: str) -> Fixed:
    match = FIXED.match(part)
    if match is None:
        raise ValueError(f"expected {EXPECTED}, found {text!r}")
    year, month, day = int(match[1]) if match[1] else None, int(match[2]), int(match[3])
    if not _exists(year or LEAP_YEAR, month, day):
        raise ValueError(f"expected a day that there is, found {text!r}")
    return Fixed(month, day, year)


def _range(text: str, first: Fixed, last: Fixed) -> Range:
    if (first.year is None) != (last.year is None):
        raise ValueError(f"expected a year at both ends or at none, found {text!r}")
    year = first.year or LEAP_YEAR
    found = Range(first, last)
    length = sum(1 for one in (year, year + 1) for _ in found.days(one)) if first.year else len(_once(found))
    if not 0 < length < MOST_DAYS:
        raise ValueError(f"expected a first day and a later last one, under {MOST_DAYS} days, found {text!r}")
    return found


def _once(found: Range) -> list[date]:
    """The days of a year, of a range that comes every year."""
    return list(found.days(LEAP_YEAR))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _easter(year: int) -> date:
    """Easter Sunday of the western churches, by the Gregorian computus."""
    golden, century = year % 19, year // 100
    skipped = century - century // 4
    moon = (skipped - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    moon -= moon // 28 * (1 - 29 // (moon + 1) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - skipped) % 7
    offset = moon - weekday
    month = 3 + (offset + 40) // 44
    return date(year, month, offset + 28 - 31 * (month // 4))
