"""The relay's part in sending mails again: those that were put off, and under their keys those without an
answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy.exc import OperationalError

from nurture.delivery.provider import Envelope, Outcome, Provider
from nurture.services import ledger, repeats, retries
from nurture.services.channels import resting_ones
from nurture.services.desk import Desk
from nurture.services.incidents import Incidents
from nurture.services.silence import NO_ANSWER
from nurture.store.columns import new_id
from nurture.store.session import Store

RENEW_EVERY = 5.0
AT_ONCE = 20
"""Mails of one round."""


@dataclass(frozen=True)
class Way:
    assign: Callable[[Connection, Desk, Row[Any]], str | None]
    mark: Callable[[Connection, Desk, Row[Any], str], bool]
    finish: Callable[[Connection, Desk, Row[Any], Outcome, str | None, str], None]


DEFERRED = Way(retries.assign, retries.mark, retries.finish)
REPEATED = Way(repeats.assign, repeats.mark, repeats.finish)


def _tidied(conn: Connection) -> None:
    ledger.abandoned(conn)
    ledger.key_is_over(conn)


def _of(mail: Row[Any]) -> Way:
    return REPEATED if mail.state == "unknown" else DEFERRED


class Retries:
    def __init__(
        self, store: Store, desk: Desk, provider: Provider, sender: str, incidents: Incidents
    ) -> None:
        self._store = store
        self._desk = desk
        self._provider = provider
        self._sender = sender
        self._incidents = incidents

    async def round(self) -> int:
        """How many were tried."""
        if not await self._store.read(ledger.any_deferred):
            return 0
        rests = await self._store.read(resting_ones, [self._desk.provider])
        if rests and self._desk.accounts is None:
            return 0
        await self._store.write(_tidied)
        for count in range(AT_ONCE):
            mail = await self._store.write(ledger.due_again, new_id())
            if mail is None:
                return count
            self._desk.reached("retry/claimed")
            outcome = await self._by_account(mail)
            self._desk.reached("retry/settled")
            if outcome and outcome.channel and self._desk.accounts is None:
                return count
            if outcome and outcome.reason == NO_ANSWER:  # one that is silent takes long for each
                return count
        return AT_ONCE

    async def _by_account(self, mail: Row[Any]) -> Outcome | None:
        """None: no account may carry it now."""
        account = await self._store.write(_of(mail).assign, self._desk, mail)
        if account is None:
            return None
        return await self._send(mail, account if self._desk.accounts else "")

    async def _send(self, mail: Row[Any], account: str) -> Outcome:
        renewing = asyncio.create_task(self._renew(mail))
        sender, until = self._desk.returns_to(self._sender, mail.id), None
        if mail.state == "unknown":
            until = mail.repeat_until.timestamp()
        envelope = Envelope(sender, mail.recipient, mail.id, account, until)
        try:
            outcome = await self._provider.deliver(
                bytes(mail.body), envelope, lambda: self._mark(mail, account)
            )
        finally:
            renewing.cancel()
        self._desk.reached("retry/answered")
        incident = (
            self._incidents.record(f"{account or self._provider.name} {outcome.reason}", outcome.text)
            if outcome.text
            else None
        )
        await self._store.write(_of(mail).finish, self._desk, mail, outcome, incident, account)
        return outcome

    async def _mark(self, mail: Row[Any], account: str) -> bool:
        try:
            marked = await self._store.write(_of(mail).mark, self._desk, mail, account)
        except OperationalError:  # it may be written all the same; only we could have gone on from it
            await self._store.write(ledger.unmark, mail.id, mail.owner, deferred=True)
            raise
        self._desk.reached("retry/marked")
        return marked

    async def _renew(self, mail: Row[Any]) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY)
            await self._store.write(ledger.renew, mail.id, mail.owner)
