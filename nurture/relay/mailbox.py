"""The relay's part in the mailbox of replies and reports: what came in is kept, and read like a webhook."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime

from nurture.delivery.mailbox import TROUBLE, Fetched, Mailbox, NotGiven, after, opened
from nurture.delivery.mailbox_token import AccessTokens, NoToken
from nurture.delivery.reading import digest
from nurture.http import Http
from nurture.services.desk import Desk
from nurture.services.hooks import keep_mail, last_mail
from nurture.store.session import Store

log = logging.getLogger("nurture.mailbox")

EVERY = 60.0
TRIES = 5
"""Of a mail that the server does not hand out."""
LONGEST = 140


class MailboxRound:
    """``every``: seconds between looks. A mail is known by its number in the mailbox: it is kept once,
    however often it is fetched."""

    def __init__(
        self, store: Store, desk: Desk, box: Mailbox, every: float = EVERY, http: Http | None = None
    ) -> None:
        """``http``: by which access tokens are got; without one the mailbox must take a password."""
        self._store = store
        self._desk = desk
        self._box = box
        self._every = every
        self._looked = float("-inf")
        self._last: dict[str, int] = {}
        self._tries: dict[tuple[str, int], int] = {}
        self._left_out = False
        self._http = http
        self._tokens = AccessTokens(box.oauth, http) if box.oauth and http else None

    async def round(self) -> int:
        """How many were new."""
        if time.monotonic() - self._looked < self._every:
            return 0
        self._looked = time.monotonic()
        try:
            token = await self._tokens.current() if self._tokens else ""
            number, found = await asyncio.to_thread(self._fetch, token)
        except NoToken as none:
            log.warning("the mailbox cannot be read", extra={"kind": none.kind})
            return 0
        except TROUBLE as error:
            if self._tokens:
                self._tokens.forget()
            log.warning("the mailbox cannot be read", extra={"kind": type(error).__name__})
            return 0
        new = 0
        for mail in found:
            new += await self._store.write(keep_mail, self._desk, f"{number}/{mail.uid}", mail.raw)
            self._last[number] = mail.uid
        if new or self._left_out:
            self._left_out = False
            self._looked = float("-inf")  # there may be more
            self._store.poke()
        return new

    async def close(self) -> None:
        if self._http:
            await self._http.close()

    def _fetch(self, token: str) -> tuple[str, list[Fetched]]:
        with opened(self._box, token) as (client, validity):
            number = _number(self._box, validity)
            last = self._last.get(number) or self._store.read_sync(last_mail, number)
            found: list[Fetched] = []
            try:
                for mail in after(client, last, datetime.now(UTC), self._passed(number)):
                    found.append(mail)  # noqa: PERF402 - what came before a break is kept
            except NotGiven as withheld:
                self._note(number, withheld.uid)
            return number, found

    def _passed(self, number: str) -> list[int]:
        """One that was asked for so often in vain holds the others up no more."""
        return [uid for (of, uid), times in self._tries.items() if times >= TRIES and of == number]

    def _note(self, number: str, uid: int) -> None:
        times = self._tries[number, uid] = self._tries.get((number, uid), 0) + 1
        if times < TRIES:
            log.warning("a mail of the mailbox cannot be had", extra={"uid": uid})
            return
        log.error("a mail of the mailbox is left out: read it there yourself", extra={"uid": uid})
        self._left_out = True


def _number(box: Mailbox, validity: int) -> str:
    named = f"imap/{box.host}/{box.user}/{box.folder}"
    return f"{named if len(named) <= LONGEST else f'imap/{digest(named)}'}/{validity}"
