"""In which language the pages behind our links speak: as the browser asks, else as we write to the reader."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from nurture.services.speaking import language_of_lead, language_of_send
from nurture.web.pages import page
from nurture.web.site import site_of
from nurture.web.tongues import de, en, es, fr, it, nl, pl, pt

TONGUES: Mapping[str, Mapping[str, str]] = {
    "en": en.WORDS,
    "de": de.WORDS,
    "es": es.WORDS,
    "fr": fr.WORDS,
    "it": it.WORDS,
    "nl": nl.WORDS,
    "pl": pl.WORDS,
    "pt": pt.WORDS,
}
ENGLISH = "en"
ASKED = re.compile(r"\s*([a-zA-Z]{1,8})(?:-[\w-]{1,40})?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*")
LONGEST = 400
"""Characters of the header that are read."""


async def spoken_page(
    request: Request, template: str, *, lead: str = "", send: str = "", status: int = 200, **context: Any
) -> HTMLResponse:
    """``lead``, ``send``: whose link it was, or of which mail, as far as it is known; asked only where the
    browser says nothing that we speak."""
    language = asked(request.headers.get("accept-language", ""))
    if not language and (lead or send):
        find, one = (language_of_lead, lead) if lead else (language_of_send, send)
        found = await site_of(request).store.read(find, one)
        language = found if found in TONGUES else ""
    language = language or ENGLISH
    return page(request, template, status, language=language, say=TONGUES[language], **context)


def asked(header: str) -> str:
    """The language of ours that somebody reads best; empty: none of them."""
    found = [one for part in header[:LONGEST].split(",") if (one := ASKED.fullmatch(part))]
    wanted = {one[1].lower(): float(one[2] or "1") for one in reversed(found)}
    ours = {name: weight for name, weight in wanted.items() if name in TONGUES and weight > 0}
    return max(reversed(ours), key=lambda name: ours[name], default="")
