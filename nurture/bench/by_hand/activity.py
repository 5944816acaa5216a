"""The hand-written send: claimed, rendered, marked in flight, handed over, settled. The ledger is ours."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from temporalio import activity

from activities.messages import HEARTBEAT_EVERY
from nurture.bench.by_hand import rows
from nurture.bench.by_hand.rows import Mail
from nurture.bench.campaign import CAMPAIGN, texts
from nurture.delivery.compose import Composed, compose, message_id
from nurture.delivery.provider import Envelope, Provider
from nurture.delivery.render import render
from nurture.delivery.source import MessageSource
from nurture.services import ledger
from nurture.services.desk import Desk
from nurture.services.letterhead import Letterhead
from nurture.services.settling import settled
from nurture.store.columns import new_id
from nurture.store.session import Store


class ByHandMessages:
    def __init__(self, store: Store, desk: Desk, provider: Provider, letterhead: Letterhead) -> None:
        self._store = store
        self._desk = desk
        self._provider = provider
        self._letterhead = letterhead
        self._sources = {name: MessageSource.from_json(text) for name, text in texts().items()}

    @activity.defn
    async def send_campaign_mail(self, enrolment: str, number: int) -> bool:
        begun = await self._store.write(rows.begin, self._desk, enrolment, number, new_id())
        if isinstance(begun, bool):
            return begun
        async with self._alive(begun):
            composed = await asyncio.to_thread(self._compose, begun)

            async def mark() -> bool:
                written = _written(begun, composed, self._desk)
                return await self._store.write(rows.mark, self._desk, begun, written)

            envelope = Envelope(self._letterhead.sender_address, begun.email)
            outcome = await self._provider.deliver(composed.mail, envelope, mark)
            state, values = settled(outcome, datetime.now(UTC), 1)
            return await self._store.write(rows.finish, enrolment, number, begun, state, values)

    def _compose(self, mail: Mail) -> Composed:
        head = self._letterhead
        unsubscribe = head.links.unsubscribe(mail.lead_id, CAMPAIGN)
        context: dict[str, Any] = {
            "lead": mail.lead,
            "account": {},
            "sender": {"name": head.sender_name, "address": head.sender_address},
            "company": {"name": head.company_name, "address": head.company_address},
            "unsubscribe_url": unsubscribe,
            "answers": [],
        }
        return compose(
            render(self._sources[mail.message], context),
            send_id=mail.send_id,
            message_id=message_id(mail.send_id, self._desk.sender_domain),
            sender=(head.sender_name, head.sender_address),
            recipient=(mail.email, str(mail.lead["first_name"])),
            tracker=head.links,
            unsubscribe_url=unsubscribe,
            list_id=f"{CAMPAIGN}.{head.domain}",
            feedback_id=f"{CAMPAIGN}:{mail.message}:nurture:smtp",
            kind="marketing",
            date=datetime.now(UTC),
        )

    @contextlib.asynccontextmanager
    async def _alive(self, mail: Mail) -> AsyncIterator[None]:
        beating = asyncio.create_task(self._beat(mail))
        try:
            yield
        finally:
            beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beating

    async def _beat(self, mail: Mail) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_EVERY)
            activity.heartbeat()
            await self._store.write(ledger.renew, mail.send_id, mail.owner)


def _written(mail: Mail, composed: Composed, desk: Desk) -> dict[str, Any]:
    return {
        "links": composed.links,
        "body_sha256": composed.body_sha256,
        "message_id": message_id(mail.send_id, desk.sender_domain),
        "recipient": mail.email,
    }
