"""A problem of a scoring policy, and the checks of single values."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from nurture.domain.durations import parse_duration

MOST = 100_000
Path = tuple[str, ...]


@dataclass(frozen=True)
class ScoringProblem:
    path: Path
    """The keys that lead to it, such as ``rules``, ``clicked``, ``points``."""
    text: str
    hint: str = ""


Problems = Iterator[ScoringProblem]


def unknown_keys(path: Path, table: Mapping[str, Any], known: Collection[str]) -> Problems:
    for key in table:
        if key not in known:
            yield ScoringProblem((*path, str(key)), f"there is no key {key}", nearest(str(key), known))


def is_table(path: Path, value: object, expected: str) -> Problems:
    if not isinstance(value, Mapping):
        yield ScoringProblem(path, f"expected {expected}")


def given_points(path: Path, spec: Mapping[str, Any]) -> Problems:
    if "points" not in spec:
        yield ScoringProblem(path, "needs `points`", "a whole number, negative ones too")
        return
    yield from whole((*path, "points"), spec["points"])
    if spec["points"] == 0:
        yield ScoringProblem((*path, "points"), "0 points change nothing", "leave the rule out")


def whole(path: Path, value: object, least: int = -MOST, most: int = MOST) -> Problems:
    if is_whole(value) and least <= value <= most:  # type: ignore[operator]
        return
    kind = "a whole number"
    if least > -MOST:
        kind += f" from {least}" if most == MOST else f" from {least} to {most}"
    yield ScoringProblem(path, f"expected {kind}, found {value}")


def is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def span(path: Path, spec: Mapping[str, Any], key: str, zero: str) -> Problems:
    """``zero``: what is wrong with a length of nothing."""
    if key not in spec:
        return
    try:
        short = not parse_duration(str(spec[key])).span()
    except ValueError as wrong:
        yield ScoringProblem((*path, key), str(wrong))
        return
    if short:
        yield ScoringProblem((*path, key), zero)


def half_life(path: Path, spec: Mapping[str, Any]) -> Problems:
    yield from span(path, spec, "half_life", "points that halve at once count nothing")


def nearest(word: str, known: Collection[str]) -> str:
    found = get_close_matches(word, sorted(known), n=1)
    if found:
        return f"did you mean {found[0]}?"
    return f"expected one of {', '.join(sorted(known))}" if known else ""
