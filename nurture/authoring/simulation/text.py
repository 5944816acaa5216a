"""A forecast as text of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import timedelta

from nurture.authoring.simulation.summary import CALLED, COLUMNS, WEEK, Flow, Summary, reasons

COLUMNS_WIDE = 80
NAME, NUMBER = 21, 8
BAR = 30
ACROSS = 3
"""Columns of a table of weeks; more stand in a table below."""


def render(found: Summary) -> str:
    end = found.start + timedelta(days=found.days - 1)
    lines = [
        f"{found.campaign}: {found.leads:,} leads, {found.start} to {end} ({found.days} days)",
        "",
        *_messages(found),
        "",
        *_outcomes(found),
        "",
        *_weeks(found),
    ]
    for flow in found.flows:
        lines += ["", *_flow(flow)] if flow is found.flows[0] else _flow(flow)
    if found.unbrought:
        lines += ["", *_lacking(found)]
    return "\n".join(line.rstrip() for line in lines)


def _messages(found: Summary) -> Iterator[str]:
    shown = [
        column for column in COLUMNS if column == "gets" or any(row.counts[column] for row in found.rows)
    ]
    shown = shown[:7]
    yield f"  {'':{NAME}}" + "".join(f"{CALLED.get(column, column):>{NUMBER}}" for column in shown)
    for row in found.rows:
        numbers = "".join(f"{row.counts[column] or '-':>{NUMBER}}" for column in shown)
        yield f"  {_short(row.message):{NAME}}{numbers}"


def _outcomes(found: Summary) -> Iterator[str]:
    for name, count in found.outcomes.items():
        goal = "  goal" if name in found.goals else ""
        share = count / found.leads if found.leads else 0
        yield f"  {_short(name):{NAME}}{count:>{NUMBER},}{share:>8.1%} {'█' * round(share * BAR)}{goal}"
    if found.refused:
        text = f"not let in: {reasons(found)}"
        yield from textwrap.wrap(text, COLUMNS_WIDE, initial_indent="  ", subsequent_indent="    ")


def _weeks(found: Summary) -> Iterator[str]:
    for first in range(0, len(found.flows), ACROSS):
        shown = found.flows[first : first + ACROSS]
        if first:
            yield ""
        yield f"  {'week of':<{NAME}}" + "".join(f"{_short(flow.name, 15):>17}" for flow in shown)
        counted = [flow.weeks(found.start, found.days) for flow in shown]
        for number in range(len(counted[0])):
            day = (found.start + number * WEEK).isoformat()
            yield f"  {day:<{NAME}}" + "".join(f"{counts[number] or '-':>17}" for counts in counted)


def _lacking(found: Summary) -> Iterator[str]:
    for text in found.unbrought:
        yield from textwrap.wrap(text, COLUMNS_WIDE, initial_indent="  ", subsequent_indent="    ")


def _flow(flow: Flow) -> list[str]:
    if flow.busiest is None:
        return [f"  {flow.name}: none"]
    day, most = flow.busiest
    text = f"{flow.name}: {flow.total:,}, on the busiest day {most:,} ({day:%a %Y-%m-%d})"
    if flow.capacity is not None:
        over = f"{flow.over} days with more" if flow.over != 1 else "1 day with more"
        text += f"; sales take {flow.capacity:,} a day: {over if flow.over else 'enough on every day'}"
    return textwrap.wrap(text, COLUMNS_WIDE, initial_indent="  ", subsequent_indent="    ")


def _short(text: str, width: int = NAME - 1) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def beside(first: Summary, second: Summary, names: Sequence[str]) -> str:
    """Two forecasts of the same people, side by side. ``names``: how the two are called. The change is what
    the first has more than the second, which it is held against."""
    lines = [
        f"{first.leads:,} leads, {first.days} days from {first.start}",
        "",
        f"  {'':{NAME + 12}}" + "".join(f"{_short(name, 12):>14}" for name in (*names, "change")),
    ]
    lines += [_compared(name, *pair) for name, *pair in _pairs(first, second)]
    lines += ["", *_lacking(first)] if first.unbrought else []
    return "\n".join(line.rstrip() for line in lines)


def _pairs(first: Summary, second: Summary) -> Iterator[tuple[str, int, int]]:
    if first.goals or second.goals:
        yield "reached the goal", first.reached, second.reached
    for name in dict.fromkeys((*first.outcomes, *second.outcomes)):
        yield f"ended {name}", first.outcomes.get(name, 0), second.outcomes.get(name, 0)
    flows = [{flow.name: flow for flow in found.flows} for found in (first, second)]
    for name in dict.fromkeys((*flows[0], *flows[1])):
        pair = [flow.get(name, Flow(name, {})) for flow in flows]
        yield name, pair[0].total, pair[1].total
        yield f"{name}, busiest day", *((flow.busiest or (None, 0))[1] for flow in pair)  # type: ignore[misc]


def _compared(name: str, first: int, second: int) -> str:
    change = "" if first == second else f"{first - second:+,}"
    return f"  {_short(name, NAME + 11):{NAME + 12}}{first:>14,}{second:>14,}{change:>14}"
