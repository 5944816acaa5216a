"""A content file put into the house style. What cannot be laid out without changing it is left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from nurture.authoring.nodes import Table, plain
from nurture.authoring.reader import read_yaml
from nurture.authoring.style.columns import DASH, Columns

OPENS_TEXT = re.compile(r"(?:^|\s)[|>][+-]?\d?\s*(?:#.*)?$")
"""The end of a line below which a text of several lines stands."""
LOOSE = (
    (re.compile(r"\{ +"), "{"),
    (re.compile(r" +\}"), "}"),
    (re.compile(r"\[ +"), "["),
    (re.compile(r" +\]"), "]"),
)
SAFE = re.compile(r"^[^\"'#|>]*$")
"""A line without texts in quotes and comments, in which brackets are brackets."""
SPACED = re.compile(r"^( *(?:- )?[a-z_.-]+:) {2,}(?=\S)(?!#)")


def in_house_style(text: str, order: Sequence[str] = ()) -> str | None:
    """``order``: of the keys at the top, as far as they are known. None: the file cannot be read."""
    source, root = read_yaml("", text.encode("utf-8", "surrogatepass"))
    if root is None or source.problems:
        return None
    lines = source.text.split("\n")
    columns = Columns(lines)
    columns.lay_out(root, 0)
    laid = list(Laying(lines, columns.wanted).lines())
    for candidate in (_ordered(laid, order), laid):
        found = "\n".join(candidate).strip("\n") + "\n"
        again, other = read_yaml("", found.encode())
        if other is not None and not again.problems and plain(other) == plain(root):
            return found
    return source.text


@dataclass
class Laying:
    source: Sequence[str]
    wanted: dict[int, int]
    shift: int = 0
    """How far the line above was moved: what belongs to it moves alike."""
    text_in: int | None = None
    """The column of the line that opened a text of several lines."""
    blank: bool = field(default=True)

    def lines(self) -> Iterator[str]:
        for number, line in enumerate(self.source):
            if number in self.wanted:
                yield self._begins(line, self.wanted[number])
            elif not line.strip():
                yield from self._empty(number)
            elif line.lstrip().startswith("#") and not self._inside(line):
                yield " " * self._beside(number) + line.strip()
                self.blank = False
            else:
                self.blank = False
                yield " " * max(0, _column(line) + self.shift) + line.lstrip(" ")

    def _begins(self, line: str, column: int) -> str:
        self.shift, self.blank = column - _column(line), False
        self.text_in = _column(line) if OPENS_TEXT.search(line) else None
        tight = _tight(DASH.sub("- ", line.strip()).rstrip() if DASH.match(line) else line.strip())
        return " " * column + tight

    def _empty(self, number: int) -> Iterator[str]:
        """One empty line at most, but all of them inside a text."""
        following = next((n for n in range(number + 1, len(self.source)) if self.source[n].strip()), None)
        inside = (
            following is not None and following not in self.wanted and self._inside(self.source[following])
        )
        if inside or not self.blank:
            yield ""
        self.blank = not inside

    def _inside(self, line: str) -> bool:
        return self.text_in is not None and _column(line) > self.text_in

    def _beside(self, number: int) -> int:
        """A comment stands with the line below it; one that is set in further, with the line above."""
        own = _column(self.source[number])
        below = next((n for n in range(number + 1, len(self.source)) if n in self.wanted), None)
        above = next((n for n in range(number - 1, -1, -1) if n in self.wanted), None)
        if below is not None and (above is None or _column(self.source[below]) >= own):
            return self.wanted[below]
        return self.wanted[above] if above is not None else 0


def _column(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _tight(line: str) -> str:
    if not SAFE.match(line):
        return line
    for loose, instead in LOOSE:
        line = loose.sub(instead, line)
    return SPACED.sub(r"\1 ", line)


def _ordered(lines: Sequence[str], order: Sequence[str]) -> list[str]:
    """The groups of the keys at the top in this order, each with the comments right above it."""
    _, root = read_yaml("", "\n".join(lines).encode())
    if not isinstance(root, Table) or root.flow or not set(root.keys) <= set(order):
        return list(lines)
    starts = [
        _with_comments(lines, key.at.line - 1, first=at == 0) for at, key in enumerate(root.keys.values())
    ]
    ends = [*starts[1:], len(lines)]
    groups = dict(zip(root.keys, (lines[a:b] for a, b in zip(starts, ends, strict=True)), strict=True))
    if list(groups) == sorted(groups, key=list(order).index):
        return list(lines)
    parts = [_stripped(groups[name]) for name in sorted(groups, key=list(order).index)]
    return [*lines[: starts[0]], *(line for part in parts for line in part)]


def _with_comments(lines: Sequence[str], key: int, *, first: bool) -> int:
    while not first and key > 0 and lines[key - 1].startswith("#"):
        key -= 1
    return key


def _stripped(group: Sequence[str]) -> Sequence[str]:
    """Without the empty lines at its end."""
    end = len(group)
    while end and not group[end - 1].strip():
        end -= 1
    return group[:end]
