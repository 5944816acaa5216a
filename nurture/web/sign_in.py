"""Signing in by a link that works once. Its page has a button: programs that look at links use nothing up."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from nurture.services.sign_in import can_sign_in, sign_in, sign_out
from nurture.web.origin import from_our_page
from nurture.web.pages import page
from nurture.web.signed_in import COOKIE, keep_session
from nurture.web.site import site_of, with_banners

router = APIRouter(include_in_schema=False, dependencies=[Depends(with_banners)])


@router.get("/signin")
async def how(request: Request) -> Response:
    return page(request, "sign_in.html", token=None, usable=True)


@router.api_route("/signin/{token}", methods=["GET", "HEAD"])
async def ask(request: Request, token: str) -> Response:
    usable = await site_of(request).store.read(can_sign_in, token)
    return page(request, "sign_in.html", token=token, usable=usable)


@router.post("/signin/{token}", dependencies=[Depends(from_our_page)])
async def enter(request: Request, token: str) -> Response:
    site = site_of(request)
    session = await site.store.write(sign_in, token)
    if session is None:
        return page(request, "sign_in.html", 410, token=token, usable=False)
    answer = RedirectResponse("/inbox", 303)
    keep_session(answer, session, https=site.settings.web_url.startswith("https:"))
    return answer


@router.post("/signout", dependencies=[Depends(from_our_page)])
async def leave(request: Request) -> Response:
    if token := request.cookies.get(COOKIE):
        await site_of(request).store.write(sign_out, token)
    answer = RedirectResponse("/signin", 303)
    answer.delete_cookie(COOKIE, path="/")
    return answer
