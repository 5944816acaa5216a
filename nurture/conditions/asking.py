"""Conditions of one dictionary: checked, evaluated, and asked what can change them."""

from __future__ import annotations

from datetime import datetime

from nurture.conditions.answers import MISSING, answer_of, joined
from nurture.conditions.closures import FAILED
from nurture.conditions.expression import Call, Constant, Node, walk
from nurture.conditions.names import Steps, name_problems
from nurture.conditions.opens import by_opens_alone
from nurture.conditions.problems import Problem, problem
from nurture.conditions.program import Compiler, Program
from nurture.conditions.reads import reads
from nurture.conditions.saying import all_said, said
from nurture.conditions.scene import Scene, Undecided
from nurture.conditions.source import to_cel
from nurture.domain.conditions import Answer, Condition
from nurture.domain.dictionary import Dictionary
from nurture.domain.facts import Facts, Value

RESTS_ON_OPENS = ("stage", "score", "handoff", "task")
"""Kinds of places where an open alone must not decide."""


class Conditions:
    """Implements ``domain.conditions.Asks``. Safe to use from several threads."""

    def __init__(self, dictionary: Dictionary, closures: bool = True) -> None:
        """``closures`` off: every line is evaluated by CEL itself."""
        self.dictionary = dictionary
        self._closures = closures
        self._compiler = Compiler(dictionary)
        self._compiled: dict[str, Program | list[Problem]] = {}
        self._reads: dict[Condition, frozenset[str]] = {}

    def check(self, text: str, steps: Steps | None = None, kind: str = "if") -> list[Problem]:
        """All that is wrong with one line.

        ``kind``: the key it stands at, or ``stage``, ``score``, ``handoff`` or ``task`` if it decides
        about one.
        ``steps`` None: names of steps are not looked at.
        """
        program = self._compile(text)
        if isinstance(program, list):
            return program
        found = list(name_problems(program, self.dictionary, steps))
        if kind in RESTS_ON_OPENS and by_opens_alone(program.tree):
            hint = "machines open mails too: ask clicked(), replied() or score as well"
            found.append(problem(program.source, 0, f"an open alone must not decide a {kind}", hint))
        return sorted(found, key=lambda one: (one.line, one.column))

    def check_segment(self, name: str) -> list[tuple[int, Problem]]:
        """What is wrong with a segment of the dictionary: (index of its line, problem)."""
        found: list[tuple[int, Problem]] = []
        for index, line in enumerate(self.dictionary.segments[name]):
            found += [(index, one) for one in self.check(line, Steps(), "segment")]
            if self._leads_to(line, name, set()):
                text = f"segment {name} leads back to itself"
                found.append((index, problem(to_cel(line), 0, text, "name another segment here")))
        return found

    def tree(self, text: str) -> Node | None:
        """The checked expression of a line; None if it has problems."""
        program = self._compile(text)
        return program.tree if isinstance(program, Program) else None

    def ask(self, condition: Condition, facts: Facts) -> Answer:
        answers = [self._line(line, self.scene(facts)) for line in condition.lines]
        return answers[0] if len(answers) == 1 else joined(answers, condition.every)

    def reads(self, condition: Condition) -> frozenset[str]:
        found = self._reads.get(condition)
        if found is None:
            found = self._reads[condition] = self._reads_of(
                condition.lines, condition.every or None, frozenset()
            )
        return found

    def words(self, condition: Condition) -> str:
        """The condition as a clause: ``"guide" was clicked and the score is at least 60``."""
        parts = []
        for line in condition.lines:
            program = self._compile(line)
            parts.append((line, None) if isinstance(program, list) else said(program.tree, line))
        return all_said(parts, "and" if condition.every else "or")

    def program(self, text: str) -> Program | list[Problem]:
        """The compiled line, or what is wrong with it."""
        return self._compile(text)

    def scene(self, facts: Facts) -> Scene:
        return Scene(facts, self.dictionary, self._segment)

    def _compile(self, text: str) -> Program | list[Problem]:
        found = self._compiled.get(text)
        if found is None:
            found = self._compiled[text] = self._compiler.compile(text)
        return found

    def _line(self, text: str, scene: Scene) -> Answer:
        program = self._compile(text)
        if isinstance(program, list):
            return Answer(False, error=f"{text}: {program[0]}")
        try:
            zoned = self._see(program, scene)
        except Undecided as why:
            return Answer(False, inputs=scene.seen, error=f"{text}: {why}")
        if self._closures and zoned and program.closure:
            result = program.closure(scene)
            return answer_of(program, MISSING if result is FAILED else result, scene)
        local = self._compiler.local
        outer, local.scene = getattr(local, "scene", None), scene
        try:
            result = program.expression.eval(data=self._data(program, scene.facts)).value()
        finally:
            local.scene = outer
        return answer_of(program, result, scene)

    def _see(self, program: Program, scene: Scene) -> bool:
        """Notes the values that the line compares. False: a date among them has no zone."""
        facts, zoned = scene.facts, True
        for word in program.words:
            if word != "now":
                scene.seen[word] = getattr(facts, word)
        for name in program.fields:
            kind, value = self._compiler.fields[name], facts.fields.get(name)
            if value is None and kind == "yes/no":
                scene.seen[name] = False
            elif value is not None:
                check_fits(name, kind, value)
                if isinstance(value, datetime):
                    zoned = zoned and value.tzinfo is not None
                    value = value.isoformat()
                scene.seen[name] = value
        return zoned

    def _data(self, program: Program, facts: Facts) -> dict[str, object]:
        """The values for CEL. Empty fields are left out; an empty yes/no is a no."""
        data: dict[str, object] = {word: _decimal(getattr(facts, word)) for word in program.words}
        for name in program.fields:
            value = facts.fields.get(name)
            if value is None and self._compiler.fields[name] == "yes/no":
                data[name] = False
            elif value is not None:
                data[name] = _decimal(value)
        return data

    def _segment(self, name: str, scene: Scene) -> bool:
        """Inside an evaluation: the segment's lines over the same facts."""
        lines = self.dictionary.segments.get(name)
        if lines is None or name in scene.within:
            raise Undecided("it is not in the dictionary" if lines is None else "it leads back to itself")
        inner = scene.within | {name}
        answers = [
            self._line(line, Scene(scene.facts, scene.dictionary, scene.segment, inner)) for line in lines
        ]
        answer = joined(answers, True)
        scene.seen.update(answer.inputs)
        if answer.error:
            raise Undecided(answer.error)
        return answer.holds

    def _leads_to(self, line: str, name: str, been: set[str]) -> bool:
        for other in self._segments_in(line) - been:
            been.add(other)
            if other == name or any(
                self._leads_to(below, name, been) for below in self.dictionary.segments.get(other, ())
            ):
                return True
        return False

    def _segments_in(self, line: str) -> set[str]:
        program = self._compile(line)
        if isinstance(program, list):
            return set()
        calls = [
            node for node in walk(program.tree) if isinstance(node, Call) and node.function == "in_segment"
        ]
        return {str(arg.value) for call in calls for arg in call.args if isinstance(arg, Constant)}

    def _reads_of(self, lines: tuple[str, ...], more: bool | None, within: frozenset[str]) -> frozenset[str]:
        def segment(name: str, sign: bool | None) -> frozenset[str]:
            if name in within:
                return frozenset()
            return self._reads_of(self.dictionary.segments.get(name, ()), sign, within | {name})

        found: frozenset[str] = frozenset()
        for line in lines:
            program = self._compile(line)
            if isinstance(program, Program):
                found |= reads(program.tree, self.dictionary, segment, more)
        return found


def check_fits(name: str, kind: str, value: Value) -> None:
    """Raises Undecided, without the value: it may be personal."""
    if kind == "number" and isinstance(value, int | float) and not isinstance(value, bool):
        return
    wanted = {"text": str, "yes/no": bool, "date": datetime}.get(kind)
    if wanted is None or not isinstance(value, wanted):
        raise Undecided(f"{name} holds something that is not a {kind}: mend the field")


def _decimal(value: Value) -> Value:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
