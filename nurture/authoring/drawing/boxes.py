"""One step as a box: how it looks and what stands in it."""

from __future__ import annotations

from collections.abc import Mapping

from nurture.authoring.drawing.drawing import Box, Look
from nurture.authoring.explaining.steps import capital, deed
from nurture.authoring.explaining.tell import Tell
from nurture.authoring.graph import conditional
from nurture.domain.steps.step import Step

LOOKS: Mapping[str, Look] = {
    "send": Look.MAIL,
    "wait": Look.WAIT,
    "choose": Look.CHOICE,
    "split": Look.CHOICE,
    "do": Look.CHANGE,
    "handoff": Look.PEOPLE,
    "task": Look.PEOPLE,
    "go": Look.CHOICE,
    "end": Look.END,
}
NAMED = (Look.MAIL, Look.PEOPLE)
"""Boxes with the step's name above the words."""


def box_of(tell: Tell, step: Step, section: str | None, count: int | None) -> Box:
    look = LOOKS.get(step.verb, Look.CHANGE)
    if look is Look.END and set(step.outcomes) & set(tell.campaign.goal):
        look = Look.GOAL
    if look is Look.END or look is Look.GOAL:
        return Box(step.name, look, ", ".join(step.outcomes), "", section, count)
    if look is Look.CHOICE:
        return Box(step.name, look, _choice(step), "", section, count)
    if look in NAMED:
        return Box(step.name, look, step.name, _inside(tell, step), section, count)
    return Box(step.name, look, "", capital(deed(tell, step)), section, count)


def asking(tell: Tell, step: Step, section: str | None) -> Box:
    """The question before a step with ``if`` or ``unless``."""
    asked = [tell.condition(condition) for condition in (step.if_, step.unless) if condition]
    words = asked[0] if len(asked) == 1 else f"{asked[0]}, and not: {asked[1]}"
    return Box(f"{step.name}?", Look.CHOICE, f"{words}?", "", section)


def is_passage(step: Step) -> bool:
    """Only leads elsewhere: drawn as a line, not as a box."""
    return bool(step.goes_to) and getattr(step, "at_most", None) is None


def is_asked(step: Step) -> bool:
    return conditional(step)


def _choice(step: Step) -> str:
    at_most = getattr(step, "at_most", None)
    return f"{at_most} times so far?" if at_most else step.name


def _inside(tell: Tell, step: Step) -> str:
    if step.verb == "send":
        subject = tell.subjects.get(str(step.doc.get("message", step.name)), "")
        answers = getattr(step, "answers", {})
        parts = [subject] if subject else []
        parts += [f"asks: {', '.join(answers)}"] if answers else []
        parts += [f"one of: {', '.join(step.doc['variants'])}"] if "variants" in step.doc else []
        parts += ["operational"] if step.doc.get("kind") == "operational" else []
        return "\n".join(parts)
    team = str(step.doc.get("team", step.doc[step.verb]))
    return f"{step.verb}: {team}" if team != step.name else step.verb
