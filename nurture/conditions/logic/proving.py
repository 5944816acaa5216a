"""Proofs about the conditions of one campaign: what can never be at once, and which parts are to blame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nurture.conditions.asking import Conditions
from nurture.conditions.expression import Call, Node
from nurture.conditions.logic.formula import TRUE, Formula, every, negated, some
from nurture.conditions.logic.meaning import Meaning
from nurture.conditions.logic.solver import possible
from nurture.conditions.logic.words import written
from nurture.domain.conditions import Condition


@dataclass(frozen=True)
class Piece:
    """Something that is so, and how it is told: `` `score >= 60` ``."""

    formula: Formula
    words: str


class Proving:
    def __init__(self, conditions: Conditions, answers: Mapping[str, Sequence[str]]) -> None:
        self._conditions = conditions
        self._answers = answers
        self._segments: dict[str, Formula] = {}
        self._meaning = Meaning(conditions.dictionary.fields, self.segment)

    def holds(self, condition: Condition) -> Formula:
        """True, as the walk asks it; no line at all is met by everyone."""
        parts = [self._line(line) for line in condition.lines]
        if not parts:
            return TRUE
        return every(parts) if condition.every else some(parts)

    def fails(self, condition: Condition) -> Formula:
        """Not true: false, or it asks for something that is empty."""
        return negated(self.holds(condition))

    def false(self, condition: Condition) -> Formula:
        """False although nothing that it asks for is empty."""
        trees = [tree for line in condition.lines if (tree := self._conditions.tree(line)) is not None]
        parts = [self._meaning.of(tree, False) for tree in trees]
        return some(parts) if condition.every else every(parts)

    def pieces(self, condition: Condition) -> list[Piece]:
        """What a true condition says, line by line and part by part."""
        if not condition.every and len(condition.lines) > 1:
            words = " or ".join(f"`{line}`" for line in condition.lines)
            return [Piece(self.holds(condition), words)]
        trees = [(line, self._conditions.tree(line)) for line in condition.lines]
        return [
            Piece(self._meaning.of(part), f"`{written(part)}`")
            for _, tree in trees
            if tree is not None
            for part in _parts(tree)
        ]

    def possible(self, formulas: Iterable[Formula]) -> bool:
        return possible(list(formulas), self._answers_to)

    def blame(self, pieces: Sequence[Piece]) -> list[Piece] | None:
        """The fewest of the pieces that cannot all be; None: they can. Later ones are kept before earlier."""
        if self.possible(piece.formula for piece in pieces):
            return None
        left = list(pieces)
        for piece in pieces:
            fewer = [other for other in left if other is not piece]
            if not self.possible(other.formula for other in fewer):
                left = fewer
        return left

    def segment(self, name: str) -> Formula:
        """A segment that leads back to itself was reported: here it stops at the second time."""
        if name not in self._segments:
            self._segments[name] = TRUE
            lines = self._conditions.dictionary.segments.get(name, ())
            self._segments[name] = every(self._line(line) for line in lines)
        return self._segments[name]

    def _line(self, line: str) -> Formula:
        tree = self._conditions.tree(line)
        return TRUE if tree is None else self._meaning.of(tree)

    def _answers_to(self, send: str) -> Sequence[str]:
        return self._answers.get(send, ())


def _parts(node: Node) -> Iterator[Node]:
    """The conditions that ``&&`` joins."""
    if isinstance(node, Call) and node.function == "_&&_":
        for arg in node.args:
            yield from _parts(arg)
    else:
        yield node
