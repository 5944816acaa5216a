"""`nurture adopt`: a copied database becomes an installation of its own."""

from typing import Annotated
from urllib.parse import urlsplit

import typer

from nurture.cli.opening import Data, opened
from nurture.client import namespace
from nurture.domain.errors import NurtureError
from nurture.services import adopt as service
from nurture.store.queries.installation import the_installation


def adopt(
    base_url: Annotated[
        str, typer.Argument(help="What this one's links begin with; default: NURTURE_BASE_URL.")
    ] = "",
    data: Data = None,
) -> None:
    """Make this database the installation at this address, so that it may send.

    Only for a move, or a copy whose original has stopped: of two that send, every lead hears twice.
    """
    with opened(data) as at:
        before = at.store.read_sync(the_installation)
        # Never the default port: a running installation on another one would stop sending.
        home = (base_url or at.settings.base_url or "").rstrip("/")
        if not home:
            raise NurtureError(
                "This needs the address that links in mails begin with",
                f"give it, as in `nurture adopt {before.base_url if before else at.settings.web_url}`",
            )
        if urlsplit(home).scheme not in ("http", "https") or not urlsplit(home).netloc:
            # Under such an address nothing would ever be sent.
            raise NurtureError(
                f"Links cannot begin with {home}",
                "Give one such as https://mail.ours.example",
            )
        at.store.write_sync(service.adopt, home, namespace())
    print(f"This installation is {home}, Temporal namespace {namespace()}.")
    if before:
        print(f"It was {before.base_url}, Temporal namespace {before.namespace}.")
