"""What the CRM said that Nurture could not act on, and what the CRM refused: for a person to see to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from nurture.services.crm_cursor import database_time
from nurture.services.crm_links import give_up
from nurture.services.desk import Desk
from nurture.store.queries.crm import changes, parked
from nurture.web.origin import from_our_page
from nurture.web.pages import page
from nurture.web.signed_in import Me
from nurture.web.site import site_of, with_banners

router = APIRouter(prefix="/crm", include_in_schema=False, dependencies=[Depends(with_banners)])
MANY = 200


@router.get("")
async def shown(request: Request, _me: Me) -> Response:
    site = site_of(request)
    return page(request, "crm.html", **await site.store.read(_told, site.desk))


@router.post("/{number:uuid}/settle", dependencies=[Depends(from_our_page)])
async def settled(request: Request, _me: Me, number: UUID) -> Response:
    if not await site_of(request).store.write(give_up, str(number)):
        raise HTTPException(404)
    return RedirectResponse("/crm", 303)


def _told(conn: Connection, desk: Desk) -> dict[str, Any]:
    return {
        "parked": parked(conn, MANY),
        "refused": changes(conn, None, ("dead",), MANY),
        "connected": desk.crm,
        "now": database_time(conn),
    }
