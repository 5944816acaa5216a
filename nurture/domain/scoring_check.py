"""What is wrong with a scoring policy, before it is loaded."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from typing import Any

from nurture.domain.dictionary import Dictionary
from nurture.domain.durations import parse_duration
from nurture.domain.own_events import wrong_event
from nurture.domain.scoring import NEVER_SCORED, TESTS, load_scoring
from nurture.domain.stages import PATH

KEYS = ("half_life", "rules", "fit", "thresholds", "caps")
RULE_KEYS = ("on", "match", "points", "cap", "half_life")
FIT_KEYS = ("field", "points", *TESTS)
SUMS = ("engagement", "fit")
EVENT = re.compile(r"^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$")
MOST = 100_000
BY_TYPE = {
    "text": ("is", "in", "like", "known"),
    "number": ("is", "in", "at_least", "at_most", "known"),
    "yes/no": ("is", "known"),
    "date": ("known",),
}
"""Type of a field -> what a fit rule may ask of it."""


@dataclass(frozen=True)
class ScoringProblem:
    path: tuple[str, ...]
    """The keys that lead to it, such as ``rules``, ``clicked``, ``points``."""
    text: str
    hint: str = ""


Problems = Iterator[ScoringProblem]


def check_scoring(doc: object, dictionary: Dictionary) -> list[ScoringProblem]:
    """All problems at once, in the order of the document."""
    if not isinstance(doc, Mapping):
        return [ScoringProblem((), "expected the keys " + ", ".join(KEYS))]
    found = [*_unknown((), doc, KEYS), *_half_life((), doc)]
    found += _each(doc, "rules", lambda path, spec: _rule(path, spec, dictionary))
    found += _each(doc, "fit", lambda path, spec: _fit(path, spec, dictionary))
    found += [*_thresholds(doc), *_caps(doc)]
    return found or list(_reachable(doc))


def _each(
    doc: Mapping[str, Any], key: str, check: Callable[[tuple[str, ...], Mapping[str, Any]], Problems]
) -> Problems:
    table = doc.get(key, {})
    if not isinstance(table, Mapping):
        yield ScoringProblem((key,), "expected rules with their names")
        return
    for name, spec in table.items():
        path = (key, str(name))
        if not isinstance(spec, Mapping):
            yield ScoringProblem(path, "expected a rule", f"the keys of a rule are {', '.join(RULE_KEYS)}")
        else:
            yield from check(path, spec)


def _rule(path: tuple[str, ...], spec: Mapping[str, Any], dictionary: Dictionary) -> Problems:
    yield from _unknown(path, spec, RULE_KEYS)
    yield from _on(path, spec, dictionary)
    yield from _points(path, spec)
    yield from _half_life(path, spec)
    if "cap" in spec:
        yield from _whole((*path, "cap"), spec["cap"], least=1)
    if not isinstance(spec.get("match", {}), Mapping):
        yield ScoringProblem((*path, "match"), "expected names of the event's data with their values")


def _on(path: tuple[str, ...], spec: Mapping[str, Any], dictionary: Dictionary) -> Problems:
    on = spec.get("on")
    if on is None:
        yield ScoringProblem(
            path, "needs `on`", "a happening of the dictionary or an event such as email.clicked"
        )
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
        yield ScoringProblem(
            (*path, "on"), f"there is no happening {on}", _nearest(event, dictionary.happenings)
        )


def _fit(path: tuple[str, ...], spec: Mapping[str, Any], dictionary: Dictionary) -> Problems:
    yield from _unknown(path, spec, FIT_KEYS)
    yield from _points(path, spec)
    tests = [word for word in TESTS if word in spec]
    if len(tests) != 1:
        yield ScoringProblem(path, f"needs exactly one of {', '.join(TESTS)}")
    name = spec.get("field")
    kind = dictionary.fields.get(str(name))
    if kind is None:
        text = "needs `field`" if name is None else f"there is no field {name}"
        yield ScoringProblem((*path, "field") if name else path, text, _nearest(str(name), dictionary.fields))
    for test in tests if kind else ():
        yield from _test(path, str(name), str(kind), test, spec[test])


def _test(path: tuple[str, ...], name: str, kind: str, test: str, wanted: object) -> Problems:
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


def _thresholds(doc: Mapping[str, Any]) -> Problems:
    thresholds = doc.get("thresholds", {})
    if not isinstance(thresholds, Mapping):
        yield ScoringProblem(("thresholds",), "expected stages with their scores, such as MQL: 60")
        return
    for stage, points in thresholds.items():
        path = ("thresholds", str(stage))
        if stage not in PATH:
            yield ScoringProblem(path, f"there is no stage {stage}", _nearest(str(stage), PATH))
        yield from _whole(path, points)
    known = [(stage, thresholds[stage]) for stage in PATH if isinstance(thresholds.get(stage), int)]
    for (earlier, less), (later, more) in pairwise(known):
        if more <= less:
            text = f"{later} comes after {earlier} and must need more than {less} points"
            yield ScoringProblem(("thresholds", later), text)


def _caps(doc: Mapping[str, Any]) -> Problems:
    caps = doc.get("caps", {})
    if not isinstance(caps, Mapping):
        yield ScoringProblem(("caps",), "expected engagement and fit with the most they count")
        return
    yield from _unknown(("caps",), caps, SUMS)
    for kind in SUMS:
        if kind in caps:
            yield from _whole(("caps", kind), caps[kind], least=1)


def _reachable(doc: Mapping[str, Any]) -> Problems:
    """Thresholds above all that the caps allow. Needs a document without other problems."""
    policy = load_scoring(doc)
    gains = [rule for rule in policy.rules.values() if rule.points > 0]
    if any(rule.cap is None for rule in gains) and "engagement" not in policy.caps:
        return
    free = any(rule.cap is None for rule in gains)
    engagement = policy.caps["engagement"] if free else sum(rule.cap or 0 for rule in gains)
    suits = sum(rule.points for rule in policy.fit if rule.points > 0)
    most = min(engagement, policy.caps.get("engagement", engagement)) + min(
        suits, policy.caps.get("fit", suits)
    )
    for stage, points in policy.thresholds.items():
        if points > most:
            yield ScoringProblem(("thresholds", stage), f"nobody can reach {points}: the caps allow {most}")


def _unknown(path: tuple[str, ...], table: Mapping[str, Any], known: Collection[str]) -> Problems:
    for key in table:
        if key not in known:
            yield ScoringProblem((*path, str(key)), f"there is no key {key}", _nearest(str(key), known))


def _points(path: tuple[str, ...], spec: Mapping[str, Any]) -> Problems:
    if "points" not in spec:
        yield ScoringProblem(path, "needs `points`", "a whole number, negative ones too")
        return
    yield from _whole((*path, "points"), spec["points"])
    if spec["points"] == 0:
        yield ScoringProblem((*path, "points"), "0 points change nothing", "leave the rule out")


def _whole(path: tuple[str, ...], value: object, least: int = -MOST) -> Problems:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= MOST:
        kind = "a whole number from 1" if least == 1 else "a whole number"
        yield ScoringProblem(path, f"expected {kind}, found {value}")


def _half_life(path: tuple[str, ...], spec: Mapping[str, Any]) -> Problems:
    if "half_life" not in spec:
        return
    try:
        short = not parse_duration(str(spec["half_life"])).span()
    except ValueError as wrong:
        yield ScoringProblem((*path, "half_life"), str(wrong))
        return
    if short:
        yield ScoringProblem((*path, "half_life"), "points that halve at once count nothing")


def _nearest(word: str, known: Collection[str]) -> str:
    found = get_close_matches(word, sorted(known), n=1)
    if found:
        return f"did you mean {found[0]}?"
    return f"expected one of {', '.join(sorted(known))}" if known else ""
