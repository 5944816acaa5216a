"""Events that are a happening of the dictionary, made up."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from nurture.domain.dictionary import COMPARED, Happening

CHOICE = re.compile(r"\[(!?)([^]]+)\]")


def example_of(happening: Happening) -> dict[str, object]:
    """Data of an event that is this happening."""
    return {key: _example(pattern) for key, pattern in happening.match.items()}


def _example(pattern: str) -> str:
    compared = COMPARED.match(pattern)
    if compared:
        return compared[2]
    # Of `[Yy]es*` the first of the letters, `Yes`; of `[!a]` any that is not among them.
    shown = CHOICE.sub(lambda one: _other(one[2]) if one[1] else one[2][0], pattern)
    return shown.replace("*", "").replace("?", "x")


def _other(letters: str) -> str:
    return next(letter for letter in "xyz0" if not fnmatchcase(letter, f"[{letters}]"))
