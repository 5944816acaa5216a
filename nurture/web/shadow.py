"""Whoever leads a team says of each lead in the shadow whether it would have been right."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection, select
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from nurture.services.desk import Desk
from nurture.services.shadow import judge
from nurture.services.sign_in import User
from nurture.store.queries.shadows import agreement, shadowed
from nurture.store.tables import shadows
from nurture.web.origin import from_our_page
from nurture.web.pages import page
from nurture.web.signed_in import Me
from nurture.web.site import site_of, with_banners

router = APIRouter(prefix="/shadow", include_in_schema=False, dependencies=[Depends(with_banners)])
A_WEEK = timedelta(days=7)


@router.get("")
async def listed(request: Request, me: Me, all: str = "") -> Response:  # noqa: A002 - as in the address
    """``all``: not only the last seven days."""
    site = site_of(request)
    return page(request, "shadow.html", **await site.store.read(_listed, site.desk, me, bool(all)))


@router.post("/{shadow_id:uuid}", dependencies=[Depends(from_our_page)])
async def judged(request: Request, me: Me, shadow_id: UUID) -> Response:
    site, form = site_of(request), await request.form(max_files=0, max_fields=5)
    verdict: Any = form.get("verdict")
    if verdict not in ("yes", "no"):
        raise HTTPException(422)
    if not await site.store.write(_judge, site.desk, me, str(shadow_id), verdict):
        raise HTTPException(404)
    return RedirectResponse("/shadow?all=1" if form.get("all") else "/shadow", 303)


def _listed(conn: Connection, desk: Desk, me: User, everything: bool) -> dict[str, Any]:
    teams, now = _led(conn, desk, me), desk.clock.now(conn)
    return {
        "found": shadowed(conn, teams, None if everything else now - A_WEEK),
        "agreed": agreement(conn, teams),
        "everything": everything,
        "now": now,
    }


def _judge(conn: Connection, desk: Desk, me: User, shadow: str, verdict: Any) -> bool:
    teams = _led(conn, desk, me)
    team = conn.scalar(select(shadows.c.team).where(shadows.c.id == shadow))
    return (teams is None or team in teams) and judge(conn, desk, shadow, verdict, me.id)


def _led(conn: Connection, desk: Desk, me: User) -> Collection[str] | None:
    """The teams that the reader leads; None: all. Whoever leads none finds no such page."""
    if me.sees_all:
        return None
    teams = desk.library.rules(conn).sales.teams
    led = [name for name, team in teams.items() if team.head == me.email]
    if not led:
        raise HTTPException(404)
    return led
