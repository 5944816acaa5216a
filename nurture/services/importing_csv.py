"""Reading a CSV file, after one look at all of it: what is unreadable is known before anything is written."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO

from nurture.domain.errors import NurtureError

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""
LONGEST_CELL = 100_000


class UnreadableFile(NurtureError):
    """The file is no CSV that we can read; the message names the line."""


@dataclass(frozen=True)
class Row:
    line: int
    """Of the file, where the row ends; the first is 1."""
    cells: tuple[str, ...]


@dataclass(frozen=True)
class CsvFile:
    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: int
    fingerprint: str
    """sha256 of its bytes."""

    def read(self) -> Iterator[Row]:
        """Rows in order without the header; blank ones are left out. Memory does not grow with the file."""
        with _opened(self.path, self.encoding, self.delimiter) as rows:
            next(rows, None)
            yield from rows


def scan(path: Path, encoding: str = "") -> CsvFile:
    """Reads all of it once. ``encoding``: Python's name of it; else UTF-8. Raises UnreadableFile."""
    if not path.is_file():
        raise UnreadableFile(f"there is no file {path}")
    with _binary(path) as file:
        encoding = encoding or _by_its_start(file)
        _check_encoding(path, file, encoding)
        file.seek(0)
        fingerprint = hashlib.file_digest(file, "sha256").hexdigest()
    delimiter = _delimiter(path, encoding)
    with _opened(path, encoding, delimiter) as rows:
        header = next(rows, None)
        if header is None:
            raise UnreadableFile(f"the file {path.name} is empty", "its first line must name the columns")
        count = sum(1 for _ in rows)
    return CsvFile(path, encoding, delimiter, tuple(h.strip() for h in header.cells), count, fingerprint)


def safe_cell(text: str) -> str:
    """As a spreadsheet may open it: never a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def plain_cell(text: str) -> str:
    """The reverse of ``safe_cell``, without blanks around it."""
    text = text.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


@contextmanager
def _opened(path: Path, encoding: str, delimiter: str) -> Iterator[Iterator[Row]]:
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=encoding, newline="") as file:
        yield _rows(path, csv.reader(file, delimiter=delimiter, strict=True))


def _rows(path: Path, reader: Any) -> Iterator[Row]:
    began = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(reader.line_num, tuple(cells))
            began = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile(
            f"the row at line {began} of {path.name} cannot be read: {error}",
            "look for a quotation mark that is opened and not closed, or not doubled inside quotes",
        ) from None


def _binary(path: Path) -> BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        raise UnreadableFile(f"the file {path} cannot be opened: {error.strerror}") from None


def _by_its_start(file: BinaryIO) -> str:
    start = file.read(4)
    file.seek(0)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return "utf-8-sig"


def _check_encoding(path: Path, file: BinaryIO, encoding: str) -> None:
    try:
        if "".encode(encoding) in (b"", b"\xef\xbb\xbf"):
            for number, line in enumerate(file, 1):
                _decode(path, number, line, encoding)
        else:  # more bytes than one for a letter: lines are known only after decoding
            with path.open(encoding=encoding) as text:
                for _ in text:
                    pass
    except LookupError:
        raise UnreadableFile(
            f"there is no encoding {encoding}", "usual ones are utf-8, cp1252, latin-1 and utf-16"
        ) from None
    except UnicodeError:
        raise UnreadableFile(f"the file {path.name} is not {encoding} from end to end") from None


def _decode(path: Path, number: int, line: bytes, encoding: str) -> None:
    try:
        line.decode(encoding)
    except UnicodeDecodeError as error:
        wanted = "UTF-8" if encoding == "utf-8-sig" else encoding
        where = f"line {number} of {path.name}, byte {error.start + 1} (0x{line[error.start]:02x})"
        raise UnreadableFile(
            f"{where}, is not {wanted}",
            "save it as CSV UTF-8 (so called in Excel's Save As), or try `--encoding cp1252`",
        ) from None


def _delimiter(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, newline="") as file:
        head = file.readline(LONGEST_CELL)
    counts = {sign: len(next(csv.reader([head], delimiter=sign), [])) for sign in DELIMITERS}
    return max(counts, key=lambda sign: counts[sign])
