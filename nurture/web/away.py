"""A person of sales says until when they are away, and who stands in."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection, select
from starlette.responses import RedirectResponse, Response

from nurture.services.absence import come_back, go_away
from nurture.services.answer import AnswerWrong
from nurture.services.desk import Desk
from nurture.services.sign_in import User
from nurture.store.queries.inbox import counts
from nurture.store.tables import users
from nurture.web.handoff import form_of, text_of
from nurture.web.origin import from_our_page
from nurture.web.pages import page
from nurture.web.signed_in import Me
from nurture.web.site import site_of, with_banners

router = APIRouter(include_in_schema=False, dependencies=[Depends(with_banners)])
OURS = [Depends(from_our_page)]


@router.get("/away")
async def away(request: Request, me: Me) -> Response:
    return await _page(request, me)


@router.post("/away", dependencies=OURS)
async def leave(request: Request, me: Me) -> Response:
    site, form = site_of(request), await form_of(request)
    try:
        back_on = date.fromisoformat(text_of(form, "back"))
    except ValueError:
        return await _page(request, me, 422, "say on which day you are back")
    to, give = text_of(form, "substitute") or None, bool(text_of(form, "give"))
    try:
        await site.store.write(go_away, site.desk, me.id, back_on, to, give=give)
    except AnswerWrong as wrong:
        return await _page(request, me, 422, str(wrong))
    site.store.poke()
    return RedirectResponse("/away", 303)


@router.post("/away/back", dependencies=OURS)
async def back(request: Request, me: Me) -> Response:
    await site_of(request).store.write(come_back, me.id)
    return RedirectResponse("/away", 303)


async def _page(request: Request, me: User, status: int = 200, wrong: str = "") -> Response:
    found = await site_of(request).store.read(_shown, site_of(request).desk, me)
    return page(request, "away.html", status, wrong=wrong, **found)


def _shown(conn: Connection, desk: Desk, me: User) -> dict[str, Any]:
    others = select(users.c.id, users.c.name).where(
        users.c.active.is_(True), users.c.team != "", users.c.id != me.id
    )
    order = (users.c.team == me.team).desc(), users.c.name
    found = conn.execute(others.order_by(*order)).all()
    own = conn.execute(select(users.c.away_until, users.c.substitute).where(users.c.id == me.id)).one()
    names = {row.id: row.name for row in found}
    mine, _ = counts(conn, me.team, me.id)
    until = own.away_until if own.away_until and own.away_until > desk.clock.now(conn) else None
    return {"others": names, "until": until, "instead": names.get(own.substitute or ""), "mine": mine}
