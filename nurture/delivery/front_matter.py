"""The files of a message: read as text, with the block of headers at their top."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

from nurture.domain.errors import NurtureError

BIGGEST_FILE = 256 * 1024
DEFAULT_LAYOUT = "default"
HEADERS = ("subject", "preheader", "layout", "language")

Headers = dict[str, tuple[str, int]]
"""Header -> its text, and its line."""


class SourceError(NurtureError):
    """A message that cannot be read: where (file and line), and what to do."""

    def __init__(self, file: str, line: int, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.file = file
        self.line = line

    def __str__(self) -> str:
        return f"templates/{self.file}:{self.line}: {super().__str__()}"


def nearest(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, known := list(known), n=1)
    return f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known) or 'none'}."


def read_text(templates_dir: Path, file: str, hint: str = "") -> str:
    path = templates_dir / file
    if not path.is_file():
        raise SourceError(file, 1, "This file is missing.", hint)
    raw = path.read_bytes()
    if len(raw) > BIGGEST_FILE:
        raise SourceError(
            file, 1, f"This file is larger than {BIGGEST_FILE // 1024} KiB.", "Mails must be small."
        )
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise SourceError(file, line, "This is not UTF-8.", "Save the file as UTF-8.") from None


def front_matter(file: str, content: str, known: Sequence[str] = HEADERS) -> tuple[Headers, str, int]:
    """The headers between two lines of ---, the rest, and the line at which the rest begins."""
    lines = content.split("\n")
    if lines[0].strip() != "---":
        return {}, content, 1
    end = next((at for at, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
    if end is None:
        raise SourceError(file, 1, "The block at the top has no end.", "Close it with a line of ---.")
    headers: Headers = {}
    for at, line in enumerate(lines[1:end], 2):
        if line.strip():
            key, value = _header(file, at, line, known)
            headers[key] = (value, at)
    return headers, "\n".join(lines[end + 1 :]), end + 2


def _header(file: str, at: int, line: str, known: Sequence[str]) -> tuple[str, str]:
    key, colon, value = line.partition(":")
    key, value = key.strip(), value.strip()
    if not colon or not value:
        raise SourceError(file, at, f"Expected one of {', '.join(known)}, a colon and a text on one line.")
    if key not in known:
        raise SourceError(file, at, f"{key!r} is not known here.", nearest(key, known))
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return key, value
