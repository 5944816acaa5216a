"""What the recipients of the caught mails find in them, as a mail program or a scanner would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

from nurture.delivery.catcher.mails import Caught, MailStore


@dataclass(frozen=True)
class Mail:
    recipient: str
    message_id: str
    campaign: str
    step: str
    pixel: str
    links: tuple[str, ...]
    """For people to click."""
    hidden: tuple[str, ...]
    """That only a machine finds."""
    answers: tuple[str, ...]
    unsubscribe: str
    """Where the mail program's own button posts to; empty: there is none."""


class Mailbox:
    """All mails of the catcher, each seen once."""

    def __init__(self, mails: MailStore) -> None:
        self._mails = mails
        self._seen = 0

    def new(self) -> list[Mail]:
        """In an order that does not depend on which of them came first."""
        summaries = self._mails.all()[self._seen :]
        self._seen += len(summaries)
        caught = (self._mails.get(summary.id) for summary in summaries)
        return sorted((read_mail(mail) for mail in caught if mail), key=_place)


def read_mail(caught: Caught) -> Mail:
    headers = {name.lower(): value for name, value in caught.headers}
    campaign, step = [*headers.get("feedback-id", "").split(":"), "", ""][:2]
    found = _Addresses()
    found.feed(caught.html)
    return Mail(
        recipient=caught.summary.recipient,
        message_id=caught.summary.message_id,
        campaign=campaign,
        step=step,
        pixel=next((url for url in found.pictures if _route(url) == "o"), ""),
        links=tuple(url for url in found.links if _route(url) == "c"),
        hidden=tuple(url for url in found.hidden if _route(url) == "c"),
        answers=tuple(url for url in found.links if _route(url) == "a"),
        unsubscribe=_one_click(headers),
    )


def _place(mail: Mail) -> tuple[str, str, str]:
    return mail.recipient, mail.campaign, mail.step


def _route(url: str) -> str:
    return urlsplit(url).path.removeprefix("/").partition("/")[0]


def _one_click(headers: Mapping[str, str]) -> str:
    offered = "list-unsubscribe-post" in headers
    return headers.get("list-unsubscribe", "").strip(" <>") if offered else ""


class _Addresses(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.hidden: list[str] = []
        self.pictures: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "img" and values.get("src"):
            self.pictures.append(values["src"])
        elif tag == "a" and (url := values.get("href")):
            kept = self.hidden if values.get("tabindex") == "-1" else self.links
            if url not in kept:
                kept.append(url)
