"""What is supposed of the world so far, and whether it holds together."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta

from nurture.conditions.functions import EVER
from nurture.conditions.logic.formula import TEXT_TESTS, Fact, Is, Key, OneOf, Tests, Within
from nurture.conditions.logic.spans import EVERYTHING, FROM_ZERO, Spans, both, compared
from nurture.domain.durations import parse_duration
from nurture.domain.scoring.policy import LETTERS
from nurture.domain.stages import STAGES

Answers = Callable[[str], Collection[str]]
"""A survey -> the answers that can be given to it."""


def follows(key: Key) -> list[Fact]:
    """What is so as well when this is so."""
    match key:
        case ("clicked", send, _):
            return [Is(("clicked", send))]
        case ("clicked", send):
            return [Is(("opened", send))]
        case ("opened" | "replied" | "bounced" | "answered", send):
            return [Is(("sent", send))]
        case ("happened", name):
            return [Within(("count", name, EVER), compared("_>=_", 1), whole=True)]
        case ("yes", name):
            return [Is(("known", name))]
    return []


@dataclass
class State:
    answers: Answers
    plain: dict[Key, bool] = field(default_factory=dict)
    numbers: dict[Key, Spans] = field(default_factory=dict)
    listed: dict[Key, frozenset[str]] = field(default_factory=dict)
    """Texts of which is known which they may be."""
    barred: dict[Key, frozenset[str]] = field(default_factory=dict)
    tests: dict[Key, frozenset[Tests]] = field(default_factory=dict)

    def copy(self) -> State:
        return State(self.answers, dict(self.plain), dict(self.numbers), dict(self.listed),
                     dict(self.barred), dict(self.tests))  # fmt: skip

    def suppose(self, fact: Fact) -> bool:
        """False: it contradicts what is supposed already."""
        match fact:
            case Is(key, value):
                if key in self.plain:
                    return self.plain[key] is value
                self.plain[key] = value
                return all(self.suppose(other) for other in follows(key)) if value else True
            case Within(key, spans):
                known = self.numbers.get(key, FROM_ZERO if key[0] == "count" else EVERYTHING)
                self.numbers[key] = both(known, spans)
                return bool(self.numbers[key])
            case OneOf(key, values, True):
                self.listed[key] = self.listed.get(key, values) & values
            case OneOf(key, values):
                self.barred[key] = self.barred.get(key, frozenset()) | values
            case Tests(key):
                opposite = Tests(key, fact.method, fact.word, not fact.value)
                self.tests[key] = self.tests.get(key, frozenset()) | {fact}
                return opposite not in self.tests[key] and self._text(key)
        return self._text(fact.key)

    def holds_together(self) -> bool:
        return self._counts()

    def _text(self, key: Key) -> bool:
        """Whether a value is left for a text whose values are all known."""
        domain = frozenset(self._domain(key))
        if key not in self.listed and not domain:
            return True
        left = self.listed.get(key, domain)
        left = left & domain if domain else left
        left = left - self.barred.get(key, frozenset())
        tests = self.tests.get(key, frozenset())
        return any(
            all(TEXT_TESTS[test.method](text, test.word) is test.value for test in tests) for text in left
        )

    def _domain(self, key: Key) -> Collection[str]:
        if key == ("stage",):
            return STAGES
        if key == ("grade",):
            return LETTERS
        return self.answers(key[1]) if key[0] == "answer" else ()

    def _counts(self) -> bool:
        """What happened in a short time happened in a longer one too."""
        counts = [(key, spans) for key, spans in self.numbers.items() if key[0] == "count"]
        return not any(
            short[1] == long[1] and _length(short[2]) <= _length(long[2]) and spans[0].low > longer[-1].high
            for short, spans in counts
            for long, longer in counts
        )


def _length(window: str) -> timedelta:
    return timedelta.max if window == EVER else parse_duration(window).span()
