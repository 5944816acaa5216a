"""`nurture journeys`: how many are where, and a list of them."""

from collections.abc import Sequence
from typing import Annotated

import typer

from nurture.cli.known_campaigns import must_be_known
from nurture.cli.opening import Data, Json, opened
from nurture.cli.output import listing, print_json
from nurture.cli.wording import of_them
from nurture.store.queries.journeys import STANDINGS, Counts, Wanted, counts, page

COLUMNS = ("journey", "standing", "step", "due")


def journeys(
    campaign: Annotated[str | None, typer.Argument(help="Only this campaign.")] = None,
    state: Annotated[
        str | None, typer.Option(help=f"{', '.join(STANDINGS)}, or an outcome such as accepted.")
    ] = None,
    step: Annotated[str | None, typer.Option(help="Only those at this step.")] = None,
    rows: Annotated[bool, typer.Option("--list", help="One line per journey, newest first.")] = False,
    after: Annotated[str | None, typer.Option(help="With --list: the last id of the page before.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="With --list: how many.")] = 50,
    json: Json = False,
    data: Data = None,
) -> None:
    """How many journeys are at which step and how the others ended; with --list one line for each."""
    wanted = Wanted(campaign, step, state)
    with opened(data) as at:
        if campaign is not None:
            at.store.read_sync(must_be_known, campaign)
        now = at.store.read_sync(at.clock.now)
        if rows:
            found = at.store.read_sync(page, wanted, now, after, limit)
            listing(found, COLUMNS, as_json=json, empty="No journey is like that.")
            if len(found) == limit and not json:
                print(f"More: --after {found[-1]['journey']}")
            return
        groups = at.store.read_sync(counts, wanted, now)
    if json:
        print_json([group.to_json() for group in groups])
    else:
        print("\n\n".join(map(_text, groups)) or "No journey is like that.")


def _text(counts: Counts) -> str:
    lines = [f"{counts.campaign}{' (paused)' if counts.state == 'paused' else ''}", *_sums(counts)]
    if counts.steps:
        lines += ["", f"  {'at the step':<42} {'open':>7} {'held':>7} {'paused':>7} {'attention':>10}"]
        lines += [
            f"  {name:<42} {step['open']:>7,} {_some(step['held'])} {_some(step['paused'])} "
            f"{_some(step['attention'], 10)}"
            for name, step in counts.steps.items()
        ]
    if counts.outcomes:
        lines += ["", f"  {'ended as':<42} {'':>7}".rstrip()]
        lines += [f"  {name:<42} {count:>7,}" for name, count in counts.outcomes.items()]
    return "\n".join(lines)


def _sums(counts: Counts) -> Sequence[str]:
    parts = [f"{counts.in_flight:,} in flight", f"{counts.ended:,} ended"]
    if counts.attention:
        need = "needs" if counts.attention == 1 else "need"
        parts.append(f"{counts.attention:,} {need} attention")
    return [f"  {of_them(counts.enrolled, 'journey')}: {', '.join(parts)}"]


def _some(count: int, width: int = 7) -> str:
    return f"{count or '':>{width}}"
