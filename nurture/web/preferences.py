"""The preference page, by the link in every mail. Only its button changes anything."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from nurture.domain.preferences import PAUSES
from nurture.services.preferences import Choice, Shown, choose, shown
from nurture.web.site import Site, site_of
from nurture.web.speaking import spoken_page

router = APIRouter()
GET = ["GET", "HEAD"]
NOBODY = "00000000-0000-0000-0000-000000000000"
"""No lead has this id."""


@router.api_route("/p/{token}", methods=GET, include_in_schema=False)
async def ask(request: Request, token: str) -> Response:
    """Of somebody who was erased the same page as of anybody new. Whether a link is ours tells nothing of
    anybody."""
    site = site_of(request)
    return await _page(request, site, token, done=False)


@router.post("/p/{token}", include_in_schema=False)
async def save(request: Request, token: str) -> Response:
    site = site_of(request)
    form = await request.form(max_files=0, max_fields=100)
    found = site.links.read_unsubscribe(token)
    if found is not None:
        await site.store.write(choose, site.desk, *found, _chosen(form))
        site.store.poke()
    return await _page(request, site, token, done=True)


async def _page(request: Request, site: Site, token: str, *, done: bool) -> Response:
    found = site.links.read_unsubscribe(token)
    lead = found[0] if found else NOBODY
    now: Shown = await site.store.read(shown, site.desk, lead)
    known: dict[str, Any] = {
        "token": token,
        "done": done,
        "company": site.settings.company_name,
        "pauses": PAUSES,
        "cut": found is None,
    }
    return await spoken_page(request, "preferences.html", lead=lead, wanted=now, **known)


def _chosen(form: FormData) -> Choice:
    months = str(form.get("pause", ""))
    return Choice(
        topics=frozenset(str(name) for name in form.getlist("topic")),
        often=str(form.get("often", "")) or None,
        months=int(months) if months in ("0", *map(str, PAUSES)) else None,
        tracking=form.get("untracked") is None,
    )
