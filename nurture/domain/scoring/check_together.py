"""What is wrong with rules together: thresholds nobody reaches, a fit that weighs too much, rules for the
same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nurture.domain.dictionary import Dictionary
from nurture.domain.scoring.fit import TESTS
from nurture.domain.scoring.loading import load_scoring
from nurture.domain.scoring.policy import SHARE, FitRule, ScoringPolicy
from nurture.domain.scoring.problems import Problems, ScoringProblem

WHEN = {"rules": ("on", "match", "if"), "totals": ("field", "if", *TESTS), "fit": ("field", "if", *TESTS)}
"""Kind of rule -> the keys that say when it gives points."""


def check_together(doc: Mapping[str, Any]) -> Problems:
    """Needs a document without other problems."""
    policy = load_scoring(doc)
    engagement, suits = most_engagement(policy), most_fit(policy)
    if engagement is not None:
        for kind, table in (("thresholds", policy.thresholds), ("levels", policy.levels)):
            yield from _unreachable(kind, table, engagement + suits, "the caps allow")
    yield from _unreachable("grades", policy.grades, suits, "the rules of fit give")
    if policy.matrix and engagement is not None and policy.matrix.bands[0] > engagement:
        text = f"nobody can reach {policy.matrix.bands[0]}: the caps allow {engagement}"
        yield ScoringProblem(("matrix", "bands"), text)
    yield from _explicit(doc, policy, engagement, suits)


def _unreachable(kind: str, table: Mapping[str, int], most: int, because: str) -> Problems:
    for name, points in table.items():
        if points > most:
            yield ScoringProblem((kind, name), f"nobody can reach {points}: {because} {most}")


def _explicit(doc: Mapping[str, Any], policy: ScoringPolicy, engagement: int | None, suits: int) -> Problems:
    share = int(doc.get("explicit_share", SHARE))
    whole = engagement + suits if engagement is not None else max(policy.thresholds.values(), default=0)
    if not (policy.rules or policy.totals) or not whole or suits * 100 <= share * whole:
        return
    of = "all that a lead can have" if engagement is not None else "what the highest threshold needs"
    text = f"fit counts up to {suits}, which is more than {share} % of {whole}, {of}"
    hint = "lower it by caps: {fit: ...}, or say that it may: explicit_share: 70"
    yield ScoringProblem(("fit",), text, hint)


def most_fit(policy: ScoringPolicy) -> int:
    """Of rules on one field with ``is`` or ``in`` only one can hold: the best of them counts here."""
    found = _most_of(policy.fit)
    return min(found, policy.caps.get("fit", found))


def _most_of(rules: Iterable[FitRule]) -> int:
    exclusive: dict[str, int] = {}
    free = 0
    for rule in rules:
        if rule.points <= 0:
            continue
        if rule.test == "is":
            exclusive[rule.field] = max(rule.points, exclusive.get(rule.field, 0))
        else:
            free += rule.points
    return free + sum(exclusive.values())


def most_engagement(policy: ScoringPolicy) -> int | None:
    """None: nothing bounds it."""
    gains = [rule for rule in policy.rules.values() if rule.points > 0]
    alone = [rule.cap for rule in gains if rule.group is None]
    grouped = {rule.group: policy.groups[rule.group] for rule in gains if rule.group}
    most = policy.caps.get("engagement")
    if any(one is None for one in alone):
        return most
    found = sum(one for one in alone if one is not None) + sum(grouped.values()) + _most_of(policy.totals)
    return found if most is None else min(found, most)


def same_rules(doc: Mapping[str, Any], dictionary: Dictionary) -> Problems:
    for kind, keys in WHEN.items():
        table = doc.get(kind, {})
        if isinstance(table, Mapping):
            yield from _same(kind, table, keys, dictionary)


def _same(
    kind: str, table: Mapping[str, Any], keys: tuple[str, ...], dictionary: Dictionary
) -> Iterator[ScoringProblem]:
    seen: dict[str, str] = {}
    for name, spec in table.items():
        if not isinstance(spec, Mapping):
            continue
        when = _plainly({key: spec[key] for key in keys if key in spec}, dictionary)
        text = json.dumps(when, sort_keys=True, default=str).casefold()
        if when.keys() <= {"field"}:
            continue  # says not yet what it asks
        if text in seen:
            first = table[seen[text]].get("points")
            clash = "and takes what it gives" if _signs(first, spec.get("points")) else "for the same"
            hint = "leave one of the two out, or let them ask for different things"
            yield ScoringProblem((kind, str(name)), f"{name} counts beside {seen[text]} {clash}", hint)
        seen.setdefault(text, str(name))


def _plainly(when: Mapping[str, Any], dictionary: Dictionary) -> Mapping[str, Any]:
    """A happening by its event and what that must say: the same under two names is the same."""
    happening, match = dictionary.happenings.get(str(when.get("on"))), when.get("match", {})
    if happening is None or not isinstance(match, Mapping):
        return when
    told = {key: str(value) for key, value in match.items()}
    says = {**happening.match, **told}
    return {**when, "on": happening.event, **({"match": says} if says else {})}


def _signs(one: object, other: object) -> bool:
    return isinstance(one, int) and isinstance(other, int) and one * other < 0
