"""``nurture explain``: a campaign told in plain sentences."""

from pathlib import Path
from typing import Annotated

import typer


def explain(
    campaign: Annotated[str, typer.Argument(help="Its name, or its file.")],
    content: Annotated[
        Path | None, typer.Option("--content", help="The content directory.  [default: the one in use]")
    ] = None,
) -> None:
    """Tell a campaign in plain sentences: who comes in, what happens to whom, how it can end."""
    from nurture.authoring.explaining.page import explain as told
    from nurture.cli.content import one_campaign
    from nurture.cli.telling import tell_of

    of, found = one_campaign(campaign, content)
    print(told(tell_of(of, found), of.dictionary.get("sending", {})))
