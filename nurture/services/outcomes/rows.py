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
from nurture.services.outcomes.numbers import number_of

YES_NO = {"yes": True, "no": False, "true": True, "false": False}
EMPTY = ("", "select", "n/a", "none", "null", "unknown", "-")
"""What a cell says when nothing is known, in any spelling."""
MOST_SHOWN = 8
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
    others: Mapping[str, int] = field(default_factory=dict)
    """Where nobody has said what lost is: what stands in the outcome of those who are taken for lost."""
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


def read_cells(path: Path, encoding: str = "") -> tuple[CsvFile, list[Sequence[str]]]:
    file = scan(path, encoding)
    wide = len(file.header)
    return file, [[plain_cell(cell) for cell in (*row.cells, *[""] * wide)[:wide]] for row in file.read()]


def read_outcomes(header: Sequence[str], cells: Sequence[Sequence[str]], columns: Columns) -> Outcomes:
    place = {name: at for at, name in enumerate(header)}
    empty = {*EMPTY, *(word.casefold() for word in columns.empty)}
    kinds = {
        name: _kind([row[place[column]] for row in cells], empty) for column, name in columns.fields.items()
    }
    found, without = [], 0
    others: Counter[str] = Counter()
    won, lost = ({word.casefold() for word in words} for words in (columns.won, columns.lost))
    for number, row in enumerate(cells, 2):
        outcome = row[place[columns.outcome]].casefold()
        if outcome in empty - {"no", "none"} or (lost and outcome not in won | lost):
            without += 1
            continue
        if outcome not in won and not lost:
            others[row[place[columns.outcome]]] += 1
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
    return Outcomes(found, kinds, without, columns, dict(others.most_common(MOST_SHOWN)))


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
            case "number":
                if (number := number_of(cell)) is not None:
                    yield name, number
            case "yes/no":
                yield name, YES_NO[cell.casefold()]
            case _:
                yield name, cell


def _kind(cells: Sequence[str], empty: set[str]) -> str:
    given = [cell.casefold() for cell in cells if cell.casefold() not in empty]
    if given and set(given) <= set(YES_NO):
        return "yes/no"
    numbers = sum(number_of(cell) is not None for cell in given)
    return "number" if given and numbers >= MOSTLY * len(given) else "text"


def _sum(cells: Sequence[str]) -> float | None:
    """None where one of them is not there."""
    numbers = [number for cell in cells if (number := number_of(cell)) is not None]
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
    header: Sequence[str], cells: Sequence[Sequence[str]], told: str, lost: str = ""
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The column of the outcome and what stands there for won and for lost, in all its spellings, from
    ``Converted=1`` and ``0``."""
    named, _, won = told.partition("=")
    same = [name for name in header if name.casefold() == named.strip().casefold()]
    column = named if named in same else next(iter(same), "")
    if not column or not won:
        hint = f"Write it as COLUMN=VALUE, such as Converted=1. The columns are {', '.join(header[:12])}."
        raise NoOutcomes(f"`{told}` does not say which column tells who was won.", hint)
    there = Counter(row[header.index(column)] for row in cells)
    return column, _spelt(there, column, won), _spelt(there, column, lost) if lost else ()


def _spelt(there: Counter[str], column: str, told: str) -> tuple[str, ...]:
    """``told``: one value, or several with commas between."""
    wanted = [told] if _of(there, told) else told.split(",")
    for one in wanted:
        if not _of(there, one):
            most = ", ".join(f"`{value}`" for value, _ in there.most_common(5))
            raise NoOutcomes(f"Nobody has `{one.strip()}` in `{column}`.", f"It holds {most}.")
    return tuple(sorted(value for one in wanted for value in _of(there, one)))


def _of(there: Counter[str], told: str) -> list[str]:
    return [value for value in there if value.casefold() == told.strip().casefold()]
