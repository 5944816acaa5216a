"""The addresses in our mails. A GET or HEAD notes a click or an open and changes nothing else."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import RedirectResponse, Response

from nurture.services.tracking import answer, click, opened, question
from nurture.services.unsubscribe import How, unsubscribe
from nurture.web.body import BodyTooLarge, BodyTooSlow
from nurture.web.site import site_of, visitor
from nurture.web.speaking import spoken_page

router = APIRouter()

PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
GET = ["GET", "HEAD"]
UNREADABLE = (HTTPException, ClientDisconnect, BodyTooLarge, BodyTooSlow)


@router.api_route("/c/{token}", methods=GET, include_in_schema=False)
async def clicked(request: Request, token: str) -> Response:
    """Whatever the token is worth, the answer is a page or the way to a link that we sent."""
    site = site_of(request)
    found = site.links.read_click(token)
    if found is None:
        return await spoken_page(request, "link_gone.html")
    url = await site.store.write(click, site.desk.clock, *found, visitor(request, site))
    site.store.poke()
    if url is None:
        return await spoken_page(request, "link_gone.html")
    return RedirectResponse(url, 302, headers={"Cache-Control": "no-store"})


@router.api_route("/o/{token}", methods=GET, include_in_schema=False)
async def pixel(request: Request, token: str) -> Response:
    site = site_of(request)
    send_id = site.links.read_open(token)
    if send_id is not None:
        await site.store.write(opened, site.desk.clock, send_id, visitor(request, site))
        site.store.poke()
    return Response(PIXEL, media_type="image/gif", headers={"Cross-Origin-Resource-Policy": "cross-origin"})


@router.api_route("/u/{token}", methods=GET, include_in_schema=False)
async def ask_to_unsubscribe(request: Request, token: str) -> Response:
    """The same page for every token of ours: it tells nobody which addresses we know."""
    found = site_of(request).links.read_unsubscribe(token)
    lead = found[0] if found else ""
    return await spoken_page(
        request, "unsubscribe.html", lead=lead, done=False, token=token, cut=found is None
    )


@router.post("/u/{token}", include_in_schema=False)
async def do_unsubscribe(request: Request, token: str) -> Response:
    """RFC 8058 too: no cookie, no redirect, and 200 as often as it is asked. The token is enough: of the body
    only the way is read, if it can be."""
    site = site_of(request)
    how = await _how(request)
    found = site.links.read_unsubscribe(token)
    if found is not None:
        await site.store.write(unsubscribe, site.desk, *found, how)
        site.store.poke()
    reader = found[0] if found and how == "page" else ""
    return await spoken_page(request, "unsubscribe.html", lead=reader, done=True, token="", cut=found is None)


async def _how(request: Request) -> How:
    """Our page's button sends no fields; whatever else has come, a program has sent."""
    try:
        form = await request.form(max_files=0, max_fields=20)
    except UNREADABLE:
        return "one-click"
    return "one-click" if form.get("List-Unsubscribe") == "One-Click" else "page"


@router.api_route("/a/{token}", methods=GET, include_in_schema=False)
async def ask(request: Request, token: str) -> Response:
    """Shows the question with the answer chosen that the link stands for."""
    site = site_of(request)
    found = site.links.read_answer(token)
    asked = await site.store.read(question, site.desk.clock, *found) if found else None
    if found is None or asked is None:
        return await spoken_page(request, "link_gone.html")
    answers, chosen = asked
    return await spoken_page(
        request, "answer.html", send=found[0], answers=answers, chosen=chosen, token=token, done=False
    )


@router.post("/a/{token}", include_in_schema=False)
async def answered(request: Request, token: str) -> Response:
    site = site_of(request)
    form = await request.form(max_files=0, max_fields=20)
    found = site.links.read_answer(token)
    asked = await site.store.read(question, site.desk.clock, *found) if found else None
    if found is None or asked is None:
        return await spoken_page(request, "link_gone.html")
    answers, chosen = asked[0], str(form.get("answer") or asked[1])
    shown: dict[str, Any] = {"answers": answers, "chosen": chosen, "token": token, "done": True}
    if not await site.store.write(answer, site.desk.clock, found[0], chosen):
        shown |= {"chosen": asked[1], "done": False}
    else:
        site.store.poke()
    return await spoken_page(request, "answer.html", send=found[0], **shown)
