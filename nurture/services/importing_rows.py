"""The rows of a CSV file, of which any may be broken: that one is told, and reading goes on behind it."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

LONGEST_CELL = 100_000
LONGEST_LINE = 1_000_000
ENDS = ("\n", "\r")
SHOWN = 30_000
"""Characters of a broken row that are kept; a cell of a spreadsheet holds no more."""
ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
OPEN = "a quotation mark is opened and not closed"
INSIDE = "a quotation mark stands inside a cell: take it away, or put the cell in quotes and double it"
NUL = "it has a NUL byte, which is no text"
TOO_LONG = f"it is longer than {LONGEST_LINE:,} characters"
CELL_TOO_LONG = f"a cell has more than {LONGEST_CELL:,} characters: a quotation mark may not be closed"


@dataclass(frozen=True)
class Row:
    line: int
    """Of the file, where the row begins; the first is 1."""
    cells: tuple[str, ...]
    """Empty where the row is broken."""
    last: int
    """The line where it ends."""
    broken: str = ""
    """Why it cannot be read."""
    raw: str = ""
    """What stands there, where it cannot be read; its beginning, if it is very long."""


class BrokenRow(Exception):
    """The message says why, for whoever wrote the file."""


class Rows:
    """All rows but blank ones, the header among them: where that is broken, BrokenRow is raised.

    An unclosed quotation mark would swallow what follows. It reaches no further than to the next line that is
    a whole row with an address, or to the longest cell; then its first line is broken, and lines behind it
    that are no rows of this file go with it."""

    def __init__(self, file: TextIO, delimiter: str) -> None:
        self._lines = _Lines(file, self._is_whole)
        self._reader = csv.reader(self._lines, delimiter=delimiter, strict=True)
        self._delimiter = delimiter
        self._width = 0
        self._usual = 0
        """Cells of the last good row: some programs leave out empty ones at the end."""

    def __iter__(self) -> Iterator[Row]:
        csv.field_size_limit(LONGEST_CELL)
        yield from self._header()
        tail: _Tail | None = None
        for row, taken in self._records():
            if tail and not self._is_own(row, taken):
                self._lines.back(1)
                tail.add(row.line, taken[0])
                continue
            if tail:
                yield tail.row()
            tail = None
            if not row.broken:
                self._usual = len(row.cells)
                yield row
            elif row.cells:
                yield Row(row.line, (), row.last, row.broken, row.raw)
            else:
                self._lines.back(1)
                tail = _Tail(row.line, row.broken, taken[0])
        if tail:
            yield tail.row()

    def _header(self) -> Iterator[Row]:
        for row, _ in self._records():
            if row.broken:
                raise BrokenRow(row.broken)
            self._width = self._usual = len(row.cells)
            yield row
            return

    def _records(self) -> Iterator[tuple[Row, Sequence[str]]]:
        """With the lines that were read for it. A broken one has cells where it is known where it ends."""
        while True:
            cells, broken = self._record()
            taken = self._lines.taken
            if cells is None:
                return
            if not broken and not any(cell.strip() for cell in cells):
                continue
            first = self._lines.at - len(taken) + 1
            raw = "".join(taken)[:SHOWN] if broken else ""
            yield Row(first, tuple(cells), self._lines.at, broken, _plain(raw)), taken

    def _record(self) -> tuple[list[str] | None, str]:
        """None at the end of the file."""
        self._lines.begin()
        try:
            cells = next(self._reader)
        except StopIteration:
            return None, ""
        except BrokenRow as broken:
            return [], str(broken)
        except csv.Error as error:
            return [], self._why(str(error))
        return cells, self._flaw(cells)

    def _why(self, error: str) -> str:
        if "limit" in error:
            return CELL_TOO_LONG
        return OPEN if len(self._lines.taken) > 1 or "end of data" in error else INSIDE

    def _flaw(self, cells: Sequence[str]) -> str:
        """Of a row whose end is known."""
        text = "".join(cells)
        if "\0" in text:
            return NUL
        if not _is_text(text):
            return "it has a byte that is not UTF-8"
        if self._width and any(cell.strip() for cell in cells[self._width :]):
            return f"it has {len(cells)} cells, and there are {self._width} columns"
        return ""

    def _is_own(self, row: Row, taken: Sequence[str]) -> bool:
        """It is no rest of the broken row before it."""
        if row.broken:
            ends = bool(row.cells) or row.broken == TOO_LONG
            return ends or taken[0].count(self._delimiter) + 1 >= self._width
        return len(row.cells) in (self._width, self._usual) or _has_address(row.cells)

    def _is_whole(self, line: str) -> bool:
        """A line inside quotation marks that is a row by itself."""
        try:
            cells = next(csv.reader([line], delimiter=self._delimiter, strict=True))
        except csv.Error:
            return False
        fits = len(cells) in (self._width, self._usual)
        return fits and _has_address(cells, 1) and not any('"' in cell for cell in cells)


class _Lines:
    """The lines of the file for one record after the other; some can be given back."""

    def __init__(self, file: TextIO, is_whole: Callable[[str], bool]) -> None:
        self._file, self._is_whole = file, is_whole
        self._waiting: deque[str] = deque()
        self.taken: list[str] = []
        self.at = 0
        """Number of the last line that was taken."""

    def __iter__(self) -> Iterator[str]:
        return self

    def begin(self) -> None:
        self.taken = []

    def back(self, kept: int) -> None:
        """All but the first ``kept`` lines of the record are read again."""
        self._waiting.extendleft(reversed(self.taken[kept:]))
        self.at -= len(self.taken) - kept

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else self._file.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        if self.taken and self._is_whole(line):
            self._waiting.appendleft(line)
            raise BrokenRow(OPEN)
        self.taken.append(line)
        self.at += 1
        if len(line) >= LONGEST_LINE:
            self.taken[-1] = self._cut(line)
            raise BrokenRow(TOO_LONG)
        return line

    def _cut(self, line: str) -> str:
        """Without the rest of a line that has no end: memory does not grow with it."""
        more = line
        while more and not more.endswith(ENDS):
            more = self._file.readline(LONGEST_LINE)
        return line if line.endswith(ENDS) else f"{line}\n"


class _Tail:
    """A broken row, and the lines behind it that are none of their own."""

    def __init__(self, line: int, broken: str, text: str) -> None:
        self._line = self._last = line
        self._broken, self._text = broken, text[:SHOWN]

    def add(self, line: int, text: str) -> None:
        self._last = line
        if len(self._text) < SHOWN:
            self._text = (self._text + text)[:SHOWN]

    def row(self) -> Row:
        reach = f" (lines {self._line} to {self._last})" if self._last > self._line else ""
        return Row(self._line, (), self._last, self._broken + reach, _plain(self._text))


def _has_address(cells: Sequence[str], least: int = 2) -> bool:
    return len(cells) >= least and any(ADDRESS.fullmatch(cell.strip()) for cell in cells)


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _plain(raw: str) -> str:
    """As it may be written and read again."""
    text = raw.rstrip("\r\n").replace("\0", "\N{REPLACEMENT CHARACTER}")
    return text if _is_text(text) else text.encode("utf-8", "replace").decode()
