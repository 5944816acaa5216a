"""Rules that a suggested policy may be made of: one question each about one field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Any

from nurture.authoring.naming import slug_of
from nurture.domain.facts import Value
from nurture.domain.scoring import TESTS
from nurture.services.outcomes.rows import Outcomes

FEWEST = 30
"""Leads of whom a rule must hold, and of whom it must not."""
SHARE = 0.01
CUTS = 10


@dataclass(frozen=True)
class Candidate:
    field: str
    test: str
    """A word of TESTS."""
    wanted: Any
    part: str
    """``fit`` or ``totals``."""
    sign: int
    """1: only points for it, -1: only points off."""

    @property
    def name(self) -> str:
        about = self.field.partition(".")[2].replace("_", "-")
        said = {"is": f"-{self.wanted}", "known": "-known", "at_least": f"-{self.wanted}"}[self.test]
        return slug_of(f"{about}{'' if self.wanted is True else said}")[:60].rstrip("-")

    def holds(self, fields: Mapping[str, Value]) -> bool:
        value = fields.get(self.field)
        if self.test == "known":
            return bool((value is not None) == self.wanted)
        return value is not None and bool(TESTS[self.test](value, self.wanted))


def candidates(found: Outcomes) -> list[Candidate]:
    """In the order of the columns."""
    least = max(FEWEST, SHARE * len(found.rows))
    rows: list[Candidate] = []
    for part, names in (("fit", found.columns.fit), ("totals", found.columns.totals)):
        for field in names.values():
            values = [row.fields.get(field) for row in found.rows]
            for test, wanted in _questions(values, found.types[field], least):
                one = Candidate(field, test, wanted, part, 1)
                if sign := _sign(one, found, least):
                    rows.append(Candidate(field, test, wanted, part, sign))
    return rows


def _questions(values: Sequence[Value | None], kind: str, least: float) -> Iterator[tuple[str, Any]]:
    given = [value for value in values if value is not None]
    if kind == "number":
        yield from (
            ("at_least", cut) for cut in _cuts([float(one) for one in given if isinstance(one, int | float)])
        )
    elif kind == "yes/no":
        yield "is", True
    else:
        counts = Counter(str(value) for value in given)
        yield from (("is", value) for value, count in sorted(counts.items()) if count >= least)
    if len(values) - len(given) >= least:
        yield "known", True


def _cuts(numbers: Sequence[float]) -> list[float]:
    """Round numbers that part the leads into tenths."""
    ordered = sorted(numbers)
    tenths = (ordered[len(ordered) * place // CUTS] for place in range(1, CUTS)) if ordered else ()
    return sorted({_rounded(cut) for cut in tenths if cut > ordered[0]})


def _rounded(number: float) -> float:
    """Two figures are enough for people: 1,247 is 1,200."""
    if number == 0:
        return 0
    digits = 1 - floor(log10(abs(number)))
    found = round(number, digits)
    return int(found) if found == int(found) else found


def _sign(one: Candidate, found: Outcomes, least: float) -> int:
    """Which way it counts; 0: it holds of too few, or makes no difference. What a lead did more of never
    counts against her."""
    there = [row.won for row in found.rows if one.holds(row.fields)]
    if len(there) < least or len(found.rows) - len(there) < least:
        return 0
    rate, rest = sum(there) / len(there), (found.won - sum(there)) / (len(found.rows) - len(there))
    if one.part == "totals" and one.test == "at_least":
        return 1
    return 1 if rate > rest else -1 if rate < rest else 0
