"""Lines of a timeline, as a story gives them for reasons."""

from __future__ import annotations

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
