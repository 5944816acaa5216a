"""What else is done from the page of a task: given to a colleague, a call noted, a deal closed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from nurture.domain.amounts import NotAnAmount, amount_of
from nurture.services.answer import AnsweredAlready, AnswerWrong
from nurture.services.calls import log_call
from nurture.services.deals import Deal, close_deal
from nurture.services.desk import Desk
from nurture.services.owners import reassign
from nurture.store.queries import inbox
from nurture.web.handoff import Own, form_of, shown_page, text_of, version_of
from nurture.web.origin import from_our_page
from nurture.web.pages import page
from nurture.web.signed_in import Me
from nurture.web.site import site_of, with_banners
from nurture.web.words import company, person

router = APIRouter(include_in_schema=False, dependencies=[Depends(with_banners)])
OURS = [Depends(from_our_page)]


@router.post("/inbox/{handoff_id:uuid}/give", dependencies=OURS)
async def give(request: Request, me: Me, own: Own) -> Response:
    """To a colleague, or to oneself."""
    form = await form_of(request)
    version, to = version_of(form), text_of(form, "to")
    # Whoever has given it to another team may not see it any more.
    after = "" if to == me.id else "/inbox"
    return await _done(request, own, reassign, version, to, me.id, leads_to=after)


@router.post("/inbox/{handoff_id:uuid}/deal", dependencies=OURS)
async def deal(request: Request, me: Me, own: Own) -> Response:
    form = await form_of(request)
    try:
        number = amount_of(text_of(form, "amount"))
    except NotAnAmount as wrong:
        return await shown_page(request, own, status=422, wrong=str(wrong), tried="deal")
    word: Literal["won", "lost"] = "won" if text_of(form, "deal") == "won" else "lost"
    closed = Deal(word, me.id, number, text_of(form, "currency").upper()[:3] or None)
    return await _done(request, own, close_deal, version_of(form), closed)


@router.post("/inbox/{handoff_id:uuid}/called", dependencies=OURS)
async def called(request: Request, me: Me, own: Own) -> Response:
    """A call is the first act of a person, whether somebody answered it or not."""
    site = site_of(request)
    await site.store.write(log_call, site.desk, own, me.id, text_of(await form_of(request), "text"))
    site.store.poke()
    return RedirectResponse(f"/inbox/{own}#story", 303)


@router.get("/inbox/{handoff_id:uuid}/calendar.ics")
async def calendar(request: Request, own: Own, handoff_id: UUID) -> Response:
    """Half an hour to call them, on the next full hour; for the calendar of the reader."""
    site = site_of(request)
    text = await site.store.read(_calendar, site.desk, own)
    headers = {"Content-Disposition": f'attachment; filename="{handoff_id}.ics"'}
    return Response(text, media_type="text/calendar; charset=utf-8", headers=headers)


async def _done(request: Request, own: str, deed: Any, *args: Any, leads_to: str = "") -> Response:
    site = site_of(request)
    try:
        await site.store.write(deed, site.desk, own, *args)
    except AnswerWrong as wrong:
        return await shown_page(request, own, status=422, wrong=str(wrong))
    except AnsweredAlready as first:
        by = (await site.store.read(inbox.names_of, [first.by])).get(first.by or "")
        return page(request, "task_conflict.html", 409, first=first, by=by, note="", task_id=own)
    site.store.poke()
    return RedirectResponse(leads_to or f"/inbox/{own}?answered", 303)


def _calendar(conn: Connection, desk: Desk, own: str) -> str:
    task, now = inbox.task(conn, own), desk.clock.now(conn)
    begins = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    who = " · ".join(filter(None, (person(task), company(task)))) if task else ""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Nurture//Tasks//EN",
        "BEGIN:VEVENT",
        f"UID:{own}@nurture",
        f"DTSTAMP:{_stamp(now)}",
        f"DTSTART:{_stamp(begins)}",
        f"DTEND:{_stamp(begins + timedelta(minutes=30))}",
        f"SUMMARY:{_escaped(f'Call {who}')}",
        f"DESCRIPTION:{_escaped(f'{desk.base_url}/inbox/{own}')}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    return "\r\n".join(lines)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    found = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return " ".join(found.split())
