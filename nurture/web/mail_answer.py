"""Accepting or rejecting from a mail, in two steps: the link shows a page, its button answers."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import Response

from nurture.services.answer import Answer, AnsweredAlready, AnswerWrong, Word, answer
from nurture.services.mail_answers import task_of_link
from nurture.web.handoff import day_of, form_of, text_of, version_of
from nurture.web.pages import page
from nurture.web.site import site_of

router = APIRouter(include_in_schema=False)
WORDS: Mapping[str, Word] = {"accept": "accepted", "reject": "rejected"}


@router.api_route("/t/{token}", methods=["GET", "HEAD"])
async def ask(request: Request, token: str) -> Response:
    """Changes nothing, so that a program which looks at links answers nothing."""
    return await _page(request, token)


@router.post("/t/{token}")
async def answered(request: Request, token: str) -> Response:
    site, form = site_of(request), await form_of(request)
    found = site.links.read_task(token)
    task = await site.store.read(task_of_link, site.desk, found)
    if found is None or task is None:
        return page(request, "link_gone.html", 410)
    word = WORDS.get(text_of(form, "answer"))
    if word is None:
        return await _page(request, token, 422, "Choose one of the two answers.")
    until = await day_of(site, text_of(form, "until")) if word == "rejected" else None
    given = Answer(word, found[1], text_of(form, "reason") or None, text_of(form, "note"), until=until)
    try:
        await site.store.write(answer, site.desk, task.id, version_of(form), given)
    except AnswerWrong as wrong:
        return await _page(request, token, 422, str(wrong))
    except AnsweredAlready:
        return await _page(request, token, 409, "It has been changed meanwhile: look at it again.")
    site.store.poke()
    return await _page(request, token, done=word)


async def _page(request: Request, token: str, status: int = 200, wrong: str = "", done: str = "") -> Response:
    """Without a word about who the lead is: the mail may have been passed on."""
    site = site_of(request)
    task = await site.store.read(task_of_link, site.desk, site.links.read_task(token))
    if task is None:
        return page(request, "link_gone.html", 410)
    rules = await site.store.read(site.desk.library.rules)
    shown = {"task": task, "token": token, "wrong": wrong, "done": done, "reasons": rules.sales.reasons}
    return page(request, "mail_answer.html", status, **shown)
