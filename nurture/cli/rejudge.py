"""`nurture rejudge`: past clicks and opens, by the networks of scanners that the settings name now."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer

from nurture.cli.opening import Data, Json, opened
from nurture.cli.output import print_json
from nurture.cli.wording import of_them
from nurture.domain.errors import NurtureError
from nurture.services import rejudging
from nurture.services.opening import open_desk


def rejudge(
    days: Annotated[int, typer.Option(min=1, max=3650, help="How far back.")] = 30,
    json: Json = False,
    data: Data = None,
) -> None:
    """Judge past clicks and opens again by NURTURE_SCANNER_NETWORKS and its file, as they are now.

    What comes from one of the networks is a machine's: its points are taken back, and journeys that wait look
    again. What has been done since is not undone. A second run changes nothing.
    """
    with opened(data) as at:
        networks = at.settings.networks_of_scanners
        if not networks:
            raise NurtureError(
                "No network of scanners is named.",
                "Name them in NURTURE_SCANNER_NETWORKS, or their file in NURTURE_SCANNER_NETWORKS_FILE.",
            )
        desk = open_desk(at.store, at.settings)
        found = rejudging.rejudge(at.store, desk, networks, timedelta(days=days))
    if json:
        print_json(asdict(found))
        return
    looked = f"{of_them(found.looked_at, 'click or open', 'clicks and opens')} of {of_them(days, 'day')}"
    print(f"{looked}: {found.met:,} came from these networks, {found.turned:,} are judged otherwise now.")
