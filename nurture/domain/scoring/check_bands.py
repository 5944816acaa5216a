"""What is wrong with thresholds, levels, grades, the matrix, caps and further scores of a scoring policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import Any

from nurture.domain.scoring.policy import COLUMNS, LETTERS, MEANINGS
from nurture.domain.scoring.problems import (
    MOST,
    Path,
    Problems,
    ScoringProblem,
    half_life,
    is_table,
    is_whole,
    nearest,
    span,
    unknown_keys,
    whole,
)
from nurture.domain.stages import LEVELS, PATH

SUMS = ("engagement", "fit")
LEVEL_KEYS = (*LEVELS[:-1], "back")
GRADE_KEYS = LETTERS[:-1]
MATRIX_KEYS = ("bands", "cells")
SCORE_KEYS = ("rules", "totals", "fit")
ACCOUNT_KEYS = ("best",)
INACTIVITY_KEYS = ("after", "half_life")
CELLS = tuple(f"{letter}{column}" for letter in LETTERS for column in range(1, COLUMNS + 1))


def check_bands(doc: Mapping[str, Any]) -> Problems:
    for key, check in CHECKS.items():
        if key in doc:
            wrong = list(is_table((key,), doc[key], EXPECTED[key]))
            yield from wrong or check(doc[key], doc)


def _thresholds(table: Mapping[str, Any], _doc: Mapping[str, Any]) -> Problems:
    for stage, points in table.items():
        path = ("thresholds", str(stage))
        if stage not in PATH:
            yield ScoringProblem(path, f"there is no stage {stage}", nearest(str(stage), PATH))
        yield from whole(path, points)
    known = [(stage, table[stage]) for stage in PATH if isinstance(table.get(stage), int)]
    for (earlier, less), (later, more) in pairwise(known):
        if more <= less:
            text = f"{later} comes after {earlier} and must need more than {less} points"
            yield ScoringProblem(("thresholds", later), text)


def _levels(table: Mapping[str, Any], _doc: Mapping[str, Any]) -> Problems:
    yield from unknown_keys(("levels",), table, LEVEL_KEYS)
    for name in LEVELS[:-1]:
        if name in table:
            yield from whole(("levels", name), table[name])
    yield from _falling(("levels",), table, LEVELS[:-1])
    if "back" in table:
        yield from whole(("levels", "back"), table["back"], least=0)
    hot, warm, back = (table.get(key) for key in ("hot", "warm", "back"))
    if is_whole(hot) and is_whole(warm) and is_whole(back) and 0 < hot - warm <= back:  # type: ignore[operator]
        text = f"who was hot would stay it down to {hot - back}, where others are not even warm"  # type: ignore[operator]
        yield ScoringProblem(("levels", "back"), text, f"write less than {hot - warm}")  # type: ignore[operator]


def _grades(table: Mapping[str, Any], _doc: Mapping[str, Any]) -> Problems:
    yield from unknown_keys(("grades",), table, GRADE_KEYS)
    for letter in GRADE_KEYS:
        if letter in table:
            yield from whole(("grades", letter), table[letter])
    yield from _falling(("grades",), table, GRADE_KEYS)


def _falling(path: Path, table: Mapping[str, Any], order: Collection[str]) -> Problems:
    known = [(name, table[name]) for name in order if is_whole(table.get(name))]
    for (better, more), (worse, less) in pairwise(known):
        if less >= more:
            yield ScoringProblem((*path, worse), f"{worse} must need less than {better}, which is {more}")


def _matrix(table: Mapping[str, Any], doc: Mapping[str, Any]) -> Problems:
    yield from unknown_keys(("matrix",), table, MATRIX_KEYS)
    if "grades" not in doc:
        yield ScoringProblem(("matrix",), "a matrix needs `grades`", "such as grades: {A: 25, B: 15, C: 5}")
    bands = table.get("bands")
    good = isinstance(bands, list) and len(bands) == COLUMNS - 1 and all(map(is_whole, bands))
    if not good or any(less >= more for more, less in pairwise(bands or [])):
        text = "expected the engagement from which a lead is in column 1, 2 and 3, falling"
        yield ScoringProblem(("matrix", "bands"), text, "such as bands: [45, 25, 10]")
    cells = table.get("cells")
    if not isinstance(cells, Mapping) or not all(isinstance(of, list) for of in cells.values()):
        hint = "such as hand off: [A1, A2, B1]"
        yield ScoringProblem(("matrix", "cells"), "expected what each cell means", hint)
        return
    yield from _cells(cells)


def _cells(cells: Mapping[str, list[object]]) -> Problems:
    for meaning, named in cells.items():
        path = ("matrix", "cells", str(meaning))
        if meaning not in MEANINGS:
            yield ScoringProblem(path, f"a cell cannot mean {meaning}", nearest(str(meaning), MEANINGS))
        for cell in named:
            if cell not in CELLS:
                yield ScoringProblem(path, f"there is no cell {cell}", nearest(str(cell), CELLS))
    often = Counter(str(cell) for named in cells.values() for cell in named)
    if twice := [cell for cell in CELLS if often[cell] > 1]:
        yield ScoringProblem(("matrix", "cells"), f"{', '.join(twice)} stand twice")
    if missing := [cell for cell in CELLS if not often[cell]]:
        hint = "every cell from A1 to D4 needs a meaning"
        yield ScoringProblem(("matrix", "cells"), f"{', '.join(missing)} are missing", hint)


def _caps(table: Mapping[str, Any], _doc: Mapping[str, Any]) -> Problems:
    yield from unknown_keys(("caps",), table, SUMS)
    for kind in SUMS:
        if kind in table:
            yield from whole(("caps", kind), table[kind], least=1)


def _groups(table: Mapping[str, Any], doc: Mapping[str, Any]) -> Problems:
    rules = doc.get("rules", {})
    specs = rules.values() if isinstance(rules, Mapping) else ()
    used = {spec.get("group") for spec in specs if isinstance(spec, Mapping)}
    for name, most in table.items():
        yield from whole(("groups", str(name)), most, least=1)
        if name not in used:
            yield ScoringProblem(
                ("groups", str(name)), f"no rule is in the group {name}", "write group: in it"
            )


def _scores(table: Mapping[str, Any], doc: Mapping[str, Any]) -> Problems:
    for name, spec in table.items():
        path = ("scores", str(name))
        if not isinstance(spec, Mapping) or not spec:
            yield ScoringProblem(path, "expected the rules that count for it", "such as {rules: [prices]}")
            continue
        yield from unknown_keys(path, spec, SCORE_KEYS)
        for key in SCORE_KEYS:
            yield from _named((*path, key), spec.get(key, []), doc.get(key, {}))


def _named(path: Path, named: object, there: object) -> Problems:
    if not isinstance(named, list):
        yield ScoringProblem(path, "expected a list of rules")
        return
    known = there if isinstance(there, Mapping) else {}
    for name in named:
        if name not in known:
            yield ScoringProblem(path, f"there is no rule {name}", nearest(str(name), known))


def _inactivity(table: Mapping[str, Any], _doc: Mapping[str, Any]) -> Problems:
    yield from unknown_keys(("inactivity",), table, INACTIVITY_KEYS)
    for key in INACTIVITY_KEYS:
        if key not in table:
            hint = "such as inactivity: {after: 60d, half_life: 14d}"
            yield ScoringProblem(("inactivity",), f"needs `{key}`", hint)
    yield from span(("inactivity",), table, "after", "everybody is silent for no time")
    yield from half_life(("inactivity",), table)


def _accounts(table: Mapping[str, Any], _doc: Mapping[str, Any]) -> Problems:
    yield from unknown_keys(("accounts",), table, ACCOUNT_KEYS)
    if "best" in table:
        yield from whole(("accounts", "best"), table["best"], least=1, most=MOST)


CHECKS = {
    "thresholds": _thresholds,
    "levels": _levels,
    "grades": _grades,
    "matrix": _matrix,
    "caps": _caps,
    "groups": _groups,
    "scores": _scores,
    "inactivity": _inactivity,
    "accounts": _accounts,
}
EXPECTED = {
    "thresholds": "stages with their scores, such as MQL: 60",
    "levels": "hot and warm with their scores, such as {hot: 60, warm: 30, back: 5}",
    "grades": "letters with the fit they need, such as {A: 25, B: 15, C: 5}",
    "matrix": "bands and cells",
    "caps": "engagement and fit with the most they count",
    "groups": "groups with the most they count",
    "scores": "scores with their rules, such as planning: {rules: [prices]}",
    "inactivity": "the keys after and half_life",
    "accounts": "the key best",
}
