"""A mail that a lead got, as sales may look at it: its links lead nowhere."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from nurture.services.preview import Preview, written_again
from nurture.web.lead import Own
from nurture.web.mails import framed
from nurture.web.pages import page
from nurture.web.site import site_of, with_banners

router = APIRouter(
    prefix="/leads/{lead_id:uuid}/mails/{send_id:uuid}",
    include_in_schema=False,
    dependencies=[Depends(with_banners)],
)


@router.get("")
async def mail(request: Request, own: Own, send_id: UUID) -> Response:
    found = await _found(request, own, send_id)
    return page(request, "sent_mail.html", mail=found, lead_id=own, send_id=send_id)


@router.get("/html")
async def shown(request: Request, own: Own, send_id: UUID) -> Response:
    """For the frame: its policy forbids scripts, forms and loading anything."""
    found = await _found(request, own, send_id)
    return framed(found.rendered.html if found.rendered else "")


async def _found(request: Request, own: str, send_id: UUID) -> Preview:
    site = site_of(request)
    found = await site.store.read(written_again, site.desk, site.settings, own, str(send_id))
    if found is None:
        raise HTTPException(404)
    return found
