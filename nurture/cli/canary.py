"""`nurture release-canary`: the rest of a campaign's leads come in."""

from typing import Annotated

import typer

from nurture.cli.opening import Data, Json, opened
from nurture.cli.output import print_json
from nurture.cli.wording import of_them
from nurture.services.enrol import live_version
from nurture.services.held_door import let_go
from nurture.services.opening import open_desk
from nurture.services.scans.plan import CANARY


def release(
    campaign: Annotated[str, typer.Argument(help="A campaign with `canary`.", show_default=False)],
    json: Json = False,
    data: Data = None,
) -> None:
    """Let in the leads whom `enrol: {canary: ...}` holds at the door, and hold nobody from now on."""
    with opened(data) as at:
        desk = open_desk(at.store, at.settings)
        at.store.read_sync(live_version, campaign)
        count = at.store.write_sync(let_go, desk, campaign, CANARY)
        at.store.poke()
    if json:
        print_json({"campaign": campaign, "let_in": count})
    else:
        print(f"{of_them(count, 'lead')} of {campaign} come in now, a hundred at a time.")
