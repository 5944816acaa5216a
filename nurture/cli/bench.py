"""`nurture bench`: speed and cost on this machine, each against something written by hand beside it."""

import asyncio
import sys
import tempfile
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from nurture import logs
from nurture.bench.figures import Figure, Side
from nurture.bench.plan import PAIRS, Plan
from nurture.bench.registry import ROWS
from nurture.cli.opening import Json
from nurture.cli.output import print_json
from nurture.cli.wording import wrapped
from nurture.domain.errors import NurtureError

SHOWN = 8
"""Values of a side that are printed; JSON has all."""


class NoSuchRow(NurtureError):
    def __init__(self, name: str) -> None:
        near = get_close_matches(name, ROWS, n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        super().__init__(f"There is no row {name}.", f"{hint}Rows are: {', '.join(ROWS)}.")


def bench(
    rows: Annotated[list[str] | None, typer.Argument(help="Which rows.  [default: all]")] = None,
    json: Json = False,
    pairs: Annotated[int, typer.Option(min=1, help="Alternating pairs per ratio.")] = PAIRS,
    journeys: Annotated[int | None, typer.Option(min=1, help="Journeys per side and pair.")] = None,
    leads: Annotated[int | None, typer.Option(min=1, help="Leads of the row scoring.  [5000]")] = None,
    seconds: Annotated[int | None, typer.Option(min=1, help="How long events come in it.  [60]")] = None,
    database: Annotated[str | None, typer.Option(help="An empty database for it.  [default: a file]")] = None,
) -> None:
    """Measure speed and cost on this machine, with a database and servers of its own. Takes minutes.

    Rows: journeys, actions, sends, events, scoring, open, simulation, inbox, sleeping. Nothing else should
    run meanwhile; the pairs alternate, so that what does hits both sides alike.
    """
    wanted = list(rows or ROWS)
    for name in wanted:
        if name not in ROWS:
            raise NoSuchRow(name)
    logs.configure("plain", "error")
    found: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="nurture-bench-") as folder:
        plan = Plan(Path(folder), _say, pairs, journeys, leads, seconds, database)
        for name in wanted:
            figures = asyncio.run(_measured(name, plan))
            found += figures
            if not json:
                print("\n\n".join("\n".join(_text(one)) for one in figures) + "\n", flush=True)
    if json:
        print_json([one.as_json() for one in found])


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


async def _measured(name: str, plan: Plan) -> list[Figure]:
    return await ROWS[name].measure(plan)


def _text(figure: Figure) -> Iterator[str]:
    verdict = "holds" if figure.holds else "DOES NOT HOLD"
    spread = ""
    if figure.spread and figure.spread[0] != figure.spread[1]:
        spread = f" ({_number(figure.spread[0])} to {_number(figure.spread[1])})"
    yield figure.what
    yield f"  {_number(figure.value)}{spread}, wanted {figure.reach}: {verdict}"
    for side in (figure.ours, figure.other):
        yield wrapped(_values(side), 16, f"  {side.name} ")
    for name, value in figure.also.items():
        yield f"  {name}: {value}"


def _values(side: Side) -> str:
    more = f" and {len(side.values) - SHOWN} more" if len(side.values) > SHOWN else ""
    return f"{_all(side.values[:SHOWN])}{more} {side.unit}"


def _all(values: Sequence[float]) -> str:
    return ", ".join(map(_number, values))


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or value >= 1000 else f"{value:.2f}"
