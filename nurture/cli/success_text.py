"""Measures and tests in words, for `nurture report` and `nurture winner`."""

from __future__ import annotations

from collections.abc import Iterator

from nurture.cli.wording import moment, wrapped
from nurture.domain.intervals import interval
from nurture.store.queries.success import Measured, Rate, Success, Tested

NAME = 20


def success_text(found: Success) -> Iterator[str]:
    if found.measures:
        yield ""
        yield f"  {'counted':<{NAME}}{'leads':>8}{'did it':>8}{'rate':>8}  true rate between"
        for measure in found.measures:
            yield from _measure(measure)
    for test in found.tests:
        yield ""
        yield from tested_text(test)


def tested_text(test: Tested) -> Iterator[str]:
    decided = "decided by hand" if test.winner else "without a winner"
    by = f"by {test.by}" if test.by else decided
    yield f"  test {test.step}, {by}"
    for way, rate in test.ways.items():
        yield _row(f"{way}{' *' if way == test.winner else ''}", rate, counts=test.by is not None)
    if test.winner and test.decided_at:
        yield wrapped(f"{test.winner} won on {moment(test.decided_at)}: {test.how}", 4, "  *")
    elif test.by:
        yield "  Not decided yet."


def _measure(measure: Measured) -> Iterator[str]:
    yield _row(measure.name, measure.got)
    if measure.held_out is None:
        return
    yield _row("  held out", measure.held_out)
    if measure.uplift:
        apart, low, high = (100 * value for value in measure.uplift)
        says = "it helps" if low > 0 else "it harms" if high < 0 else "perhaps chance"
        yield f"    {apart:+.1f} points, truly between {low:+.1f} and {high:+.1f}: {says}"


def _row(name: str, rate: Rate, *, counts: bool = True) -> str:
    shown = name if len(name) <= NAME else name[: NAME - 1] + "…"
    if not counts or not rate.of:
        return f"  {shown:<{NAME}}{rate.of or '-':>8}"
    low, high = interval(rate.counted, rate.of)
    percent = f"{100 * rate.counted / rate.of:.1f}%"
    between = f"{100 * low:.1f}% and {100 * high:.1f}%"
    return f"  {shown:<{NAME}}{rate.of:>8,}{rate.counted:>8,}{percent:>8}  {between}"
