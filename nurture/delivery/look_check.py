"""What would look or read badly in mail programs, found in a message as it would go out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import html as lxml_html
from lxml.html import HtmlElement

from nurture.delivery.contrast import ENOUGH, LIGHT, NIGHT, Style, contrast, faint_texts, texts
from nurture.delivery.link_looks import link_looks, picture_looks
from nurture.delivery.looks import Look
from nurture.delivery.nesting import too_deep
from nurture.delivery.render import INLINER

CLIP = 102 * 1024
"""Bytes of HTML from which on Gmail cuts a mail off, and the way out with it."""
SEEN = 1.5
"""Contrast below which a text is meant not to be seen."""
NEAR_CLIP = 90 * 1024
"""Links of ours are longer than those they stand for."""
DARK = re.compile(r"@media\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)\s*\{((?:[^{}]*\{[^{}]*\})*)\s*\}")
SCHEMES = re.compile(r"""<meta[^>]+name=["']color-scheme["'][^>]+dark""", re.IGNORECASE)


def looks(unstyled: str, inlined: str, address: str = "") -> Iterator[Look]:
    """``unstyled``: the HTML with its styles still in a block; ``inlined``: as it goes out. ``address``: what
    everybody must see of it, where it is there."""
    size = len(inlined.encode())
    if size > NEAR_CLIP:
        text = f"its HTML has {size // 1024} KB; Gmail cuts off what is longer than {CLIP // 1024} KB"
        yield Look("heavy-mail", text, "Write less, or lead to a page.")
    document = lxml_html.document_fromstring(inlined)
    if address and address in inlined and not _seen(document, address):
        text = "the postal address is there, and nobody sees it"
        yield Look("message", text, "Take away what hides it, or show it once more.", "company.address")
    yield from picture_looks(document)
    yield from link_looks(document)
    yield from _headings(document)
    yield from _contrast(document, "")
    if (dark := DARK.search(unstyled)) and SCHEMES.search(unstyled):
        other = DARK.sub("", unstyled).replace("</style>", f"{dark[1]}</style>", 1)
        if too_deep(other) is None:
            yield from _contrast(lxml_html.document_fromstring(INLINER.inline(other)), " in dark mode", NIGHT)


def _seen(document: HtmlElement, words: str) -> bool:
    shown = (said for said, style in texts(document) if contrast(style.color, style.ground) > SEEN)
    return words in " ".join(shown)


def _headings(document: HtmlElement) -> Iterator[Look]:
    before = 0
    for heading in document.iter("h1", "h2", "h3", "h4", "h5", "h6"):
        level = int(heading.tag[1])
        said = " ".join(heading.text_content().split())
        if before and level > before + 1:
            text = f"the heading `{said[:40]}` is {level - before} levels below the one before"
            hint = f"Make it one of level {before + 1}: screen readers go by them."
            yield Look("heading", text, hint, said)
        if not said:
            yield Look("heading", "a heading says nothing", "Delete it, or write what follows.")
        before = level


def _contrast(document: HtmlElement, where: str, around: Style = LIGHT) -> Iterator[Look]:
    for faint in faint_texts(document, around):
        colors = f"{faint.color} on {faint.ground}, {faint.ratio:.1f}:1"
        text = f"`{faint.words[:40]}` is hard to read{where}: {colors}"
        yield Look("contrast", text, f"Text wants {ENOUGH}:1, large text 3:1.", faint.words)
