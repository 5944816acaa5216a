"""Compiling: the dictionary's words declared to CEL, a condition's line made into a program."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cel_expr_python import cel

from nurture.conditions.closures import Closure, closure_of
from nurture.conditions.complaints import complaints, unknown_functions
from nurture.conditions.expression import Name, Node, tree, walk
from nurture.conditions.language import FUNCTIONS, WORDS, Function
from nurture.conditions.problems import Problem, problem
from nurture.conditions.scene import Empty, Scene, Undecided, shown
from nurture.conditions.source import Source, to_cel
from nurture.domain.dictionary import Dictionary

CEL_TYPES = {
    "text": cel.Type.STRING,
    "number": cel.Type.DOUBLE,
    "yes/no": cel.Type.BOOL,
    "date": cel.Type.TIMESTAMP,
}
FIELD = re.compile(r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$")
LONGEST = 2000
"""Characters of one line."""


@dataclass(frozen=True)
class Program:
    source: Source
    tree: Node
    expression: Any
    fields: tuple[str, ...]
    """Fields it compares, in order of the text; not those it only asks ``known`` of."""
    words: tuple[str, ...]
    closure: Closure | None = None
    """The same without CEL, if that is possible."""
    quiet: Closure | None = None
    """The same, not telling what it saw."""


class Compiler:
    """Holds the CEL environment of one dictionary. The functions see the scene of their own thread."""

    def __init__(self, dictionary: Dictionary) -> None:
        self.fields = {name: kind for name, kind in dictionary.fields.items() if FIELD.match(name)}
        self.local = threading.local()
        kinds = {**self.fields, **WORDS}
        self._env = cel.NewEnv(
            variables={name: CEL_TYPES.get(kind, cel.Type.STRING) for name, kind in kinds.items()},
            functions=[self._declared(name, function) for name, function in FUNCTIONS.items()],
        )

    def compile(self, text: str) -> Program | list[Problem]:
        source = to_cel(text)
        if len(text) > LONGEST:
            return [problem(source, LONGEST, f"longer than {LONGEST} characters", "write several lines")]
        if unknown := unknown_functions(source):
            return unknown
        try:
            expression = self._env.compile(source.cel)
            checked = tree(expression.serialize())
        except RuntimeError as refused:
            return complaints(source, str(refused), self.fields)
        if expression.return_type() != cel.Type.BOOL:
            return [_not_yes_no(source, checked)]
        names = dict.fromkeys(node.name for node in walk(checked) if isinstance(node, Name))
        return Program(
            source,
            checked,
            expression,
            tuple(name for name in names if name in self.fields),
            tuple(name for name in names if name in WORDS),
            closure_of(checked, self.fields),
            closure_of(checked, self.fields, tells=False),
        )

    def _declared(self, name: str, function: Function) -> Any:
        overloads = [
            cel.Overload(
                f"{name}_{len(takes)}",
                CEL_TYPES[function.returns],
                [cel.Type.STRING] * len(takes),
                False,
                self._bound(name, function),
            )
            for takes in function.takes
        ]
        return cel.FunctionDecl(name, overloads)

    def _bound(self, name: str, function: Function) -> Callable[..., object]:
        run, local = function.run, self.local

        def call(*args: str) -> object:
            scene: Scene = local.scene
            try:
                value = run(scene, *args)
            except Empty:
                scene.empty.append(shown(name, args))
                raise
            except Undecided as why:
                scene.errors.append(f"{shown(name, args)}: {why}")
                raise
            scene.seen[shown(name, args)] = int(value) if isinstance(value, float) else value
            return value

        return call


def _not_yes_no(source: Source, node: Node) -> Problem:
    if isinstance(node, Name):
        known = f", or write known({node.name})" if "." in node.name else ""
        hint = f"compare {node.name} with something{known}"
        return problem(source, 0, f"{node.name} alone is not a yes or no", hint)
    return problem(source, 0, "this is not a yes or no", "compare it with something, such as score >= 60")
