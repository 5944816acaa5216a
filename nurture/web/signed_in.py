"""Who is asking: the session behind the cookie."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from nurture.services.sign_in import SESSION_SECONDS, User, signed_in
from nurture.web.site import site_of

COOKIE = "nurture_session"


class NotSignedIn(Exception):
    """Answered with the way to the sign-in page."""


async def current_user(request: Request) -> User:
    """Raises NotSignedIn."""
    site = site_of(request)
    token = request.cookies.get(COOKIE)
    user = await site.store.read(signed_in, token) if token else None
    if user is None:
        raise NotSignedIn
    request.state.user = user
    return user


Me = Annotated[User, Depends(current_user)]


def keep_session(response: Response, token: str, *, https: bool) -> None:
    response.set_cookie(
        COOKIE, token, max_age=SESSION_SECONDS, httponly=True, samesite="lax", secure=https, path="/"
    )
