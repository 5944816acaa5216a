"""Resend asked about one mail: the list of all that were sent, and each that may be ours by its tags."""

# https://resend.com/docs/api-reference/emails/list-emails and .../retrieve-email, as of 2026-11: the newest
# first, no filter, tags in the single one only, and of what became of it no more than the latest event.

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from nurture.delivery.asking import Doubt, Line, Missing, objects
from nurture.delivery.providers.resend import tag_of
from nurture.delivery.reading import Doc, bare
from nurture.domain.mail_account import MailAccount
from nurture.domain.mail_events import UNTOLD_SOFT, MailEvent, Told
from nurture.http import Http

CALLS, APART = 30, 1.0
"""A minute, and seconds between two: it allows two a second in all, and sending needs them."""
PAGE, PAGES = 100, 10
LATEST: dict[str, tuple[Told, str]] = {
    "delivered": (Told.DELIVERED, ""),
    "opened": (Told.DELIVERED, ""),
    "clicked": (Told.DELIVERED, ""),
    "delivery_delayed": (Told.DEFERRED, ""),
    # Why is told by its webhook alone: without it nobody is suppressed.
    "bounced": (Told.BOUNCED, UNTOLD_SOFT),
    "suppressed": (Told.BOUNCED, "hard-bounce"),
    "failed": (Told.BOUNCED, "protocol"),
    "complained": (Told.COMPLAINED, ""),
}
"""All others: it has the mail."""


class ResendLookup:
    name = "resend"

    def __init__(self, account: MailAccount, http: Http) -> None:
        self._url = f"{account.api('https://api.resend.com')}/emails"
        self._line = Line(http, {"authorization": f"Bearer {account.user}"}, CALLS, APART)

    async def ask(self, about: Doubt) -> Sequence[MailEvent]:
        query: dict[str, object] = {"limit": PAGE}
        for _ in range(PAGES):
            answer = await self._line.get(self._url, query)
            mails = objects(answer, "data")
            for mail in mails:
                if _may_be(mail, about) and (found := await self._became(mail.text("id"), about)):
                    return found
            if not mails or not answer.yes("has_more") or _is_before(mails[-1], about):
                break
            query = {"limit": PAGE, "after": mails[-1].text("id")}
        return []

    async def close(self) -> None:
        await self._line.close()

    async def _became(self, number: str, about: Doubt) -> Sequence[MailEvent]:
        try:
            mail = await self._line.get(f"{self._url}/{quote(number, safe='')}")
        except Missing:
            return []
        return (
            [_event(number, mail, about, "sent"), *_latest(number, mail, about)] if _is(mail, about) else []
        )


def _latest(number: str, mail: Doc, about: Doubt) -> Sequence[MailEvent]:
    name = mail.text("last_event")
    return [_event(number, mail, about, name)] if name in LATEST else []


def _event(number: str, mail: Doc, about: Doubt, name: str) -> MailEvent:
    told, reason = LATEST.get(name, (Told.ACCEPTED, ""))
    known: dict[str, Any] = {"send_id": about.send_id, "recipient": about.recipient, "remote_id": number}
    at = mail.at("created_at") if told is Told.ACCEPTED else None
    return MailEvent(told, key=f"{number}/{name}"[:150], name=f"email.{name}", at=at, reason=reason, **known)


def _is(mail: Doc, about: Doubt) -> bool:
    return tag_of(mail) == about.send_id


def _may_be(mail: Doc, about: Doubt) -> bool:
    begin, end = about.window
    at, to = mail.at("created_at"), [bare(str(one)).lower() for one in mail.all("to")]
    return at is not None and begin <= at <= end and about.recipient.lower() in to


def _is_before(mail: Doc, about: Doubt) -> bool:
    at = mail.at("created_at")
    return at is not None and at < about.window[0]
