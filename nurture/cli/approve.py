"""`nurture approve`: a second person looks at what a colleague published, and lets it go live."""

from __future__ import annotations

from typing import Annotated

import typer

from nurture.cli.changes import print_changes
from nurture.cli.move import By, person, sure
from nurture.cli.opening import Data, opened
from nurture.cli.publish import Apply, move_at_next_step
from nurture.services import approving
from nurture.services.versions import SHORT


def approve(
    campaign: Annotated[str, typer.Argument(help="The campaign's name.", show_default=False)],
    by: By = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask. Needed without a terminal.")] = False,
    data: Data = None,
) -> None:
    """Say what is different in the version that waits, and let it go live.

    For campaigns that say `approve: yes`. Whoever published it cannot approve it.
    """
    with opened(data) as at:
        found = at.store.read_sync(approving.waiting, campaign)
        print(f"{campaign}: {found.version[:SHORT]} by {found.by or 'nobody known'}")
        print_changes(found.changes)
        if not yes and not sure("Let it go live?"):
            return
        at.store.write_sync(approving.approve, at.clock, campaign, found.version, by or person())
        print(f"{campaign}: version {found.version[:SHORT]} is live.")
        if found.policy == Apply.next_step:
            move_at_next_step(at, campaign, found.version)
