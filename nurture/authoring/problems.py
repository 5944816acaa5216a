"""What is wrong in a content file: where, what was expected, and how it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

from nurture.authoring.rules import WARNINGS

STORIES = ".stories.yaml"
EXCERPT = 100
"""Columns of a source line that are shown."""


@dataclass(frozen=True, order=True)
class Problem:
    file: str
    line: int
    """From 1; 0: the file as a whole."""
    column: int
    rule: str
    text: str
    hint: str = ""
    excerpt: str = ""
    """The source line."""
    width: int = 1
    """How many characters the caret marks."""

    @property
    def level(self) -> Literal["error", "warning"]:
        """Of its rule. A warning keeps nothing from being published."""
        return "warning" if self.rule in WARNINGS else "error"

    @property
    def page(self) -> str:
        return f"docs/rules/{self.rule}.md"

    def to_json(self) -> dict[str, object]:
        return {**asdict(self), "level": self.level, "page": self.page}


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """By file, each once; what is wrong in stories after what is wrong in what they tell of."""
    return sorted(set(problems), key=lambda one: (one.file.replace(STORIES, ".yaml~"), one))


def errors(problems: Iterable[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.level == "error"]


def render(problems: Iterable[Problem]) -> str:
    """All of them, in the order of the files, for people."""
    return "\n\n".join(_one(problem) for problem in in_order(problems))


def render_github(problems: Iterable[Problem]) -> str:
    """Workflow commands, which GitHub shows beside the line in a pull request."""
    return "\n".join(
        f"::{p.level} file={p.file},line={max(p.line, 1)},col={max(p.column, 1)},title={p.rule}::"
        + _escaped(f"{p.text} {p.hint}".rstrip())
        for p in in_order(problems)
    )


def _one(problem: Problem) -> str:
    place = f"{problem.file}:{problem.line}:{problem.column}" if problem.line else problem.file
    warning = "warning: " if problem.level == "warning" else ""
    lines = [f"{place}: {warning}{problem.text}"]
    if problem.excerpt.strip():
        lines += _excerpt(problem)
    lines += [f"  {line}" for line in problem.hint.splitlines()]
    return "\n".join([*lines, f"  rule: {problem.rule} ({problem.page})"])


def _excerpt(problem: Problem) -> list[str]:
    """The source line, cut around the place where it is long, and a caret below it."""
    start = max(0, problem.column - 1 - EXCERPT // 2) if len(problem.excerpt) > EXCERPT else 0
    shown = problem.excerpt[start : start + EXCERPT].replace("\t", " ").rstrip()
    at = problem.column - 1 - start
    width = max(1, min(problem.width, len(shown) - at))
    number = f"{problem.line:>5}"
    return [f"{number} | {shown}", f"{' ' * len(number)} | {' ' * at}{'^' * width}"]


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
