"""`nurture move`: journeys under way to another version, after a count of who would go where."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

import typer

from nurture.cli.opening import Data, Json, Opened, opened
from nurture.cli.output import print_json
from nurture.cli.wording import of_them, span, wrapped
from nurture.domain.errors import NurtureError
from nurture.services.desk import Desk
from nurture.services.move_choice import choice
from nurture.services.move_preview import Preview, Way, preview
from nurture.services.moving import Moved, move_all
from nurture.services.moving_rows import Target
from nurture.services.opening import open_desk
from nurture.services.versions import LIVE, SHORT, version_row

WHEN = {
    "same": "as before",
    "later": "later",
    "sooner": "sooner",
    "at once": "now",
    "next step": "now",
    "nowhere": "stay",
}
STEP = 29
"""Columns of a step's name."""

By = Annotated[
    str, typer.Option("--by", help="Who does it, for the record.  [default: your login]", show_default=False)
]
Rate = Annotated[float, typer.Option(min=0.001, help="Of those due at once, so many a second.")]


def move(  # noqa: PLR0913, PLR0917 - each is an option of the command
    campaign: Annotated[str, typer.Argument(help="The campaign's name.", show_default=False)],
    to: Annotated[str, typer.Option(help="The version to move to.")] = LIVE,
    only_preview: Annotated[bool, typer.Option("--preview", help="Only count; move nobody.")] = False,
    keep_waits: Annotated[
        bool, typer.Option("--keep-waits", help="Waits under way keep their end: new at the next step.")
    ] = False,
    where: Annotated[
        str, typer.Option(help='Only journeys for which this holds: --where "score >= 50".')
    ] = "",
    rate: Rate = 10.0,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask. Needed without a terminal.")] = False,
    json: Json = False,
    data: Data = None,
) -> None:
    """Take the journeys under way to the live version, or to another. First it says who would go where.

    A longer wait ends later, a shorter one earlier; whose wait is over by the new version goes on now, one
    after the other. `nurture rollback` takes everybody back.
    """
    with opened(data) as at:
        desk = open_desk(at.store, at.settings)
        version = at.store.read_sync(version_row, campaign, to).hash
        target = Target(campaign, version, keep_waits, rate)
        if where:
            target = replace(target, where=at.store.read_sync(choice, desk, target, where))
        found = at.store.read_sync(preview, desk, target)
        if only_preview and json:
            print_json(found.to_json())
            return
        if not json:
            say_preview(found, target)
        if only_preview or not found.moved or not (yes or sure(f"Move {of_them(found.moved, 'journey')}?")):
            return
        done = run_move(at, desk, target)
        if json:
            print_json({"moved": done.journeys, "in_hand": done.in_hand, "move": done.move})
        else:
            say_moved(done, target)


def run_move(at: Opened, desk: Desk, target: Target) -> Moved:
    return move_all(at.store, desk, target, person())


def person() -> str:
    """Who runs the command, as the system knows them."""
    return getpass.getuser()


def say_preview(found: Preview, target: Target) -> None:
    print("\n".join(preview_lines(found, target)))


def preview_lines(found: Preview, target: Target) -> Iterator[str]:
    to = f"version {target.version[:SHORT]}"
    if not found.total:
        nobody = f"for none of {of_them(found.others, 'journey')} not on {to} does the condition hold"
        yield f"{target.campaign}: {nobody if found.others else f'everybody under way is on {to}'}."
        return
    yield f"{target.campaign}: {of_them(found.total, 'journey')} not on {to}"
    yield f"  {'at the step':<{STEP}} {'to':<{STEP}} {'due':<9} {'':>7}".rstrip()
    for way, count in found.ways:
        where = "no place" if way.fate == "nowhere" else way.to
        yield f"  {_cut(way.step):<{STEP}} {_cut(where):<{STEP}} {WHEN[way.fate]:<9} {count:>7,}"
    if found.at_once:
        takes = span(timedelta(seconds=found.at_once / target.rate))
        yield wrapped(
            f"{found.at_once:,} become due at once. They go on one after the other, {target.rate:g} a "
            f"second: in {takes}. Caps and windows hold as ever.",
            2,
            "  ",
        )
    if found.others:
        stay = of_them(found.others, "other stays", "others stay")
        yield wrapped(f"{stay} where they are: the condition does not hold for them.", 2, "  ")
    yield from _reasons([way for way, _ in found.ways if way.fate == "nowhere"])


def _reasons(ways: Sequence[Way]) -> Iterator[str]:
    reasons = dict.fromkeys(way.reason for way in ways)
    if reasons:
        yield wrapped(f"Who has no place stays: {'; '.join(reasons)}.", 2, "  ")
        yield wrapped("Say where they go with `moved:` in the file, or let them finish.", 2, "  ")


def _cut(name: str) -> str:
    return name if len(name) <= STEP else f"{name[: STEP - 1]}…"


def sure(question: str) -> bool:
    """Asks whoever is there. Raises NobodyToAsk."""
    if not sys.stdin.isatty():
        raise NobodyToAsk(f"{question} Nobody is there to answer.", "Give --yes if you are sure.")
    return typer.confirm(question)


class NobodyToAsk(NurtureError):
    """The command runs without a terminal, and without --yes."""


def say_moved(done: Moved, target: Target) -> None:
    print(f"{target.campaign}: {of_them(done.journeys, 'journey')} moved. Back: `nurture rollback`.")
    if done.in_hand:
        held = of_them(done.in_hand, "journey has", "journeys have")
        print(wrapped(f"{held} a mail on its way and stayed. Run the command again in a minute.", 2, "  "))
