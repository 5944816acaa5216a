"""What a command prints: listings as a table or JSON, and progress."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from nurture.domain.errors import NurtureError

PLAIN_EVERY = 5.0
"""Seconds between two plain lines of progress."""

Row = Mapping[str, Any]


def listing(
    rows: Sequence[Row], columns: Sequence[str], *, as_json: bool, empty: str = "Nothing found."
) -> None:
    """`columns`: the keys of the table, in order; JSON has every key of the rows."""
    if as_json:
        print_json(rows)
    elif not rows:
        print(empty)
    elif sys.stdout.isatty():
        _print_rich(rows, columns)
    else:
        _print_plain(rows, columns)


def print_json(value: Any) -> None:
    print(as_json(value))


def as_json(value: Any) -> str:
    """Dates in ISO 8601, everything else that JSON does not know as its text."""
    return json.dumps(value, default=_encode, ensure_ascii=False, indent=2)


def write_file(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise NurtureError(
            f"The file {path} cannot be written: {error.strerror}.", "Name another file."
        ) from None


@contextmanager
def progress(total: int, what: str) -> Iterator[Callable[[int], None]]:
    """Call what it gives with the number done since the last call. Plain lines when not on a terminal."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(stderr=True)) as bar:
            task = bar.add_task(what, total=total)
            yield lambda done: bar.advance(task, done)
        return
    lines = _ProgressLines(total, what)
    yield lines.advance
    lines.say()


class _ProgressLines:
    def __init__(self, total: int, what: str) -> None:
        self._total, self._what = total, what
        self._done = 0
        self._next = time.monotonic() + PLAIN_EVERY

    def advance(self, done: int) -> None:
        self._done += done
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + PLAIN_EVERY
            self.say()

    def say(self) -> None:
        print(f"{self._what}: {self._done:,} of {self._total:,}", file=sys.stderr)


def _print_rich(rows: Sequence[Row], columns: Sequence[str]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(_title(column), overflow="fold")  # folded, so that an id can be copied whole
    for row in rows:
        table.add_row(*(_text(row.get(column)) for column in columns))
    Console(markup=False, highlight=False).print(table)


def _print_plain(rows: Sequence[Row], columns: Sequence[str]) -> None:
    """One line per row and nothing cut off: this is read by other programs."""
    cells = [
        [_title(column) for column in columns],
        *([_text(row.get(column)) for column in columns] for row in rows),
    ]
    widths = [max(len(line[place]) for line in cells) for place in range(len(columns))]
    for line in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _title(column: str) -> str:
    return column.replace("_", " ").upper()


def _text(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return " ".join(str(value).split())


def _encode(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)
