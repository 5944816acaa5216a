"""A condition as written, and the CEL made of it: decimal numbers only, fields in `known` quoted."""

from __future__ import annotations

import re
from dataclasses import dataclass

PIECES = re.compile(
    r"""
    (?P<skip> "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' | //[^\n]* )
    | \b(?:known|changed)\s*\(\s*(?P<field>[A-Za-z_]\w*(?:\s*\.\s*\w+)+)
    | (?<![\w.])(?P<whole>\d+)(?![\w.])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Source:
    text: str
    cel: str
    inserted: tuple[tuple[int, str], ...]
    """(offset in ``text``, what was put in before it), in order."""

    def offset(self, cel_offset: int) -> int:
        """The place in ``text`` of a place in ``cel``."""
        before = 0
        for at, piece in self.inserted:
            if cel_offset < at + before:
                break
            if cel_offset < at + before + len(piece):
                return at
            before += len(piece)
        return cel_offset - before

    def offset_of(self, line: int, column: int) -> int:
        """The place in ``text`` of a line and column (from 1) of ``cel``."""
        starts = [0, *(index + 1 for index, letter in enumerate(self.cel) if letter == "\n")]
        return self.offset(starts[min(line, len(starts)) - 1] + column - 1)

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of an offset in ``text``."""
        before = self.text[:offset]
        return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def to_cel(text: str) -> Source:
    inserted: list[tuple[int, str]] = []
    for piece in PIECES.finditer(text):
        if piece["field"]:
            inserted += [(piece.start("field"), '"'), (piece.end("field"), '"')]
        elif piece["whole"]:
            inserted.append((piece.end("whole"), ".0"))
    cel, done = [], 0
    for at, more in inserted:
        cel += [text[done:at], more]
        done = at
    return Source(text, "".join([*cel, text[done:]]), tuple(inserted))
