"""What the CRM said that Nurture could not act on, and what it has not been told: for a person to see to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from nurture.crm.registry import CRMS
from nurture.services.crm_cursor import database_time
from nurture.services.crm_links import give_up
from nurture.services.crm_outbox import skip
from nurture.services.crm_rest import gate_state, try_again
from nurture.services.desk import Desk
from nurture.store.queries.crm import changes, parked, waiting
from nurture.web.origin import from_our_page
from nurture.web.pages import page
from nurture.web.signed_in import Me
from nurture.web.site import site_of, with_banners

router = APIRouter(prefix="/crm", include_in_schema=False, dependencies=[Depends(with_banners)])
MANY, SOME = 200, 50
MOST = 2**63 - 1
"""The highest number of a row."""


@router.get("")
async def shown(request: Request, _me: Me) -> Response:
    site = site_of(request)
    return page(request, "crm.html", **await site.store.read(_told, site.desk))


@router.post("/{number:uuid}/settle", dependencies=[Depends(from_our_page)])
async def settled(request: Request, _me: Me, number: UUID) -> Response:
    if not await site_of(request).store.write(give_up, str(number)):
        raise HTTPException(404)
    return RedirectResponse("/crm", 303)


@router.post("/retry", dependencies=[Depends(from_our_page)])
async def tried_again(request: Request, _me: Me) -> Response:
    """All that was refused, and what waits for its next try."""
    site = site_of(request)
    await site.store.write(try_again, tuple(CRMS))
    site.store.poke()
    return RedirectResponse("/crm", 303)


@router.post("/changes/{number:int}/skip", dependencies=[Depends(from_our_page)])
async def given_up(request: Request, _me: Me, number: int) -> Response:
    if number > MOST or not await site_of(request).store.write(skip, number):
        raise HTTPException(404)
    return RedirectResponse("/crm", 303)


def _told(conn: Connection, desk: Desk) -> dict[str, Any]:
    return {
        "parked": parked(conn, MANY),
        "refused": changes(conn, None, ("dead",), MANY),
        "coming": changes(conn, None, ("open",), SOME),
        "waiting": waiting(conn),
        "gates": [gate for name in CRMS if (gate := gate_state(conn, name)) != "open"],
        "connected": desk.crm,
        "now": database_time(conn),
    }
