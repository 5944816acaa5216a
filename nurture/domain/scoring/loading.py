"""From the document of a scoring policy to the policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from nurture.domain.conditions import Asks, Condition
from nurture.domain.dictionary import Happening
from nurture.domain.durations import parse_duration
from nurture.domain.scoring.fit import TESTS
from nurture.domain.scoring.policy import (
    HALF_LIFE,
    Again,
    FitRule,
    Inactivity,
    Matrix,
    PointRule,
    ScoringPolicy,
    Times,
)


def load_scoring(doc: Mapping[str, Any], asks: Asks | None = None) -> ScoringPolicy:
    """From the document of a published policy, which the checker has passed. ``asks``: who answers the
    conditions of its rules, where there are some."""
    usual = _span(doc["half_life"]) if "half_life" in doc else HALF_LIFE
    levels = dict(doc.get("levels", {}))
    back = int(levels.pop("back", 0))
    whole = ScoringPolicy(
        rules={name: _rule(name, spec, usual) for name, spec in doc.get("rules", {}).items()},
        fit=tuple(_fit_rule(name, spec) for name, spec in doc.get("fit", {}).items()),
        totals=tuple(_fit_rule(name, spec) for name, spec in doc.get("totals", {}).items()),
        thresholds={stage: int(points) for stage, points in doc.get("thresholds", {}).items()},
        half_life=usual,
        caps={kind: int(most) for kind, most in doc.get("caps", {}).items()},
        groups={name: int(most) for name, most in doc.get("groups", {}).items()},
        inactivity=_inactivity(doc.get("inactivity")),
        levels={name: int(points) for name, points in levels.items()},
        back=back,
        grades={letter: int(points) for letter, points in doc.get("grades", {}).items()},
        matrix=_matrix(doc.get("matrix")),
        best=doc.get("accounts", {}).get("best"),
        asks=asks,
    )
    return replace(whole, scores={name: _part(whole, spec) for name, spec in doc.get("scores", {}).items()})


def _part(whole: ScoringPolicy, spec: Mapping[str, Any]) -> ScoringPolicy:
    """One of several scores: the same rules with the same caps, but only some of them."""
    chosen = frozenset(spec.get("rules", ()))
    suits, did = frozenset(spec.get("fit", ())), frozenset(spec.get("totals", ()))
    return replace(
        whole,
        rules={name: rule for name, rule in whole.rules.items() if name in chosen},
        fit=tuple(rule for rule in whole.fit if rule.name in suits),
        totals=tuple(rule for rule in whole.totals if rule.name in did),
        only=True,
    )


def _rule(name: str, spec: Mapping[str, Any], usual: timedelta) -> PointRule:
    match = {key: str(value) for key, value in spec.get("match", {}).items()}
    return PointRule(
        name=name,
        on=Happening(name, spec["on"], match),
        points=int(spec["points"]),
        half_life=_span(spec["half_life"]) if "half_life" in spec else usual,
        cap=int(spec["cap"]) if "cap" in spec else None,
        group=spec.get("group"),
        times=tuple(_times(spec.get("times", {}))),
        again=_again(spec.get("again")),
        if_=_condition(spec.get("if")),
        says=str(spec.get("says", "")),
    )


def _times(spec: Mapping[str, Any]) -> Iterator[Times]:
    for key, patterns in spec.items():
        yield from (Times(key, str(pattern), float(factor)) for pattern, factor in patterns.items())


def _again(spec: Mapping[str, Any] | None) -> Again | None:
    return Again(int(spec["times"]), _span(spec["within"]), int(spec["points"])) if spec else None


def _inactivity(spec: Mapping[str, Any] | None) -> Inactivity | None:
    return Inactivity(_span(spec["after"]), _span(spec["half_life"])) if spec else None


def _matrix(spec: Mapping[str, Any] | None) -> Matrix | None:
    if not spec:
        return None
    cells = {str(cell): meaning for meaning, cells in spec["cells"].items() for cell in cells}
    return Matrix(tuple(int(band) for band in spec["bands"]), cells)


def _fit_rule(name: str, spec: Mapping[str, Any]) -> FitRule:
    test = next((word for word in TESTS if word in spec), "")
    return FitRule(
        name,
        str(spec.get("field", "")),
        int(spec["points"]),
        test,
        spec.get(test),
        _condition(spec.get("if")),
        str(spec.get("says", "")),
    )


def _condition(lines: object) -> Condition:
    if lines is None:
        return Condition()
    return Condition(tuple(map(str, lines)) if isinstance(lines, list) else (str(lines),))


def _span(text: object) -> timedelta:
    return parse_duration(str(text)).span()
