"""Links in a rendered message: found, numbered, and replaced by ours."""

import re
from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID

from lxml import html as lxml_html
from lxml.html import HtmlElement

from nurture.delivery.render import Rendered
from nurture.domain.keys import NAME_PATTERN


class Tracker(Protocol):
    """What `Links` gives."""

    def click(self, send_id: UUID | str, index: int) -> str: ...

    def honeypot(self, send_id: UUID | str) -> str: ...

    def open_pixel(self, send_id: UUID | str) -> str: ...

    def owns(self, url: str) -> bool: ...


NAME = re.compile(NAME_PATTERN)
URL_IN_TEXT = re.compile(r"https?://[^\s<>\"]+")
CLOSING = {")": "(", "]": "[", "}": "{"}
KEPT_SCHEMES = frozenset({"http", "https", "mailto", "tel", "sms", ""})
# Not display:none: some scanners skip what that hides, and no person meets this either way.
UNSEEN = "font-size:0;line-height:0;max-height:0;overflow:hidden;mso-hide:all"


def track(
    rendered: Rendered, send_id: UUID | str, tracker: Tracker
) -> tuple[Rendered, list[str], dict[str, str]]:
    """The message with our links in place of its own; its own by index; the names of those that have one.

    A link with a name is one of its own, also if another leads to the same place."""
    links: dict[tuple[str, str], int] = {}
    own = rendered.own

    def ours(url: str, name: str = "") -> str:
        if own is not None and not own.of_link(url):
            return url
        return counted(url, name)

    def counted(url: str, name: str) -> str:
        if _scheme(url) not in ("http", "https") or tracker.owns(url):
            return url
        return tracker.click(send_id, links.setdefault((url, name), len(links)))

    def as_before(url: str) -> str:
        """In the text a link has no name: it is the one that the HTML has."""
        known = next((name for known, name in links if known == url), None)
        if known is None and own is not None and not own.stands(url):
            return url  # what a lead typed only looks like one
        return counted(url, known or "")

    document = _parse(rendered.html)
    _replace(document, ours)
    _append(document, tracker.honeypot(send_id), tracker.open_pixel(send_id))
    text = URL_IN_TEXT.sub(lambda found: _in_text(found[0], as_before), rendered.text)
    names = {str(index): name for (_, name), index in links.items() if name}
    done = Rendered(rendered.subject, _written(document), text)
    return done, [url for url, _ in links], names


def with_tags(rendered: Rendered, tag: Callable[[str], str]) -> Rendered:
    """The message with ``tag`` of each of its links in place of it."""
    made: dict[str, str] = {}
    own = rendered.own
    document = _parse(rendered.html)
    for link in document.iter("a", "area"):
        url = (link.get("href") or "").strip()
        if url and (own is None or own.of_link(url)):
            made[url] = tag(url)
            link.set("href", made[url])

    def in_text(url: str) -> str:
        if url not in made and (own is None or own.stands(url)):
            made[url] = tag(url)
        return made.get(url, url)

    text = URL_IN_TEXT.sub(lambda found: _in_text(found[0], in_text), rendered.text)
    also = own and own.with_also(made.values())
    return Rendered(rendered.subject, _written(document), text, also)


def without_scripts(rendered: Rendered) -> Rendered:
    """The message untracked, with the same care for what its links may be."""
    document = _parse(rendered.html)
    _replace(document, lambda url, _name: url)
    return Rendered(rendered.subject, _written(document), rendered.text)


def _parse(html: str) -> HtmlElement:
    return lxml_html.document_fromstring(html)


def _replace(document: HtmlElement, ours: Callable[[str, str], str]) -> None:
    for link in document.iter("a", "area"):
        url = (link.get("href") or "").strip()
        if _scheme(url) not in KEPT_SCHEMES:
            del link.attrib["href"]  # a lead's value may have become javascript:
        elif url:
            link.set("href", ours(url, _name_of(link)))


def _name_of(link: HtmlElement) -> str:
    """A title that is a name names the link for conditions, and is not shown."""
    title = link.get("title") or ""
    if not NAME.match(title):
        return ""
    del link.attrib["title"]
    return title


def _scheme(url: str) -> str:
    try:
        return urlsplit(url).scheme.lower()
    except ValueError:
        return "unreadable"


def _append(document: HtmlElement, honeypot: str, pixel: str) -> None:
    """The hidden link stands before all others and after them: who goes by their order meets it at once."""
    body = document.find("body")
    image = lxml_html.Element("img", src=pixel, width="1", height="1", alt="", style="display:block;border:0")
    target = document if body is None else body
    target.extend([_hidden(honeypot), image])
    if body is not None:
        body.insert(0, first := _hidden(honeypot))
        body.text, first.tail = None, body.text


def _hidden(honeypot: str) -> HtmlElement:
    hidden = lxml_html.Element("div", {"aria-hidden": "true", "style": UNSEEN})
    hidden.append(lxml_html.Element("a", href=honeypot, tabindex="-1", style=UNSEEN))
    return hidden


def _written(document: HtmlElement) -> str:
    return str(lxml_html.tostring(document, encoding="unicode", doctype="<!DOCTYPE html>"))


def _in_text(found: str, ours: Callable[[str], str]) -> str:
    """A full stop after an address, or the bracket around it, is not part of it."""
    url = found
    while url and (
        url[-1] in ".,;:!?'*" or (url[-1] in CLOSING and url.count(CLOSING[url[-1]]) < url.count(url[-1]))
    ):
        url = url[:-1]
    return ours(url) + found[len(url) :]
