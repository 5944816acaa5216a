"""Lines of a timeline, as a story gives them for reasons."""

from __future__ import annotations

from collections.abc import Iterator

from nurture.authoring.stories.digests import whom
from nurture.domain.actions.set import written
from nurture.domain.effects import Line

PLAIN = ("sent", "handed", "tasked", "called", "reminded", "escalated", "did", "waits")
"""Lines that say no more than what happened."""
KINDS = {
    "came": "no longer waits",
    "time_up": "the time is up",
    "went": "goes on",
    "went_on": "goes on with the next line",
    "chose": "takes the way",
    "skipped": "left out",
    "left": "leaves",
    "rule": "the rule acts",
}
"""Kinds of lines on a timeline -> how a story says them."""


def said(line: Line) -> str:
    reason = f", {line.reason}" if line.reason else ""
    return f"{line.step}: {KINDS.get(line.kind, line.kind)}{reason}"


def told_of(action: str, value: object, stage: str | None = None) -> Iterator[tuple[str, str]]:
    """What a tale says of an action of ``do``: (word, what). ``stage``: where its points bring her."""
    if stage:
        yield "stage", stage
    match action, value:
        case "notify", dict():
            yield from (("notify", name) for name in whom(value))
        case "enrol" | "leave", _:
            yield f"{action}s", str(value)
        case "stage" | "tag" | "list", _:
            yield from ((action, str(one)) for one in (value if isinstance(value, list) else [value]))
        case "set", dict():
            yield from (("set", f"{name} {written(new)}") for name, new in value.items())
