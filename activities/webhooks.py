"""``call_webhook``: asks another system, signed, and gives its answer to the journey."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from temporalio import activity

from nurture.contract import Turn
from nurture.crm.signing import Signer
from nurture.http import CallFailed, Http, Reply
from nurture.services import webhooks
from nurture.services.desk import Desk
from nurture.services.incidents import Incidents
from nurture.services.turns import begun_before
from nurture.services.webhooks import UNSIGNED, ToCall
from nurture.store.session import Store

AGAIN = frozenset({408, 425, 429})
MOST_ANSWER = 64 * 1024
"""Bytes."""


class Webhooks:
    """``internal``: hosts that may be called although they are inside our own network. ``signers``: by
    the name of the secret, the usual one without."""

    def __init__(
        self,
        store: Store,
        desk: Desk,
        incidents: Incidents,
        internal: Collection[str],
        signers: Mapping[str, Signer],
    ) -> None:
        self._store = store
        self._desk = desk
        self._incidents = incidents
        self._internal = internal
        self._signers = signers
        self._http = Http(internal=internal)

    @activity.defn
    async def call_webhook(self, turn: Turn) -> Turn:
        if activity.info().attempt > 1:
            await self._store.write(begun_before, turn)
        self._desk.reached("call_webhook/begun")
        begun = await self._store.write(webhooks.begin, self._desk, turn, self._internal)
        if isinstance(begun, Turn):
            return begun
        signer = self._signers.get(begun.secret)
        if signer is None:
            return await self._trouble(begun, UNSIGNED)
        try:
            headers = signer.headers(begun.number, begun.body)
            reply = await self._http.post(begun.url, begun.body.encode(), headers, MOST_ANSWER)
        except CallFailed as failed:
            return await self._trouble(begun, f"webhook: {failed.kind}")
        self._desk.reached("call_webhook/answered")
        done = await self._settle(begun, reply)
        self._desk.reached("call_webhook/recorded")
        self._store.poke()
        return done

    async def close(self) -> None:
        await self._http.close()

    async def _settle(self, call: ToCall, reply: Reply) -> Turn:
        if reply.ok:
            return await self._store.write(webhooks.answered, self._desk, call, reply.text)
        reason = f"webhook: http {reply.status}"
        incident = self._incidents.record(reason, reply.text) if reply.text else None
        if reply.status in AGAIN or reply.status >= 500:
            return await self._trouble(call, reason, incident)
        return await self._store.write(webhooks.refused, self._desk, call, reason, incident)

    async def _trouble(self, call: ToCall, reason: str, incident: str | None = None) -> Turn:
        return await self._store.write(webhooks.unanswered, self._desk, call, reason, incident)
