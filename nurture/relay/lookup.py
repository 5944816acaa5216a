"""The relay's part in mails of which nobody knows: their providers are asked, at growing pauses."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.exc import OperationalError

from nurture.delivery.asking import HOUR, NOT_NOW, CannotTell, Doubt, Lookup, OddQuestion
from nurture.relay.guard import guarded
from nurture.services.desk import Desk
from nurture.services.lookup import Unsettled, due_now, settle
from nurture.store.session import Store

log = logging.getLogger("nurture.lookup")

EVERY = 60.0
AT_A_TIME = 5.0
"""Seconds of asking one account; then the relay may want to end."""


@dataclass
class Asked:
    """What is known of one account."""

    lookup: Lookup
    until: float = 0.0
    """Monotonic: it is left alone before."""
    trouble: str = ""
    """What was told in the log; empty: it answers."""
    tries: int = 0
    mails: dict[str, datetime] = field(default_factory=dict)
    """When it was asked about each."""
    failed: Counter[str] = field(default_factory=Counter)
    """How often it could not say, by mail: another goes first then."""

    def due(self, mails: Sequence[Unsettled], now: datetime) -> list[Unsettled]:
        """Forgets those that are no more in doubt."""
        here = {one.doubt.send_id for one in mails}
        self.mails = {send: at for send, at in self.mails.items() if send in here}
        self.failed = Counter({send: count for send, count in self.failed.items() if send in here})
        due = [one for one in mails if one.due(now, self.mails.get(one.doubt.send_id))]
        return sorted(due, key=lambda one: self.failed[one.doubt.send_id])

    def unasked(self, doubt: Doubt, before: datetime | None) -> None:
        """It could not say, or nobody could write it down."""
        del self.mails[doubt.send_id]
        if before:
            self.mails[doubt.send_id] = before


class LookupRound:
    """``lookups``: by the name of the account. ``every``: seconds between looks."""

    def __init__(self, store: Store, desk: Desk, lookups: Mapping[str, Lookup], every: float = EVERY) -> None:
        self._store = store
        self._desk = desk
        self._accounts = {name: Asked(lookup) for name, lookup in lookups.items()}
        self._every = every
        self._looked = float("-inf")

    @property
    def rounds(self) -> Sequence[Callable[[], Coroutine[Any, Any, int]]]:
        """None where nobody can be asked."""
        return [self.round] if self._accounts else []

    async def round(self) -> int:
        """Of how many it is known now."""
        if time.monotonic() - self._looked < self._every:
            return 0
        self._looked = time.monotonic()
        waiting = await self._store.read(due_now, self._desk, self._accounts)
        by_account: dict[str, list[Unsettled]] = defaultdict(list)
        for mail in waiting.mails:
            by_account[mail.account].append(mail)
        asked = [self._ask(name, by_account[name], waiting.now) for name in self._accounts]
        done = await asyncio.gather(*asked, return_exceptions=True)
        for one in done:  # raised when all have come to their end
            if isinstance(one, BaseException):
                raise one
        return sum(one for one in done if isinstance(one, int))

    async def close(self) -> None:
        for account in self._accounts.values():
            await account.lookup.close()

    async def _ask(self, name: str, mails: Sequence[Unsettled], now: datetime) -> int:
        account, known, began = self._accounts[name], 0, time.monotonic()
        due = account.due(mails, now)
        for one in due if began >= account.until else ():
            if time.monotonic() - began > AT_A_TIME:
                self._looked = float("-inf")  # the others at once, in the next round
                break
            answer = await self._one(account, one.doubt, now)
            if isinstance(answer, CannotTell):
                _put_off(name, account, answer, len(due))
                break
            known += answer
        return known

    async def _one(self, account: Asked, doubt: Doubt, now: datetime) -> bool | CannotTell:
        before = account.mails.get(doubt.send_id)
        # Before it is asked: what ends in a bug must not be the first again.
        account.mails[doubt.send_id] = now
        try:
            answer = await guarded(partial(self._settle, account, doubt))
        except OperationalError:
            account.unasked(doubt, before)
            raise
        if isinstance(answer, OddQuestion):
            told = {"kind": answer.kind, "send": doubt.send_id}
            log.warning("a provider takes no question about a mail", extra=told)
            return False
        if isinstance(answer, CannotTell):
            account.unasked(doubt, before)
            account.failed[doubt.send_id] += answer.kind != NOT_NOW
            return answer
        return bool(answer)

    async def _settle(self, account: Asked, doubt: Doubt) -> bool | CannotTell:
        """Whether anything was found."""
        try:
            found = await account.lookup.ask(doubt)
        except CannotTell as none:
            return none
        account.trouble, account.tries = "", 0
        if not found:
            return False
        state = await self._store.write(settle, self._desk, account.lookup.name, doubt, found)
        log.info("the provider knows a mail", extra={"send": doubt.send_id, "state": state})
        self._store.poke()
        return True


def _put_off(name: str, account: Asked, none: CannotTell, waiting: int) -> None:
    """Told once in the log, not for each mail and each try."""
    account.until = time.monotonic() + none.wait
    if none.kind == NOT_NOW:
        return
    account.until = time.monotonic() + min(none.wait * 2**account.tries, max(HOUR, none.wait))
    account.tries = min(account.tries + 1, 10)
    if account.trouble != none.kind:
        account.trouble = none.kind
        told = {"account": name, "kind": none.kind, "mails": waiting}
        log.warning("a provider cannot be asked about mails that nobody knows of", extra=told)
