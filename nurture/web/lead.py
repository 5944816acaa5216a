"""A lead's own page, and what a person of sales begins from there or from a task."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection, exists, or_, select
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from nurture.services.answer import AnswerWrong
from nurture.services.desk import Desk
from nurture.services.facts import lead_fields, lead_row
from nurture.services.leads import resolve
from nurture.services.sign_in import User
from nurture.services.started import CONTACTS, Logged, hands_off, log_contact, start
from nurture.store.queries import inbox
from nurture.store.tables import accounts, handoffs, leads, users
from nurture.web.handoff import day_of, form_of, shown_page, task_of_team, text_of
from nurture.web.origin import from_our_page
from nurture.web.pages import page
from nurture.web.signed_in import Me
from nurture.web.site import site_of, with_banners
from nurture.web.why import profile_of, starting_of

router = APIRouter(prefix="/leads", include_in_schema=False, dependencies=[Depends(with_banners)])
OURS = [Depends(from_our_page)]
NOON, DAY = timedelta(hours=12), timedelta(days=1)
TASKS = 20


async def own_lead(request: Request, me: Me, lead_id: UUID) -> str:
    """Its id, when the reader's team has or had a task of it, or one of the team has the lead."""
    found = await site_of(request).store.read(_of_team, str(lead_id), me)
    if found is None:
        raise HTTPException(404)
    return found


Own = Annotated[str, Depends(own_lead)]


@router.get("/{lead_id:uuid}")
async def shown(request: Request, own: Own) -> Response:
    return await _page(request, own)


@router.post("/{lead_id:uuid}/start", dependencies=OURS)
async def begin(request: Request, me: Me, own: Own) -> Response:
    form = await form_of(request)
    what = text_of(form, "campaign"), me.id, text_of(form, "nonce")
    return await _done(request, me, own, text_of(form, "task"), start, *what)


@router.post("/{lead_id:uuid}/log", dependencies=OURS)
async def log(request: Request, me: Me, own: Own) -> Response:
    form = await form_of(request)
    kind = text_of(form, "kind")
    if kind not in CONTACTS:
        raise HTTPException(422)
    site = site_of(request)
    now, day = await site.store.read(site.desk.clock.now), await day_of(site, text_of(form, "day"))
    at = now if day is None or day <= now < day + DAY else day + NOON
    logged = Logged(kind, me.id, at, text_of(form, "text"))  # type: ignore[arg-type]
    return await _done(request, me, own, text_of(form, "task"), log_contact, logged)


@router.post("/{lead_id:uuid}/hands-off", dependencies=OURS)
async def leave_alone(request: Request, me: Me, own: Own) -> Response:
    form = await form_of(request)
    site, given, company = site_of(request), text_of(form, "until"), bool(text_of(form, "company"))
    until = await day_of(site, given)
    if given and until is None:
        return await _wrong(request, me, own, text_of(form, "task"), "that is no day")
    try:
        await site.store.write(hands_off, site.desk, own, until, me.id, company=company)
    except AnswerWrong as wrong:
        return await _wrong(request, me, own, text_of(form, "task"), str(wrong))
    site.store.poke()
    return _back(own, text_of(form, "task"))


async def _done(request: Request, me: User, own: str, task: str, deed: Any, *args: Any) -> Response:
    site = site_of(request)
    try:
        await site.store.write(deed, site.desk, own, *args)
    except AnswerWrong as wrong:
        return await _wrong(request, me, own, task, str(wrong))
    site.store.poke()
    return _back(own, task)


def _back(own: str, task: str) -> Response:
    return RedirectResponse(f"/inbox/{task}#story" if _is_id(task) else f"/leads/{own}?saved", 303)


async def _wrong(request: Request, me: User, own: str, task: str, wrong: str) -> Response:
    """On the page of the task from which it was asked, if that is one of the reader's team."""
    shown = await site_of(request).store.read(task_of_team, task, me) if _is_id(task) else None
    if shown:
        return await shown_page(request, shown, status=422, wrong=wrong)
    return await _page(request, own, 422, wrong)


async def _page(request: Request, own: str, status: int = 200, wrong: str = "") -> Response:
    site, saved = site_of(request), "saved" in request.query_params
    found = await site.store.read(_shown, site.desk, own)
    return page(request, "lead.html", status, wrong=wrong, saved=saved, **found)


def _shown(conn: Connection, desk: Desk, lead_id: str) -> dict[str, Any]:
    now, rules = desk.clock.now(conn), desk.library.rules(conn)
    names = accounts.c.name.label("account_name"), accounts.c.domain.label("account_domain")
    query = (
        select(leads, *names, users.c.name.label("owner_name"))
        .outerjoin(accounts, leads.c.account_id == accounts.c.id)
        .outerjoin(users, leads.c.owner == users.c.id)
    )
    tasks = (
        select(handoffs, users.c.name.label("owner_name"))
        .outerjoin(users, handoffs.c.owner == users.c.id)
        .where(handoffs.c.lead_id == lead_id, handoffs.c.joined_to.is_(None))
        .order_by(handoffs.c.created_at.desc())
        .limit(TASKS)
    )
    return {
        "lead": conn.execute(query.where(leads.c.id == lead_id)).one(),
        "tasks": conn.execute(tasks).all(),
        "story": inbox.story(conn, lead_id),
        "starting": starting_of(conn, rules, lead_id, now),
        "profile": profile_of(lead_fields(lead_row(conn, lead_id), rules.dictionary)),
        "rejections": rules.sales.reasons,
        "now": now,
    }


def _of_team(conn: Connection, lead_id: str, me: User) -> str | None:
    known = select(leads.c.id).where(leads.c.id == resolve(conn, lead_id))
    if not me.sees_all:
        mates = select(users.c.id).where(users.c.team == me.team)
        asked = exists().where(handoffs.c.lead_id == leads.c.id, handoffs.c.team == me.team)
        known = known.where(or_(leads.c.owner.in_(mates), asked))
    found: str | None = conn.scalar(known)
    return found


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False
