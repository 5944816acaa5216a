"""What is wrong with the rules of a scoring policy, each by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nurture.domain.dictionary import Dictionary
from nurture.domain.own_events import wrong_event
from nurture.domain.scoring.booking import NEVER_SCORED
from nurture.domain.scoring.fit import TESTS
from nurture.domain.scoring.problems import (
    Path,
    Problems,
    ScoringProblem,
    given_points,
    half_life,
    nearest,
    span,
    unknown_keys,
    whole,
)

RULE_KEYS = ("on", "match", "if", "points", "times", "again", "cap", "group", "half_life", "says")
FIT_KEYS = ("field", "if", "points", "says", *TESTS)
AGAIN_KEYS = ("times", "within", "points")
EVENT = re.compile(r"^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$")
BY_TYPE = {
    "text": ("is", "in", "like", "known"),
    "number": ("is", "in", "at_least", "at_most", "known"),
    "yes/no": ("is", "known"),
    "date": ("known",),
}
"""Type of a field -> what a fit rule may ask of it."""
MOST_FACTOR = 100


def check_rule(
    path: Path, spec: Mapping[str, Any], dictionary: Dictionary, doc: Mapping[str, Any]
) -> Problems:
    yield from unknown_keys(path, spec, RULE_KEYS)
    yield from _on(path, spec, dictionary)
    yield from given_points(path, spec)
    yield from half_life(path, spec)
    if "cap" in spec:
        yield from whole((*path, "cap"), spec["cap"], least=1)
    if not isinstance(spec.get("match", {}), Mapping):
        yield ScoringProblem((*path, "match"), "expected names of the event's data with their values")
    yield from _times((*path, "times"), spec.get("times", {}))
    if "again" in spec:
        yield from _again((*path, "again"), spec["again"])
    groups = doc.get("groups", {})
    if "group" in spec and isinstance(groups, Mapping) and spec["group"] not in groups:
        hint = nearest(str(spec["group"]), groups) or "declare it in groups: with the most that it counts"
        yield ScoringProblem((*path, "group"), f"there is no group {spec['group']}", hint)


def _on(path: Path, spec: Mapping[str, Any], dictionary: Dictionary) -> Problems:
    on = spec.get("on")
    if on is None:
        hint = "a happening of the dictionary or an event such as email.clicked"
        yield ScoringProblem(path, "needs `on`", hint)
        return
    happening = dictionary.happenings.get(str(on))
    event = happening.event if happening else str(on)
    if event in NEVER_SCORED:
        hint = "machines open mails too: score clicks, replies and visits"
        yield ScoringProblem((*path, "on"), f"{event} never scores", hint)
    elif not happening and EVENT.match(event):
        match = spec.get("match")
        data = {str(key): str(said) for key, said in match.items()} if isinstance(match, Mapping) else {}
        for wrong in wrong_event(event, data):
            if wrong.sure:
                where = ("on",) if wrong.key == "event" else ("match", wrong.key)
                yield ScoringProblem((*path, *where), wrong.text, wrong.hint)
    elif not happening:
        hint = nearest(event, dictionary.happenings)
        yield ScoringProblem((*path, "on"), f"there is no happening {on}", hint)


def _times(path: Path, spec: object) -> Problems:
    """``{path: {/prices/big*: 2}}``."""
    hint = "such as times: {path: {/prices/big*: 2}}"
    if not isinstance(spec, Mapping) or not all(isinstance(of, Mapping) and of for of in spec.values()):
        yield ScoringProblem(path, "expected names of the event's data, each with values and factors", hint)
        return
    for key, factors in spec.items():
        for pattern, factor in factors.items():
            good = isinstance(factor, int | float) and not isinstance(factor, bool)
            if not good or not 0 < factor <= MOST_FACTOR:
                text = f"expected a factor above 0, at most {MOST_FACTOR}, found {factor}"
                yield ScoringProblem((*path, str(key), str(pattern)), text)


def _again(path: Path, spec: object) -> Problems:
    if not isinstance(spec, Mapping):
        hint = "such as again: {times: 3, within: 7d, points: 5}"
        yield ScoringProblem(path, f"expected the keys {', '.join(AGAIN_KEYS)}", hint)
        return
    yield from unknown_keys(path, spec, AGAIN_KEYS)
    yield from given_points(path, spec)
    for key in ("times", "within"):
        if key not in spec:
            yield ScoringProblem(path, f"needs `{key}`", "such as again: {times: 3, within: 7d, points: 5}")
    if "times" in spec:
        yield from whole((*path, "times"), spec["times"], least=2, most=100)
    yield from span(path, spec, "within", "nobody comes back within no time")


def check_fit(path: Path, spec: Mapping[str, Any], dictionary: Dictionary) -> Problems:
    yield from unknown_keys(path, spec, FIT_KEYS)
    yield from given_points(path, spec)
    tests = [word for word in TESTS if word in spec]
    if "if" in spec:
        for key in [key for key in ("field", *tests) if key in spec]:
            yield ScoringProblem((*path, key), f"a rule with `if` has no `{key}`", "put all of it into `if`")
        return
    if len(tests) != 1:
        yield ScoringProblem(path, f"needs exactly one of {', '.join(TESTS)}", "or a condition in `if`")
    name = spec.get("field")
    kind = dictionary.fields.get(str(name))
    if kind is None:
        text = "needs `field`" if name is None else f"there is no field {name}"
        yield ScoringProblem((*path, "field") if name else path, text, nearest(str(name), dictionary.fields))
    for test in tests if kind else ():
        yield from _test(path, str(name), str(kind), test, spec[test])


def _test(path: Path, name: str, kind: str, test: str, wanted: object) -> Problems:
    if test not in BY_TYPE.get(kind, BY_TYPE["text"]):
        hint = f"ask {' or '.join(BY_TYPE[kind])}"
        yield ScoringProblem((*path, test), f"{test} cannot be asked of {name}, which is a {kind}", hint)
        return
    values = wanted if test == "in" else [wanted]
    types: dict[str, type | tuple[type, ...]] = {"number": (int, float), "yes/no": bool}
    right = bool if test == "known" else types.get(kind, str)
    if not isinstance(values, list) or not values:
        yield ScoringProblem((*path, test), "expected a list")
    elif not all(isinstance(one, right) and (right != (int, float) or one is not True) for one in values):
        what = "true or false" if right is bool else f"a {kind}"
        yield ScoringProblem((*path, test), f"expected {what}, found {wanted}")
