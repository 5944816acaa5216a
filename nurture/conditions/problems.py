"""What is wrong with a condition, said to a marketer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from nurture.conditions.source import Source


@dataclass(frozen=True)
class Problem:
    line: int
    """From 1, within the condition's own text."""
    column: int
    text: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.text}; {self.hint}" if self.hint else self.text


def problem(source: Source, offset: int, text: str, hint: str = "") -> Problem:
    line, column = source.place(max(0, min(offset, len(source.text))))
    return Problem(line, column, text, hint)


def nearest(word: str, known: Iterable[str], what: str) -> str:
    """A hint: the nearest of the known words, or all of them if they are few."""
    words = sorted(known)
    lower = {candidate.lower(): candidate for candidate in words}
    if found := get_close_matches(word.lower(), list(lower), n=1, cutoff=0.7):
        return f"did you mean {lower[found[0]]}?"
    if not words:
        return f"there is no {what} yet"
    if len(words) <= 12:
        return f"the {what}s are {', '.join(words)}" if len(words) > 1 else f"the only {what} is {words[0]}"
    return ""
