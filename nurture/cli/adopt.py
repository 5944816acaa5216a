"""`nurture adopt`: a copied database becomes an installation of its own."""

from typing import Annotated

import typer

from nurture.cli.opening import Data, opened
from nurture.client import namespace
from nurture.services import adopt as service
from nurture.store.queries.installation import the_installation


def adopt(
    base_url: Annotated[
        str, typer.Argument(help="What this one's links begin with; default: what the settings say.")
    ] = "",
    data: Data = None,
) -> None:
    """Make this database the installation at this address, so that it may send.

    Only for a move, or a copy whose original has stopped: of two that send, every lead hears twice.
    """
    with opened(data) as at:
        home = (base_url or at.settings.web_url).rstrip("/")
        before = at.store.read_sync(the_installation)
        at.store.write_sync(service.adopt, home, namespace())
    print(f"This installation is {home}, Temporal namespace {namespace()}.")
    if before:
        print(f"It was {before.base_url}, Temporal namespace {before.namespace}.")
