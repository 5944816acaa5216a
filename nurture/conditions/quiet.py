"""Conditions asked by the million: only whether they hold, and the reason where that is not plain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from nurture.conditions.asking import Conditions
from nurture.conditions.closures import FAILED, Closure
from nurture.conditions.program import Program
from nurture.conditions.scene import Scene
from nurture.domain.conditions import Answer, Condition
from nurture.domain.facts import Facts

BEGINNING = datetime.fromtimestamp(0, UTC)
NOBODY = Facts(BEGINNING, ZoneInfo("UTC"), BEGINNING)
HOLDS, DOES_NOT = Answer(True), Answer(False)
TYPES: dict[str, tuple[type, ...]] = {"text": (str,), "number": (int, float), "yes/no": (bool,)}
Asked = Callable[[Facts], Any]
"""The facts -> True, False, or ``FAILED``: then the plain way must tell."""


class Quiet(Conditions):
    """Answers as ``Conditions`` do, mostly without the reason.

    For one thread, and for one campaign at a time: conditions are remembered as long as this lives.
    """

    def __init__(self, conditions: Conditions) -> None:
        vars(self).update(vars(conditions))
        self._known: dict[int, tuple[Condition, Asked | None]] = {}
        self._tokens: dict[int, tuple[Condition, frozenset[str]]] = {}

    def ask(self, condition: Condition, facts: Facts) -> Answer:
        known = self._known.get(id(condition))
        if known is None:
            known = self._known[id(condition)] = (condition, self._asked(condition))
        if known[1] is not None:
            found = known[1](facts)
            if found is True:
                return HOLDS
            if found is False:
                return DOES_NOT
        return super().ask(condition, facts)

    def reads(self, condition: Condition) -> frozenset[str]:
        found = self._tokens.get(id(condition))
        if found is None:
            found = self._tokens[id(condition)] = (condition, super().reads(condition))
        return found[1]

    def _asked(self, condition: Condition) -> Asked | None:
        lines = [self._one(text) for text in condition.lines]
        known = [line for line in lines if line is not None]
        if len(known) < len(lines):
            return None
        return known[0] if len(known) == 1 else _several(known, condition.every)

    def _one(self, text: str) -> Asked | None:
        program = self.program(text)
        if not isinstance(program, Program) or program.quiet is None:
            return None
        scene = self.scene(NOBODY)
        kinds = [(name, self.dictionary.fields[name]) for name in program.fields]
        return _checked(program.quiet, scene, kinds) if kinds else _plain(program.quiet, scene)


def _plain(closure: Closure, scene: Scene) -> Asked:
    def asked(facts: Facts) -> Any:
        scene.facts = facts
        return closure(scene)

    return asked


def _checked(closure: Closure, scene: Scene, kinds: list[tuple[str, str]]) -> Asked:
    def asked(facts: Facts) -> Any:
        for name, kind in kinds:
            value = facts.fields.get(name)
            if value is not None and not _fits(value, kind):
                return FAILED
        scene.facts = facts
        return closure(scene)

    return asked


def _fits(value: object, kind: str) -> bool:
    if isinstance(value, datetime):
        return kind == "date" and value.tzinfo is not None
    return type(value) in TYPES.get(kind, ())


def _several(lines: list[Asked], every: bool) -> Asked:
    """One that does not hold decides where all must, one that holds where one is enough."""

    def asked(facts: Facts) -> Any:
        failed = False
        for line in lines:
            found = line(facts)
            if found is not every and found is not FAILED:
                return found
            failed = failed or found is FAILED
        return FAILED if failed else every

    return asked
