"""Forms are taken from our own pages only."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request


class OtherOrigin(Exception):
    """The form was not on a page of ours; answered with 403."""


def from_our_page(request: Request) -> None:
    """For POSTs of signed-in people. Browsers say where the form was; who says nothing is refused.

    Raises OtherOrigin."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site != "same-origin":
            raise OtherOrigin
        return
    origin = request.headers.get("origin", "")
    if not origin or urlsplit(origin).netloc != request.headers.get("host"):
        raise OtherOrigin
