"""One task: why now, and the answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from nurture.domain.bant import BANT
from nurture.services import tasks
from nurture.services.answer import (
    Answer,
    AnsweredAlready,
    AnswerWrong,
    NoSuchTask,
    Word,
    add_note,
    answer,
    task_shown,
)
from nurture.services.sign_in import User
from nurture.store.queries.inbox import names_of
from nurture.web.origin import from_our_page
from nurture.web.pages import page
from nurture.web.signed_in import Me
from nurture.web.site import Site, site_of, with_banners
from nurture.web.why import why

router = APIRouter(include_in_schema=False, dependencies=[Depends(with_banners)])
WORDS: dict[str, Word] = {
    "accept": "accepted",
    "qualify": "qualified",
    "reject": "rejected",
    "return": "returned",
}
OF_TASKS: dict[str, tasks.Word] = {"done": "done", "skip": "skipped"}


async def own_task(request: Request, me: Me, handoff_id: UUID) -> str:
    """Its id, when it is one of the reader's team; otherwise there is no such page, whatever the id."""
    found = await site_of(request).store.read(task_of_team, str(handoff_id), me)
    if found is None:
        raise HTTPException(404)
    return found


Own = Annotated[str, Depends(own_task)]


@router.get("/inbox/{handoff_id:uuid}")
async def task(request: Request, own: Own, handoff_id: UUID) -> Response:
    if own != str(handoff_id):  # it has joined another
        return RedirectResponse(f"/inbox/{own}", 303)
    return await shown_page(request, own)


@router.post("/inbox/{handoff_id:uuid}/notes", dependencies=[Depends(from_our_page)])
async def note(request: Request, me: Me, own: Own) -> Response:
    site, form = site_of(request), await form_of(request)
    await site.store.write(add_note, site.desk, own, me.id, text_of(form, "text"))
    return RedirectResponse(f"/inbox/{own}#story", 303)


@router.post("/inbox/{handoff_id:uuid}/{word}", dependencies=[Depends(from_our_page)])
async def give_answer(request: Request, me: Me, own: Own, word: str) -> Response:
    if word not in {**WORDS, **OF_TASKS}:
        raise HTTPException(404)
    site, form = site_of(request), await form_of(request)
    shown = version_of(form)
    given = _answer(form, word, me, await day_of(site, text_of(form, "until")))
    try:
        if isinstance(given, tasks.Done):
            await site.store.write(tasks.complete, site.desk, own, shown, given)
        else:
            await site.store.write(answer, site.desk, own, shown, given)
    except AnswerWrong as wrong:
        return await shown_page(request, own, status=422, wrong=str(wrong), tried=word, form=form)
    except AnsweredAlready as first:
        return await too_late(request, site, own, first, given)
    site.store.poke()
    return RedirectResponse(f"/inbox/{own}?answered", 303)


async def shown_page(
    request: Request,
    own: str,
    *,
    status: int = 200,
    wrong: str = "",
    tried: str = "",
    form: FormData | None = None,
) -> Response:
    site = site_of(request)
    found = await site.store.read(why, site.desk, own)
    if found is None:
        raise HTTPException(404)
    context: dict[str, Any] = {"why": found, "task": found.task, "bant": BANT, "form": form or {}}
    thanks = "answered" in request.query_params
    return page(request, "task.html", status, wrong=wrong, tried=tried, thanks=thanks, **context)


async def too_late(
    request: Request, site: Site, own: str, first: AnsweredAlready, given: Answer | tasks.Done
) -> Response:
    names = await site.store.read(names_of, [first.by])
    by = names.get(first.by or "")
    return page(request, "task_conflict.html", 409, first=first, by=by, note=given.note, task_id=own)


def task_of_team(conn: Connection, handoff_id: str, me: User) -> str | None:
    try:
        shown = task_shown(conn, handoff_id)
    except NoSuchTask:
        return None
    own: str = shown.id
    return own if me.sees_all or shown.team == me.team else None


def _answer(form: FormData, said: str, me: User, until: datetime | None) -> Answer | tasks.Done:
    if said in OF_TASKS:
        return tasks.Done(OF_TASKS[said], me.id, text_of(form, "note"))
    word = WORDS[said]
    bant = {name: text_of(form, name) for name in BANT} if word == "qualified" else {}
    return Answer(word, me.id, text_of(form, "reason") or None, text_of(form, "note"), bant, until)


async def day_of(site: Site, text: str) -> datetime | None:
    """The begin of a day in the company's zone; None: the field holds none."""
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    if day is None:
        return None
    rules = await site.store.read(site.desk.library.rules)
    return datetime.combine(day, time(), rules.dictionary.company_zone).astimezone(UTC)


def version_of(form: FormData) -> int:
    """Of the task as it was shown; -1, which none has, if that is no number."""
    text = text_of(form, "version")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


async def form_of(request: Request) -> FormData:
    return await request.form(max_files=0, max_fields=20)


def text_of(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""
