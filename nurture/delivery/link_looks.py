"""Pictures that some do not see, and links that lead nowhere or say nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from nurture.delivery.looks import SAMPLE, Look
from nurture.delivery.tracking import KEPT_SCHEMES

WIDEST = 800
"""Pixels of a picture as it is shown: mails are 600 wide."""
A_FILE = re.compile(r"[\w.%-]+\.(?:png|jpe?g|gif|webp|svg|avif|bmp)", re.IGNORECASE)
WIDTH = re.compile(r"(?:^|;)\s*width\s*:\s*([\d.]+)\s*(px|%|\w*)")
SHOWN = 60
"""Characters of an address that are shown."""
NO_SCHEME = "A mail has no page around it: write the whole address, https://..."
OF_PICTURES = {
    "": ("has no whole address", NO_SCHEME),
    "data": ("stands in the mail itself, where many mail programs drop it", "Lead to it: https://..."),
    "http": ("is fetched without https, which some mail programs refuse", "Write https://..."),
}
"""Scheme -> what is the matter with the picture, and what to do."""


def picture_looks(document: HtmlElement) -> Iterator[Look]:
    for image in document.iter("img"):
        source = (image.get("src") or "").strip()
        for text, hint in (*_fetched(source), *_words(image), *_width(image)):
            yield Look("image", f"the picture {_short(source)} {text}", hint, source)


def link_looks(document: HtmlElement) -> Iterator[Look]:
    for link in document.iter("a", "area"):
        url = (link.get("href") or "").strip()
        if link.get("href") is not None and SAMPLE not in url:
            yield from _leads(url)
        if link.tag == "a" and link.get("href") is not None and not _says(link):
            text, hint = (
                f"the link to {_short(url)} has no words",
                'Write what is behind it, also as alt="...".',
            )
            yield Look("link", text, hint, url)


def _fetched(source: str) -> Iterator[tuple[str, str]]:
    scheme = _scheme(source)
    if SAMPLE in source or scheme == "https":
        return
    yield OF_PICTURES.get(scheme, ("cannot be fetched by a mail program", "Write https://..."))


def _words(image: HtmlElement) -> Iterator[tuple[str, str]]:
    alt = image.get("alt")
    if alt is None:
        yield (
            "has no words for those who do not see it",
            ('Write alt="what it shows", and alt="" where it only adorns.'),
        )
    elif A_FILE.fullmatch(alt.strip()):
        yield f"is called {_short(alt.strip())} for those who do not see it", 'Write alt="what it shows".'


def _width(image: HtmlElement) -> Iterator[tuple[str, str]]:
    styled = WIDTH.search((image.get("style") or "").lower())
    said = styled[1] if styled and styled[2] == "px" else image.get("width") or ""
    if not image.get("width") and not styled:
        yield "has no width", 'Write width="536": some mail programs show it as large as it is.'
    elif said.rstrip("px").replace(".", "", 1).isdigit() and float(said.rstrip("px")) > WIDEST:
        hint = 'Write width="536"; the file may be twice as wide.'
        yield f"is {said.removesuffix('px')} pixels wide, and mails have about 600", hint


def _leads(url: str) -> Iterator[Look]:
    scheme = _scheme(url)
    if scheme == "" and not url.startswith("#"):
        text = f"the link to {_short(url)} has no whole address" if url else "a link leads nowhere"
        yield Look("link", text, NO_SCHEME, url or "href")
    elif scheme not in KEPT_SCHEMES:
        text = f"the link to {_short(url)} is taken out when the mail is made: {scheme}: is not known"
        yield Look("link", text, "Write https://..., mailto:... or tel:...", url)


def _says(link: HtmlElement) -> bool:
    pictures = (image.get("alt") or "" for image in link.iter("img"))
    said = (link.text_content(), link.get("aria-label") or "", *pictures)
    return any(words.strip() for words in said)


def _scheme(url: str) -> str:
    try:
        return urlsplit(url).scheme.lower()
    except ValueError:
        return "unreadable"


def _short(url: str) -> str:
    return url if len(url) <= SHOWN else f"{url[:SHOWN]}..."
