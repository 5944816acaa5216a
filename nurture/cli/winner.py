"""`nurture winner`: how the tests of a campaign stand, and deciding one by hand."""

from __future__ import annotations

from typing import Annotated

import typer
from sqlalchemy import Connection

from nurture.cli.opening import Data, Json, opened
from nurture.cli.output import print_json
from nurture.cli.success_text import tested_text
from nurture.clock import Clock
from nurture.domain.campaign import Campaign
from nurture.domain.errors import NurtureError
from nurture.services.enrol import live_version
from nurture.services.experiments import decide_by_hand
from nurture.services.library import Library
from nurture.store.queries.success import Tested, tested


def winner(
    campaign: Annotated[str, typer.Argument(help="The campaign.")],
    step: Annotated[str | None, typer.Argument(help="A split, or a send with variants.")] = None,
    way: Annotated[str | None, typer.Argument(help="The way that everybody new takes from now on.")] = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """How the tests of a campaign stand. With a step and a way: decide it.

    A decision is for good, and for everybody who comes to the test from now on; whoever has a way keeps it.
    """
    with opened(data) as at:
        if step and way:
            at.store.write_sync(_decide, at.clock, campaign, step, way)
            print(f"From now on everybody new at {step} takes {way}.")
            return
        if step:
            raise NurtureError(
                f"Name the way that wins the test {step}.", f"See `nurture winner {campaign}`."
            )
        found = at.store.read_sync(_tests, campaign)
    if json:
        print_json([one.to_json() for one in found])
    elif found:
        print("\n\n".join("\n".join(tested_text(one)) for one in found))
    else:
        print(f"{campaign} tests nothing.")


def _live(conn: Connection, campaign: str) -> Campaign:
    return Library().campaign(conn, live_version(conn, campaign)).campaign


def _tests(conn: Connection, campaign: str) -> list[Tested]:
    found = _live(conn, campaign)
    return [tested(conn, found, step) for step in found.tests]


def _decide(conn: Connection, clock: Clock, campaign: str, step: str, way: str) -> None:
    decide_by_hand(conn, _live(conn, campaign), step, way, clock.now(conn), "hand")
