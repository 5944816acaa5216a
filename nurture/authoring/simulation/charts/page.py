"""The picture of a forecast, or of two side by side, on the same scales."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial

from nurture.authoring.simulation.charts.panels import (
    Frame,
    days_height,
    messages,
    messages_height,
    outcomes,
    outcomes_height,
    per_day,
)
from nurture.authoring.simulation.charts.sheet import FAINT, Shape, Sheet, Words, fitting
from nurture.authoring.simulation.summary import Flow, Summary

ALONE, BESIDE = 820.0, 640.0
"""How wide a forecast is by itself, and when there are two."""
EDGE, BETWEEN, TITLE = 28.0, 26.0, 66.0

Panel = tuple[float, Callable[[Frame], Iterator[Shape]]]
"""How high it is, and what draws it."""


def page(found: Sequence[Summary], names: Sequence[str]) -> Sheet:
    """``names``: how the forecasts are called."""
    width = ALONE if len(found) == 1 else BESIDE
    sheet = Sheet(" beside ".join(names), told(found, names), EDGE + (width + EDGE) * len(found))
    columns = [list(_panels(one, found)) for one in found]
    for number, (one, name) in enumerate(zip(found, names, strict=True)):
        at = Frame(EDGE + (width + EDGE) * number, EDGE, width)
        sheet.shapes += _title(at, one, name)
    y = EDGE + TITLE
    for row in zip(*columns, strict=True):
        for number, (_, draw) in enumerate(row):
            sheet.shapes += draw(Frame(EDGE + (width + EDGE) * number, y, width))
        y += max(high for high, _ in row) + BETWEEN
    sheet.height = y
    return sheet


def told(found: Sequence[Summary], names: Sequence[str]) -> str:
    """The picture in words."""
    lines = []
    for one, name in zip(found, names, strict=True):
        ends = ", ".join(f"{outcome} {count:,}" for outcome, count in one.outcomes.items())
        flows = ", ".join(f"{flow.name} {flow.total:,}" for flow in one.flows)
        lines.append(f"{name}: {one.leads:,} leads in {one.days} days. They end: {ends}. In all: {flows}.")
    return " ".join(lines)


def _title(at: Frame, found: Summary, name: str) -> Iterator[Shape]:
    end = found.start + timedelta(days=found.days - 1)
    yield Words(at.x, at.y + 18, fitting(name, at.width, 20), size=20, bold=True)
    days = f"{found.start.day} {found.start:%b %Y} to {end.day} {end:%b %Y}, {found.days} days"
    text = f"Forecast for {found.leads:,} leads, {days}"
    yield Words(at.x, at.y + 40, text, size=12, colour=FAINT)


def _panels(found: Summary, every: Sequence[Summary]) -> Iterator[Panel]:
    sent = max((row.counts["gets"] for one in every for row in one.rows), default=0)
    yield messages_height(found), partial(messages, found=found, most=sent)
    share = max(count / one.leads for one in every for count in one.outcomes.values())
    yield outcomes_height(found), partial(outcomes, found=found, most=share)
    for name in dict.fromkeys(flow.name for one in every for flow in one.flows):
        same = [flow for one in every for flow in one.flows if flow.name == name]
        most = max((flow.busiest or (None, 0))[1] for flow in same)
        own = next((flow for flow in found.flows if flow.name == name), Flow(name, {}))
        yield days_height(found), partial(per_day, found=found, flow=own, most=most)
