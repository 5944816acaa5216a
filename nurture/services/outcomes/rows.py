"""Leads with outcomes, row by row, and what a file without a mapping seems to hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from nurture.domain.errors import NurtureError
from nurture.domain.facts import Value
from nurture.domain.scoring import Entry
from nurture.services.importing_csv import CsvFile, plain_cell, scan
from nurture.services.outcomes.mapping import Columns

YES_NO = {"yes": True, "no": False, "true": True, "false": False}
EMPTY = ("", "select", "n/a", "none", "null", "unknown", "-")
"""What a cell says when nothing is known, in any spelling."""
MOSTLY = 0.95
"""Of the cells of a column are numbers where it is one; the others are taken for empty."""
LEAST = 100
"""Won, and lost, that it takes to learn anything."""
DAY = (
    re.compile(r"^(?P<year>\d{4})[-/](?P<month>\d\d?)([-/](?P<day>\d\d?))?($|[T ])"),
    re.compile(r"^(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>\d{4})($| )"),
)
"""5/6/2026 is a day in May here and in June there: it is not taken for a date."""


class NoOutcomes(NurtureError):
    """The file cannot tell whether a score was right."""


@dataclass(frozen=True)
class Outcome:
    id: str
    won: bool
    fields: Mapping[str, Value]
    old: float | None = None
    """The score to beat, where the row has one."""
    entries: Sequence[Entry] = ()
    """Of our own history: the dated points that the lead had."""
    at: datetime | None = None
    """When the score is asked for; None: a file has no dated points, and fields do not fade."""
    late: frozenset[str] = frozenset()
    """Fields that were written after that."""
    day: date | None = None
    """Where the file has dates; of a month its first."""

    @property
    def month(self) -> str:
        return f"{self.day:%Y-%m}" if self.day else ""


@dataclass(frozen=True)
class Outcomes:
    rows: Sequence[Outcome]
    types: Mapping[str, str]
    """Field -> its type in the dictionary."""
    without: int = 0
    """Rows without an outcome, which are left out."""
    columns: Columns = field(default_factory=lambda: Columns("", ()))
    word: str = "won"
    """What became of those who are counted: ``won`` or ``accepted``."""
    dated: bool = False
    """Of our own history, with what the leads did."""

    @property
    def won(self) -> int:
        return sum(row.won for row in self.rows)

    def part(self, percent: int, rest: bool = False) -> Outcomes:
        """A part that is the same on every machine, chosen by the ids alone; or the rest."""
        rows = [row for row in self.rows if (_draw(row.id) < percent) is not rest]
        return replace(self, rows=rows)

    def between(self, since: date | None, before: date | None) -> Outcomes:
        """Those of some days; who has no date is of none."""
        rows = [
            row
            for row in self.rows
            if row.day and (since is None or row.day >= since) and (before is None or row.day < before)
        ]
        return replace(self, rows=rows)


def _draw(of: str) -> int:
    return int.from_bytes(sha256(of.encode()).digest()[:4]) % 100


def read_cells(path: Path) -> tuple[CsvFile, list[Sequence[str]]]:
    file = scan(path)
    wide = len(file.header)
    return file, [[plain_cell(cell) for cell in (*row.cells, *[""] * wide)[:wide]] for row in file.read()]


def read_outcomes(header: Sequence[str], cells: Sequence[Sequence[str]], columns: Columns) -> Outcomes:
    place = {name: at for at, name in enumerate(header)}
    empty = {*EMPTY, *(word.casefold() for word in columns.empty)}
    kinds = {
        name: _kind([row[place[column]] for row in cells], empty) for column, name in columns.fields.items()
    }
    found, without = [], 0
    won, lost = ({word.casefold() for word in words} for words in (columns.won, columns.lost))
    for number, row in enumerate(cells, 2):
        outcome = row[place[columns.outcome]].casefold()
        if outcome in empty - {"no", "none"} or (lost and outcome not in won | lost):
            without += 1
            continue
        fields = dict(_fields(row, place, columns.fields, kinds, empty))
        found.append(
            Outcome(
                row[place[columns.id]] if columns.id else str(number),
                outcome in won,
                fields,
                _sum([row[place[name]] for name in columns.old]),
                day=day_of(row[place[columns.date]]) if columns.date else None,
            )
        )
    return Outcomes(found, kinds, without, columns)


def _fields(
    row: Sequence[str],
    place: Mapping[str, int],
    names: Mapping[str, str],
    kinds: Mapping[str, str],
    empty: set[str],
) -> Iterator[tuple[str, Value]]:
    for column, name in names.items():
        cell = row[place[column]]
        if cell.casefold() in empty:
            continue
        match kinds[name]:
            case "number" if is_number(cell):
                yield name, float(cell)
            case "number":
                continue
            case "yes/no":
                yield name, YES_NO[cell.casefold()]
            case _:
                yield name, cell


def _kind(cells: Sequence[str], empty: set[str]) -> str:
    given = [cell.casefold() for cell in cells if cell.casefold() not in empty]
    if given and set(given) <= set(YES_NO):
        return "yes/no"
    return "number" if given and sum(map(is_number, given)) >= MOSTLY * len(given) else "text"


def is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", cell))


def _sum(cells: Sequence[str]) -> float | None:
    """None where one of them is not there."""
    numbers = [float(cell) for cell in cells if is_number(cell)]
    return sum(numbers) if cells and len(numbers) == len(cells) else None


def day_of(cell: str) -> date | None:
    for form in DAY:
        if match := form.match(cell):
            try:
                return date(int(match["year"]), int(match["month"]), int(match["day"] or 1))
            except ValueError:
                return None
    return None


def enough(found: Outcomes) -> str:
    """Why nothing can be learned; empty: it can."""
    won, lost = found.won, len(found.rows) - found.won
    if won >= LEAST and lost >= LEAST:
        return ""
    if not won or not lost:
        return f"All {len(found.rows)} leads have the same outcome: nothing tells the ones from the others."
    return f"{won} leads were won and {lost} lost; it takes {LEAST} of each to learn more than chance."


def outcome_of(
    header: Sequence[str], cells: Sequence[Sequence[str]], told: str
) -> tuple[str, tuple[str, ...]]:
    """The column of the outcome and what stands there for won, in all its spellings, from ``Converted=1``."""
    named, _, won = told.partition("=")
    same = [name for name in header if name.casefold() == named.strip().casefold()]
    column = named if named in same else next(iter(same), "")
    if not column or not won:
        hint = f"Write it as COLUMN=VALUE, such as Converted=1. The columns are {', '.join(header[:12])}."
        raise NoOutcomes(f"`{told}` does not say which column tells who was won.", hint)
    there = Counter(row[header.index(column)] for row in cells)
    spelt = tuple(sorted(value for value in there if value.casefold() == won.strip().casefold()))
    if not spelt:
        most = ", ".join(f"`{value}`" for value, _ in there.most_common(5))
        raise NoOutcomes(f"Nobody has `{won}` in `{column}`.", f"It holds {most}.")
    return column, spelt
