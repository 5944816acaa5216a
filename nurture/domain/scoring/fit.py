"""Points for who the lead is. They do not fade."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any
from zoneinfo import ZoneInfo

from nurture.domain.conditions import Condition
from nurture.domain.facts import Facts, Value
from nurture.domain.scoring.policy import FitRule, ScoringPolicy

EPOCH = datetime.fromtimestamp(0, UTC)
UTC_ZONE = ZoneInfo("UTC")


def fit(fields: Mapping[str, Value], policy: ScoringPolicy) -> int:
    most = policy.caps.get("fit")
    points = sum(rule.points for rule in policy.fit if fits(rule, fields, policy))
    return points if most is None else min(points, most)


def fits(rule: FitRule, fields: Mapping[str, Value], policy: ScoringPolicy) -> bool:
    if rule.if_:
        return holds(rule.if_, fields, policy)
    value = fields.get(rule.field)
    if rule.test == "known":
        return bool((value is not None) == rule.wanted)
    return value is not None and TESTS[rule.test](value, rule.wanted)


def holds(condition: Condition, fields: Mapping[str, Value], policy: ScoringPolicy) -> bool:
    """Whether the condition of a rule holds; one that cannot be decided gives no points."""
    assert policy.asks is not None, "a policy with conditions is loaded with who answers them"
    return policy.asks.ask(condition, Facts(EPOCH, UTC_ZONE, EPOCH, fields=fields)).holds


def why_it_fits(rule: FitRule) -> str:
    if rule.says:
        return rule.says
    if rule.if_:
        return " and ".join(rule.if_.lines)
    return f"{rule.field} {rule.test.replace('_', ' ')} {_told(rule)}".strip()


def _told(rule: FitRule) -> str:
    if isinstance(rule.wanted, list):
        return ", ".join(map(str, rule.wanted))
    return {True: "yes", False: "no"}.get(rule.wanted, str(rule.wanted)) if rule.test != "known" else ""


def _same(value: Value, wanted: Any) -> bool:
    """Texts are compared without regard to case."""
    if isinstance(value, str):
        return value.casefold() == str(wanted).casefold()
    return bool(value == wanted)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": _same,
    "in": lambda value, wanted: any(_same(value, one) for one in wanted),
    "like": lambda value, wanted: fnmatchcase(str(value).casefold(), str(wanted).casefold()),
    "at_least": lambda value, wanted: _is_number(value) and value >= wanted,
    "at_most": lambda value, wanted: _is_number(value) and value <= wanted,
    "known": lambda value, wanted: (value is not None) == wanted,
}
"""What a fit rule asks of its field."""
