"""``send_message``: render, hand over, and tell the ledger what came of it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy.exc import OperationalError
from temporalio import activity

from nurture.contract import Turn
from nurture.delivery.compose import Composed, ComposeError, compose
from nurture.delivery.provider import Envelope, Outcome, Provider, Verdict
from nurture.delivery.render import Rendered, RenderError, render, render_subject
from nurture.delivery.sms_http import Sms
from nurture.delivery.tracking import with_tags
from nurture.domain.steps.send import SMS
from nurture.services import ledger, sending
from nurture.services.desk import Desk
from nurture.services.incidents import Incidents
from nurture.services.letterhead import Letterhead
from nurture.services.to_send import ToSend
from nurture.services.turns import begun_before
from nurture.store.columns import new_id
from nurture.store.session import Store

HEARTBEAT_EVERY = 5.0
"""Seconds; each also renews the ledger's lease."""
WORTH_KEEPING = (Verdict.RETRY, Verdict.BOUNCED, Verdict.UNKNOWN, Verdict.UNREACHED)


NO_SERVICE = Outcome(Verdict.UNREACHED, None, None, "", "no service for text messages")


class Messages:
    def __init__(
        self,
        store: Store,
        desk: Desk,
        provider: Provider,
        letterhead: Letterhead,
        incidents: Incidents,
        sms: Sms | None = None,
    ) -> None:
        self._store = store
        self._desk = desk
        self._provider = provider
        self._letterhead = letterhead
        self._incidents = incidents
        self._sms = sms

    @activity.defn
    async def send_message(self, turn: Turn) -> Turn:
        if activity.info().attempt > 1:
            await self._store.write(begun_before, turn)
        self._desk.reached("send_message/begun")
        begun = await self._store.write(sending.begin, self._desk, turn, new_id())
        if isinstance(begun, Turn):
            return self._done(begun)
        self._desk.reached("send_message/claimed")
        async with self._alive(begun):
            try:
                composed = await asyncio.to_thread(self._compose, begun)
            except (RenderError, ComposeError) as error:
                incident = self._incidents.record(type(error).__name__, str(error))
                args = (self._desk, begun, str(error), incident)
                return self._done(await self._store.write(sending.unrendered, *args))
            self._desk.reached("send_message/rendered")
            outcome = await self._deliver(begun, composed)
            self._desk.reached("send_message/answered")
            return self._done(await self._finish(begun, composed, outcome))

    def _compose(self, mail: ToSend) -> Composed:
        head = self._letterhead
        rendered = _rendered(mail, head.context(mail))
        if mail.step.via == SMS:
            text = rendered.text.encode("utf-8", "replace")
            return Composed(text, [], sha256(text).hexdigest())
        if mail.utm:
            rendered = with_tags(rendered, partial(head.tagged, mail, mail.utm))
        composed = compose(
            rendered,
            send_id=mail.send_id,
            message_id=mail.message_id,
            sender=head.sender_of(mail),
            recipient=(mail.email, head.name_of(mail)),
            tracker=head.links if mail.tracking else None,
            unsubscribe_url=head.links.unsubscribe(mail.lead_id, mail.campaign),
            list_id=f"{mail.campaign}.{head.domain}",
            feedback_id=f"{mail.campaign}:{mail.step.name}:nurture:{mail.account or self._provider.name}",
            kind="operational" if mail.step.kind == "operational" else "marketing",
            date=datetime.now(UTC),
            answers=mail.thread.message_id if mail.thread else None,
        )
        return replace(composed, mail=self._desk.sign(composed.mail))

    async def _deliver(self, mail: ToSend, composed: Composed) -> Outcome:
        async def mark() -> bool:
            self._desk.reached("send_message/asked")
            try:
                marked = await self._store.write(sending.mark, self._desk, mail, composed)
            except OperationalError:  # it may be written all the same; only we could have gone on from it
                await self._store.write(ledger.unmark, mail.send_id, mail.owner)
                raise
            self._desk.reached("send_message/marked")
            return marked

        if mail.step.via == SMS:
            if self._sms is None:
                return NO_SERVICE
            return await self._sms.deliver(composed.mail.decode(), mail.phone, mail.send_id, mark)
        sender = self._desk.returns_to(self._letterhead.sender_address, mail.send_id)
        envelope = Envelope(sender, mail.email, mail.send_id, mail.account)
        return await self._provider.deliver(composed.mail, envelope, mark)

    async def _finish(self, mail: ToSend, composed: Composed, outcome: Outcome) -> Turn:
        incident = None
        if outcome.verdict in WORTH_KEEPING and outcome.text:
            incident = self._incidents.record(
                f"{mail.account or self._provider.name} {outcome.reason}", outcome.text
            )
        return await self._store.write(sending.finish, self._desk, mail, outcome, composed, incident)

    @contextlib.asynccontextmanager
    async def _alive(self, mail: ToSend) -> AsyncIterator[None]:
        """Heartbeats while the block runs, so that neither Temporal nor the ledger takes us for dead."""
        beating = asyncio.create_task(self._beat(mail))
        try:
            yield
        finally:
            beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beating

    async def _beat(self, mail: ToSend) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_EVERY)
            activity.heartbeat()
            await self._store.write(ledger.renew, mail.send_id, mail.owner)

    def _done(self, turn: Turn) -> Turn:
        # No poke: what a mail may leave for the relay (a bounce) does not mind half a second.
        self._desk.reached("send_message/recorded")
        return turn


def _rendered(mail: ToSend, context: dict[str, Any]) -> Rendered:
    """An answer in a thread has the subject of the mail before."""
    rendered = render(mail.source, context)
    if mail.thread is None:
        return rendered
    return replace(rendered, subject=f"Re: {render_subject(mail.thread.source, context)}")
