"""The tasks of a team, the most urgent first."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from nurture.services.desk import Desk
from nurture.services.sign_in import User
from nurture.store.queries import inbox
from nurture.web.pages import page
from nurture.web.signed_in import Me
from nurture.web.site import site_of, with_banners

router = APIRouter(include_in_schema=False, dependencies=[Depends(with_banners)])

Show = Literal["mine", "team", "done"]


@router.get("/")
async def start() -> Response:
    return RedirectResponse("/inbox", 303)


@router.get("/inbox")
async def tasks(request: Request, me: Me, show: str = "mine") -> Response:
    """``show``: ``mine``, ``team`` or ``done``. htmx asks for the list alone, every half minute."""
    site = site_of(request)
    chosen: Show = "team" if show == "team" else "done" if show == "done" else "mine"
    found = await site.store.read(_listed, site.desk, me, chosen)
    alone = request.headers.get("hx-request") and not request.headers.get("hx-boosted")
    return page(request, "inbox_list.html" if alone else "inbox.html", show=chosen, **found)


def _listed(conn: Connection, desk: Desk, me: User, show: Show) -> dict[str, Any]:
    team = None if me.sees_all else me.team
    mine, everybody = inbox.counts(conn, team, me.id)
    owner = None if show == "team" else me.id
    return {
        "tasks": inbox.tasks(conn, team, owner, done=show == "done"),
        "mine": mine,
        "everybody": everybody,
        "now": desk.clock.now(conn),
        "most": inbox.LIST_AT_MOST,
    }
