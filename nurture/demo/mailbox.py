"""What the recipients of the caught mails find in them, as a mail program or a scanner would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from html.parser import HTMLParser
from typing import IO
from urllib.parse import urlsplit

from nurture.delivery.catcher.mails import CaughtSummary, MailStore


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
    pages: tuple[str, ...]
    """Our own, such as the one to unsubscribe."""
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
        if not summaries:
            return []
        with self._mails.bodies.open("rb") as bodies:
            return sorted((read_mail(one, _bytes(bodies, one)) for one in summaries), key=_place)


def read_mail(summary: CaughtSummary, raw: bytes) -> Mail:
    mail = message_from_bytes(raw)  # the plain policy: ten times as fast, and these headers are ASCII
    headers = {name.lower(): str(value) for name, value in mail.items()}
    campaign, step = [*headers.get("feedback-id", "").split(":"), "", ""][:2]
    found = _Addresses()
    found.feed(_html(mail))
    return Mail(
        recipient=summary.recipient,
        message_id=summary.message_id,
        campaign=campaign,
        step=step,
        pixel=next((url for url in found.pictures if _route(url) == "o"), ""),
        links=tuple(url for url in found.links if _route(url) == "c"),
        hidden=tuple(dict.fromkeys(url for url in found.hidden if _route(url) == "c")),
        pages=tuple(url for url in found.links if _route(url) == "u"),
        answers=tuple(url for url in found.links if _route(url) == "a"),
        unsubscribe=_one_click(headers),
    )


def _bytes(bodies: IO[bytes], summary: CaughtSummary) -> bytes:
    bodies.seek(summary.offset)
    return bodies.read(summary.length)


def _html(mail: Message) -> str:
    for part in mail.walk():
        if part.get_content_type() == "text/html":
            return bytes(part.get_payload(decode=True) or b"").decode(part.get_content_charset() or "utf-8")
    return ""


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
