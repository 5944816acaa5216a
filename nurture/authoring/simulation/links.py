"""Which link is clicked: of those that a campaign asks for, by the shares of the behaviour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from nurture.authoring.simulation.behaviour import HUNDRED, Temperament
from nurture.authoring.simulation.dice import Choice
from nurture.conditions import Conditions
from nurture.conditions.expression import Call, Constant, walk
from nurture.conditions.program import Program
from nurture.domain.conditions import Condition

Asked = Mapping[str, tuple[str, ...]]
"""Step -> the links that conditions ask for in it, by name or address."""


def asked_links(conditions: Conditions, asking: Iterable[Condition]) -> Asked:
    found: dict[str, dict[str, None]] = {}
    for text in dict.fromkeys(line for condition in asking for line in condition.lines):
        program = conditions.program(text)
        for node in walk(program.tree) if isinstance(program, Program) else ():
            if isinstance(node, Call) and node.function == "clicked" and len(node.args) > 1:
                step, link = node.args[:2]
                if isinstance(step, Constant) and isinstance(link, Constant):
                    found.setdefault(str(step.value), {})[str(link.value)] = None
    return {step: tuple(links) for step, links in found.items()}


def clicks(nature: Temperament, asked: Asked) -> dict[str, Choice]:
    """Step -> which link a click falls on; None is another one. What the behaviour does not name gets the
    same share as each other link, and as all that nobody asks for."""
    return {step: Choice(_shares(nature, links), HUNDRED) for step, links in asked.items()}


def _shares(nature: Temperament, links: Sequence[str]) -> dict[str, float]:
    even = 1 / (len(links) + 1)
    return {_example(link): nature.links.get(link, even) * HUNDRED for link in links}


def _example(link: str) -> str:
    """An address that fits a pattern; a name is itself."""
    return link.replace("*", "")
