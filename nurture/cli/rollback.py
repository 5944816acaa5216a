"""`nurture rollback`: what was live before is live again, and who was moved stands where they stood."""

from __future__ import annotations

from typing import Annotated

import typer

from nurture.cli.move import Rate, person
from nurture.cli.opening import Data, Json, opened
from nurture.cli.output import print_json
from nurture.cli.wording import of_them, wrapped
from nurture.services.opening import open_desk
from nurture.services.releases import Undone
from nurture.services.releases import rollback as undo
from nurture.services.versions import SHORT


def rollback(
    campaign: Annotated[str, typer.Argument(help="The campaign's name.", show_default=False)],
    moves: Annotated[
        bool, typer.Option("--moves", help="Only take the journeys back; the version stays live.")
    ] = False,
    rate: Rate = 10.0,
    json: Json = False,
    data: Data = None,
) -> None:
    """The version that was live before is live again, and who was moved goes back.

    They stand where they stood, to the minute; who has gone on since goes back by the names of the steps.
    """
    with opened(data) as at:
        desk = open_desk(at.store, at.settings)
        done = undo(at.store, desk, campaign, person(), only_moves=moves, rate=rate)
    if json:
        counts = {
            "back": done.journeys,
            "nowhere": done.nowhere,
            "in_hand": done.in_hand,
            "stay": done.stay,
        }
        print_json({"version": done.version, "live": done.live, **counts})
    else:
        _say(campaign, done)


def _say(campaign: str, done: Undone) -> None:
    print(f"{campaign}: version {done.live[:SHORT]} is live.")
    back_on = " and ".join(sorted({one[:SHORT] for one in done.back_on})) or done.live[:SHORT]
    print(f"  {of_them(done.journeys, 'journey')} back on version {back_on}.")
    if done.in_hand:
        print(
            wrapped(f"{done.in_hand:,} have a mail on its way; run the command again in a minute.", 2, "  ")
        )
    if done.stay:
        stay = of_them(done.stay, "journey stays", "journeys stay")
        print(
            wrapped(
                f"{stay} on version {done.version[:SHORT]}: `nurture move {campaign}` takes them too.",
                2,
                "  ",
            )
        )
