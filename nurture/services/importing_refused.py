"""The rows of an import that were refused, as a file to mend and to import again."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from nurture.services.importing_columns import RAW, REFUSED
from nurture.services.importing_csv import CsvFile, safe_cell
from nurture.services.importing_rows import Row


class RefusedRows:
    """Makes the file at the first refusal. Safe to open in a spreadsheet.

    Of a row that cannot be read there are no cells, but the text that stood there: a guess at its cells
    would be imported by whoever does not look."""

    def __init__(self, source: CsvFile, path: Path, stack: ExitStack) -> None:
        self._source, self._path, self._stack = source, path, stack
        self._writer: Any = None
        header = source.header
        self._kept = [place for place, name in enumerate(header) if name not in (*REFUSED, RAW)]
        """An import of refused rows does not bring our columns twice."""
        self._raw = next((place for place, name in enumerate(header) if name == RAW), None)
        self._has_raw = bool(source.broken) or self._raw is not None
        self.count = 0

    @property
    def path(self) -> Path | None:
        return self._path if self.count else None

    def add(self, row: Row, reasons: Sequence[str]) -> None:
        self.count += 1
        if self._writer is None:
            file = self._stack.enter_context(self._path.open("w", encoding="utf-8-sig", newline=""))
            self._writer = csv.writer(file, delimiter=self._source.delimiter, quoting=csv.QUOTE_ALL)
            self._write([*(self._source.header[at] for at in self._kept), *REFUSED], RAW)
        cells = [*row.cells, *[""] * (len(self._source.header) - len(row.cells))]
        raw = row.raw or (cells[self._raw] if self._raw is not None else "")
        self._write([*(cells[at] for at in self._kept), str(row.line), "; ".join(reasons)], raw)

    def _write(self, cells: Sequence[str], raw: str) -> None:
        self._writer.writerow([safe_cell(cell) for cell in ([*cells, raw] if self._has_raw else cells)])


@contextmanager
def refused_rows(source: CsvFile, path: Path) -> Iterator[RefusedRows]:
    """A report that an earlier run left is replaced, or removed when nothing is refused any more."""
    path.unlink(missing_ok=True)
    with ExitStack() as stack:
        yield RefusedRows(source, path, stack)
