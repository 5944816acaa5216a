"""The rows of an import that were refused, as a file to mend and to import again."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from nurture.services.importing_csv import CsvFile, Row, safe_cell

COLUMNS = ("refused line", "refused because")


class RefusedRows:
    """Makes the file at the first refusal. Safe to open in a spreadsheet."""

    def __init__(self, source: CsvFile, path: Path, stack: ExitStack) -> None:
        self._source, self._path, self._stack = source, path, stack
        self._writer: Any = None
        self.count = 0

    @property
    def path(self) -> Path | None:
        return self._path if self.count else None

    def add(self, row: Row, reasons: Sequence[str]) -> None:
        self.count += 1
        if self._writer is None:
            file = self._stack.enter_context(self._path.open("w", encoding="utf-8-sig", newline=""))
            self._writer = csv.writer(file, delimiter=self._source.delimiter, quoting=csv.QUOTE_ALL)
            self._write([*self._source.header, *COLUMNS])
        width = len(self._source.header)
        cells = [*row.cells, *[""] * (width - len(row.cells))]
        self._write([*cells[:width], str(row.line), "; ".join(reasons)])

    def _write(self, cells: Sequence[str]) -> None:
        self._writer.writerow([safe_cell(cell) for cell in cells])


@contextmanager
def refused_rows(source: CsvFile, path: Path) -> Iterator[RefusedRows]:
    """A report that an earlier run left is replaced, or removed when nothing is refused any more."""
    path.unlink(missing_ok=True)
    with ExitStack() as stack:
        yield RefusedRows(source, path, stack)
