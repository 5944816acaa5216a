"""Reading a CSV file, after one look at all of it: what is unreadable is known before anything is written."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from nurture.domain.errors import NurtureError
from nurture.services.importing_rows import LONGEST_CELL, NUL, BrokenRow, Row, Rows

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


UTF8 = ("utf-8-sig", "utf-8", "utf8")


class UnreadableFile(NurtureError):
    """The file is no CSV that we can read; the message names the line."""


@dataclass(frozen=True)
class CsvFile:
    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: int
    fingerprint: str
    """sha256 of its bytes."""
    broken: int = 0
    """Of the rows, those that cannot be read: each is told when it comes."""
    errors: str = "strict"
    """What is done about a byte that is not of the encoding, in Python's words."""

    def read(self) -> Iterator[Row]:
        """Rows in order without the header; blank ones are left out. Memory does not grow with the file."""
        with _opened(self.path, self.encoding, self.errors, self.delimiter) as rows:
            next(rows, None)
            yield from rows


def scan(path: Path, encoding: str = "") -> CsvFile:
    """Reads all of it once. ``encoding``: Python's name of it; else UTF-8. Raises UnreadableFile."""
    if not path.is_file():
        raise UnreadableFile(f"there is no file {path}")
    with _binary(path) as file:
        encoding = encoding or _by_its_start(file)
        errors = _check_encoding(path, file, encoding)
        file.seek(0)
        fingerprint = hashlib.file_digest(file, "sha256").hexdigest()
    delimiter = _delimiter(path, encoding, errors)
    with _opened(path, encoding, errors, delimiter) as rows:
        header = next(rows, None)
        if header is None:
            raise UnreadableFile(f"the file {path.name} is empty", "its first line must name the columns")
        count = broken = 0
        for row in rows:
            count += 1
            broken += bool(row.broken)
    names = tuple(h.strip() for h in header.cells)
    return CsvFile(path, encoding, delimiter, names, count, fingerprint, broken, errors)


def safe_cell(text: str) -> str:
    """As a spreadsheet may open it: never a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def plain_cell(text: str) -> str:
    """The reverse of ``safe_cell``, without blanks around it."""
    text = text.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


@contextmanager
def _opened(path: Path, encoding: str, errors: str, delimiter: str) -> Iterator[Iterator[Row]]:
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        yield _rows(path, Rows(file, delimiter))


def _rows(path: Path, rows: Rows) -> Iterator[Row]:
    try:
        yield from rows
    except BrokenRow as broken:
        hint = "it must name the columns"
        if NUL in str(broken):
            hint += "; if the file is UTF-16 say so, with `--encoding utf-16-le`"
        raise UnreadableFile(f"the first row of {path.name} cannot be read: {broken}", hint) from None


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


def _check_encoding(path: Path, file: BinaryIO, encoding: str) -> str:
    """How bytes that are not of it are to be taken. Raises UnreadableFile."""
    try:
        if "".encode(encoding) in (b"", b"\xef\xbb\xbf"):
            return _check_lines(path, file, encoding)
        # More bytes than one for a letter: lines are known only after decoding.
        with path.open(encoding=encoding) as text:
            for _ in text:
                pass
    except LookupError:
        raise UnreadableFile(
            f"there is no encoding {encoding}", "usual ones are utf-8, cp1252, latin-1 and utf-16"
        ) from None
    except UnicodeError:
        raise UnreadableFile(f"the file {path.name} is not {encoding} from end to end") from None
    return "strict"


def _check_lines(path: Path, file: BinaryIO, encoding: str) -> str:
    """A file that has shown itself to be UTF-8, by more lines with other letters than ASCII has, has broken
    lines; any other is of an encoding that somebody must name."""
    good, first = 0, None
    bad = 0
    for number, line in enumerate(file, 1):
        try:
            good += not line.decode(encoding).isascii()
        except UnicodeDecodeError as error:
            first = first or _wrong_byte(path, number, line, error, encoding)
            bad += 1
    if first and not (encoding in UTF8 and good > bad):
        raise first
    return "surrogateescape" if first else "strict"


def _wrong_byte(
    path: Path, number: int, line: bytes, error: UnicodeDecodeError, encoding: str
) -> UnreadableFile:
    wanted = "UTF-8" if encoding == "utf-8-sig" else encoding
    where = f"line {number} of {path.name}, byte {error.start + 1} (0x{line[error.start]:02x})"
    return UnreadableFile(
        f"{where}, is not {wanted}",
        "save it as CSV UTF-8 (so called in Excel's Save As), or try `--encoding cp1252`",
    )


def _delimiter(path: Path, encoding: str, errors: str) -> str:
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        head = file.readline(LONGEST_CELL)
    counts = {sign: len(next(csv.reader([head], delimiter=sign), [])) for sign in DELIMITERS}
    return max(counts, key=lambda sign: counts[sign])
