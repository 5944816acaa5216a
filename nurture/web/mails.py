"""The mails that the local catcher took: for whoever is at this machine, and for who is signed in."""

from __future__ import annotations

import asyncio
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Request
from lxml import html as lxml_html
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from nurture.settings import LOOPBACK
from nurture.web.headers import FRAMED
from nurture.web.pages import page
from nurture.web.signed_in import current_user
from nurture.web.site import Catcher, site_of, with_banners

if TYPE_CHECKING:
    from nurture.delivery.catcher import Caught

router = APIRouter(prefix="/mails", include_in_schema=False, dependencies=[Depends(with_banners)])
SHOWN = 200


async def catcher_of(request: Request) -> Catcher:
    """Where mail is live there is none, and there are no such pages."""
    catcher = site_of(request).catcher
    if catcher is None:
        raise HTTPException(404)
    if not _is_here(request):
        await current_user(request)
    return catcher


def _is_here(request: Request) -> bool:
    try:
        here = request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
    # A page elsewhere may let its own name point to this machine, and read what is here.
    return here and request.url.hostname in LOOPBACK


Catching = Annotated[Catcher, Depends(catcher_of)]


@router.get("")
async def mails(request: Request, catcher: Catching, search: str = "") -> Response:
    found = await asyncio.to_thread(catcher.recent, SHOWN, search[:200])
    return page(request, "mails.html", mails=found, search=search[:200])


@router.get("/{mail_id}")
async def mail(request: Request, catcher: Catching, mail_id: str) -> Response:
    return page(request, "mail.html", mail=await _found(catcher, mail_id))


@router.get("/{mail_id}/html")
async def shown(catcher: Catching, mail_id: str) -> Response:
    """For the frame: its policy forbids scripts, forms and loading anything. Links open beside it."""
    found = await _found(catcher, mail_id)
    return framed(found.html)


async def _found(catcher: Catcher, mail_id: str) -> Caught:
    found = await asyncio.to_thread(catcher.get, mail_id)
    if found is None:
        raise HTTPException(404)
    return found


def framed(html: str) -> Response:
    return HTMLResponse(_beside(html), headers={"Content-Security-Policy": FRAMED})


def _beside(html: str) -> str:
    if not html.strip():
        return ""
    document = lxml_html.document_fromstring(html)
    for link in document.iter("a", "area"):
        link.set("target", "_blank")
        link.set("rel", "noopener noreferrer")
    return str(lxml_html.tostring(document, encoding="unicode", doctype="<!DOCTYPE html>"))
