"""A step in a sentence, its arms below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nurture.authoring.explaining.tell import Tell
from nurture.authoring.explaining.values import ARMS, quoted, spoken
from nurture.domain.keys import Key, Kind
from nurture.domain.steps.registry import VERBS
from nurture.domain.steps.step import Step


@dataclass(frozen=True)
class Told:
    """A sentence, and what stands below it. ``mark``: its number, or ``-``."""

    text: str
    below: Sequence[Told] = field(default_factory=tuple)
    mark: str = "-"


def told_step(tell: Tell, step: Step, mark: str = "-") -> Told:
    return Told(capital(sentence(tell, step)), tuple(_below(tell, step)), mark)


def sentence(tell: Tell, step: Step) -> str:
    """What the step does, with its conditions first."""
    conditions = ", and ".join(
        part
        for part in (
            f"if {tell.condition(step.if_)}" if step.if_ else "",
            f"unless {tell.condition(step.unless)}" if step.unless else "",
        )
        if part
    )
    return f"{conditions}: {deed(tell, step)}" if conditions else deed(tell, step)


def deed(tell: Tell, step: Step) -> str:
    """What the step does, its conditions left aside."""
    parts = [spoken(tell, step.head, step.doc[step.verb])] if step.head.says != "" else []
    parts += [spoken(tell, key, value) for key, value in own_keys(step)]
    return ", ".join(part for part in parts if part)


def own_keys(step: Step) -> Iterator[tuple[Key, object]]:
    """Its keys and values in the order of the file, without conditions and arms. What is told to people comes
    last: it may be several sentences."""
    keys: Mapping[str, Key] = VERBS[step.verb].keys
    names = [name for name in step.doc if name != step.verb and name in keys and keys[name].kind not in ARMS]
    for name in sorted(names, key=lambda name: keys[name].kind is Kind.TEXT):
        yield keys[name], step.doc[name]


def _below(tell: Tell, step: Step) -> Iterator[Told]:
    for message in getattr(step, "subjects", ()) or getattr(step, "messages", tuple)():
        if tell.subjects.get(message):  # a text message has none
            named = "" if message == step.name else f" of {quoted(message)}"
            yield Told(f"Subject{named}: {tell.subjects[message]}", mark="")
    for name, arm in step.arms().items():
        yield _arm(tell, capital(step.arm_says(name, tell)), arm)
    for name, outcome in step.defaults().items():
        yield Told(f"{capital(step.arm_says(name, tell))}: end as {quoted(outcome)}")


def _arm(tell: Tell, clause: str, arm: Sequence[Step]) -> Told:
    if not arm:
        return Told(f"{clause}: go on with the next line")
    if len(arm) == 1 and not (below := tuple(_below(tell, arm[0]))):
        return Told(f"{clause}: {sentence(tell, arm[0])}", below)
    return Told(f"{clause}:", tuple(told_step(tell, step) for step in arm))


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
