"""One file under check: its text, and the problems found in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice

from nurture.authoring.nodes import Node, Place, Scalar
from nurture.authoring.problems import Problem
from nurture.authoring.rules import RULES

WHOLE_FILE = Place(0, 0)


@dataclass
class Source:
    file: str
    text: str = ""
    problems: list[Problem] = field(default_factory=list)
    _lines: list[str] | None = None

    def report(self, rule: str, at: Node | Place, text: str, hint: str = "") -> None:
        assert rule in RULES, rule
        place = at if isinstance(at, Place) else at.at
        excerpt = self.line(place.line)
        said = " ".join(text.split("\n"))
        problem = Problem(self.file, place.line, place.column, rule, said, hint, excerpt, place.width)
        if problem not in self.problems:
            self.problems.append(problem)

    def at(self, number: int) -> Place:
        """All of a line."""
        return Place(number, 1, max(1, len(self.line(number))))

    def line(self, number: int) -> str:
        if self._lines is None:
            self._lines = self.text.split("\n")
        return self._lines[number - 1].rstrip("\r") if 0 < number <= len(self._lines) else ""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant."""
    by_lower = {name.lower(): name for name in known}
    folded = word.lower().replace("_", "-")
    for form in (word.lower(), folded, folded.replace("-", "_")):
        if found := get_close_matches(form, by_lower, n=1, cutoff=0.6):
            return by_lower[found[0]]
    return None


def suggestion(word: str, known: Iterable[str], what: str = "Known") -> str:
    """``Did you mean ...?``, or the words there are."""
    names = sorted(known)
    meant = nearest(word, names)
    if meant:
        return f"Did you mean `{meant}`?"
    listed = ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")
    return f"{what}: {listed or 'none yet'}."


def address(scalar: Scalar, source: Source, offset: int, width: int = 1) -> Place:
    """Where the ``offset``-th character of a scalar's text stands in the file, folding and quotes undone."""
    wanted = sum(not char.isspace() for char in scalar.text[:offset])
    visible = (at for at in range(_body(scalar, source), len(source.text)) if not source.text[at].isspace())
    index = next(islice(visible, wanted, None), max(len(source.text) - 1, 0))
    before = source.text[:index]
    return Place(before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1, width)


def _body(scalar: Scalar, source: Source) -> int:
    """Where the characters begin: after a quote, or below the line with ``|`` or ``>``."""
    first = source.text[scalar.index : scalar.index + 1]
    if first in ("'", '"') and not scalar.text.startswith(first):
        return scalar.index + 1
    if first in ("|", ">") and not scalar.text.startswith(first):
        return source.text.find("\n", scalar.index) + 1
    return scalar.index
