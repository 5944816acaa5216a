"""The tasks of a team, the most urgent first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from nurture.services.addresses import as_stored
from nurture.services.desk import Desk
from nurture.services.sign_in import User
from nurture.store.queries import inbox
from nurture.web.pages import page
from nurture.web.signed_in import Me
from nurture.web.site import site_of, with_banners

router = APIRouter(include_in_schema=False, dependencies=[Depends(with_banners)])

Show = Literal["mine", "team", "queue", "done"]

SHOWN: Mapping[str, Show] = {"mine": "mine", "team": "team", "queue": "queue", "done": "done"}
ONLY: Mapping[str, str] = {
    "late": "Late",
    "soon": "Due within a day",
    "new": "Not begun",
    "handoffs": "Handoffs",
    "tasks": "Calls and other tasks",
}
"""Filters of the list, in the words of the page."""
PAGE = Query(alias="page", ge=1, le=10_000)
LONGEST = 100
"""Characters of a search."""


@router.get("/")
async def start() -> Response:
    return RedirectResponse("/inbox", 303)


@router.get("/inbox")
async def tasks(
    request: Request,
    me: Me,
    show: str = "mine",
    q: str = "",
    only: str = "",
    number: Annotated[int, PAGE] = 1,
) -> Response:
    """``show``: ``mine``, ``team``, ``queue`` or ``done``; ``q``: a name, an address or a company; ``only``:
    one of ``ONLY``. htmx asks for the list alone, every half minute."""
    site = site_of(request)
    chosen = SHOWN.get(show, "mine")
    only = only if only in ONLY else ""
    found = await site.store.read(_listed, site.desk, me, chosen, q[:LONGEST], only, number)
    alone = request.headers.get("hx-request") and not request.headers.get("hx-boosted")
    return page(
        request, "inbox_list.html" if alone else "inbox.html", show=chosen, q=q[:LONGEST], only=only, **found
    )


def _listed(
    conn: Connection, desk: Desk, me: User, show: Show, search: str, only: str, number: int
) -> dict[str, Any]:
    team, now = None if me.sees_all else me.team, desk.clock.now(conn)
    mine, everybody = inbox.counts(conn, team, me.id)
    owner = me.id if show in ("mine", "done") else None
    return {
        "tasks": inbox.tasks(
            conn,
            team,
            owner,
            done=show == "done",
            search=" ".join(as_stored(word) if "@" in word else word for word in search.split()),
            only=[*inbox.filtered(show, now), *inbox.filtered(only, now)],
            after=(number - 1) * inbox.LIST_AT_MOST,
        ),
        "number": number,
        "judges": any(
            team.shadow and (me.sees_all or team.head == me.email)
            for team in desk.library.rules(conn).sales.teams.values()
        ),
        "mine": mine,
        "everybody": everybody,
        "now": now,
        "filters": ONLY,
        "most": inbox.LIST_AT_MOST,
    }
