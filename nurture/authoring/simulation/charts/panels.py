"""The parts of the picture of a forecast: each draws itself below what is there, and says how high it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from nurture.authoring.simulation.charts.axis import steps
from nurture.authoring.simulation.charts.sheet import FAINT, Bar, Shape, Stroke, Words, fitting
from nurture.authoring.simulation.summary import Flow, Row, Summary, reasons

BLUE, SKY, PALE, ORANGE, GREY = "#0b5394", "#56a0d3", "#d6e6f4", "#d55e00", "#9aa4ae"
"""Told apart by how dark they are as well: by colour-blind people, and on grey paper."""
HEAD = 30
MESSAGE, OUTCOME, PLOT = 40, 24, 150
AXIS, LEGEND = 44, 22
LABEL_APART = 54
SAID: Mapping[str, str] = {
    "gets": "sent", "opens": "opened", "clicks": "clicked", "answers": "answered", "replies": "replied",
    "bounces": "bounced", "becomes": "left",
}  # fmt: skip


@dataclass(frozen=True)
class Frame:
    """Where a panel stands."""

    x: float
    y: float
    width: float

    @property
    def right(self) -> float:
        return self.x + self.width


def head(at: Frame, title: str, note: str = "") -> Iterator[Shape]:
    yield Words(at.x, at.y + 16, title, size=14, bold=True)
    if note:
        yield Words(at.right, at.y + 16, note, size=11, colour=FAINT, side="right")


def messages_height(found: Summary) -> float:
    return HEAD + LEGEND + MESSAGE * len(found.rows)


def messages(at: Frame, found: Summary, most: int) -> Iterator[Shape]:
    """``most``: the number that a bar of full width stands for."""
    yield from head(at, "What leads do with each message")
    yield from _legend(at, (("sent", PALE), ("opened", SKY), ("clicked or answered", BLUE)))
    y = at.y + HEAD + LEGEND
    for row in found.rows:
        said = [
            f"{row.counts[key]:,} {word}" for key, word in SAID.items() if key == "gets" or row.counts[key]
        ]
        numbers = Words(at.right, y + 12, ", ".join(said), size=11, colour=FAINT, side="right")
        yield Words(at.x, y + 12, fitting(row.message, at.width - numbers.width - 8), bold=True)
        yield numbers
        for colour, count in _nested(row):
            if count:
                yield Bar(at.x, y + 18, at.width * count / max(most, 1), 13, colour)
        y += MESSAGE


def _nested(row: Row) -> tuple[tuple[str, int], ...]:
    counts = row.counts
    acted = min(counts["opens"], counts["clicks"] + counts["answers"])
    return (PALE, counts["gets"]), (SKY, counts["opens"]), (BLUE, acted)


def _legend(at: Frame, marks: tuple[tuple[str, str], ...]) -> Iterator[Shape]:
    x = at.x
    for text, colour in marks:
        yield Bar(x, at.y + HEAD - 3, 11, 11, colour)
        words = Words(x + 16, at.y + HEAD + 7, text, size=11, colour=FAINT)
        yield words
        x += 16 + words.width + 18


def outcomes_height(found: Summary) -> float:
    return HEAD + OUTCOME * (len(found.outcomes) + bool(found.refused))


def outcomes(at: Frame, found: Summary, most: float) -> Iterator[Shape]:
    """``most``: the share of all leads that a bar of full width stands for."""
    reached = found.reached / found.leads if found.leads else 0
    yield from head(at, "How leads end", f"{reached:.1%} reach the goal" if found.goals else "")
    names, room = at.width * 0.34, at.width * 0.44
    y = at.y + HEAD
    for name, count in found.outcomes.items():
        share, goal = count / max(found.leads, 1), name in found.goals
        yield Words(at.x, y + 12, fitting(f"{name} (goal)" if goal else name, names), bold=goal)
        width = room * share / (most or 1)
        yield Bar(at.x + names, y + 1, max(width, 1), 15, BLUE if goal else GREY)
        yield Words(at.x + names + width + 8, y + 12, f"{share:.1%}, {count:,} leads", size=11)
        y += OUTCOME
    if found.refused:
        text = f"not let in: {reasons(found)}"
        yield Words(at.x, y + 12, fitting(text, at.width, 11), size=11, colour=FAINT)


def days_height(_found: Summary) -> float:
    return HEAD + LEGEND + PLOT + 24


def per_day(at: Frame, found: Summary, flow: Flow, most: int) -> Iterator[Shape]:
    """A column for each day. ``most``: on one day, in any picture beside this one."""
    yield from head(at, _titled(flow.name), _busiest(flow))
    if flow.capacity is not None:
        over = f"{flow.over} day{'s' * (flow.over != 1)} with more" if flow.over else "enough on every day"
        text = f"dashed: sales take {flow.capacity:,} a working day; {over}"
        yield Words(at.x, at.y + HEAD + 7, text, size=11, colour=FAINT)
    top, bottom = at.y + HEAD + LEGEND, at.y + HEAD + LEGEND + PLOT
    ticks = steps(max(most, flow.capacity or 0))
    for tick in ticks:
        y = bottom - PLOT * tick / ticks[-1]
        yield Stroke(at.x + AXIS, y, at.right, y)
        yield Words(at.x + AXIS - 6, y + 4, f"{tick:,}", size=11, colour=FAINT, side="right")
    yield from _columns(Frame(at.x + AXIS, top, at.width - AXIS), found, flow, ticks[-1])


def _columns(at: Frame, found: Summary, flow: Flow, whole: int) -> Iterator[Shape]:
    each, bottom = at.width / found.days, at.y + PLOT
    counts = [0] * found.days
    for day, count in flow.days.items():
        counts[min(max((day - found.start).days, 0), found.days - 1)] += count
    for number, count in enumerate(counts):
        if count:
            high = PLOT * count / whole
            over = flow.capacity is not None and count > flow.capacity
            yield Bar(at.x + each * (number + 0.1), bottom - high, each * 0.8, high, ORANGE if over else SKY)
    if flow.capacity is not None:
        y = bottom - PLOT * flow.capacity / whole
        yield Stroke(at.x, y, at.right, y, colour=ORANGE, thick=2, dashed=True)
    first = -found.start.weekday() % 7
    apart = 7 * ceil(LABEL_APART / (7 * each))
    for number in range(first, found.days, apart):
        day, x = found.start + timedelta(days=number), at.x + each * number
        yield Stroke(x, bottom, x, bottom + 5, colour=FAINT)
        yield Words(x + 2, bottom + 17, f"{day.day} {day:%b}", size=11, colour=FAINT)


def _titled(name: str) -> str:
    word, _, rest = name.partition(" ")
    if word == "handed":
        return f"Leads handed {rest} on each day"
    if word == "task":
        return f"Tasks “{rest}” on each day"
    return f"{name.capitalize()} on each day"


def _busiest(flow: Flow) -> str:
    if flow.busiest is None:
        return "none"
    day, most = flow.busiest
    return f"{flow.total:,} in all, at most {most:,} ({day:%a} {day.day} {day:%b})"
