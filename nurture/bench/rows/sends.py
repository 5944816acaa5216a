"""Mails a second of the delivery layer, without Temporal, against a bare loop of aiosmtplib."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from aiosmtplib import SMTP
from sqlalchemy import Connection

from nurture.bench.alone import alone, settings_of
from nurture.bench.by_hand import rows
from nurture.bench.by_hand.activity import ByHandMessages
from nurture.bench.campaign import CAMPAIGN, DICTIONARY
from nurture.bench.figures import Figure, Reach, Side, compared
from nurture.bench.house import SENDER, catcher
from nurture.bench.machine import own_cpu
from nurture.bench.plan import Plan
from nurture.bench.sides import add_leads
from nurture.delivery.compose import message_id
from nurture.delivery.links import Links
from nurture.delivery.provider import Envelope, Provider
from nurture.delivery.registry import smtp
from nurture.services import ledger
from nurture.services.desk import Desk
from nurture.services.gates import installed
from nurture.services.hold import standstill_of
from nurture.services.ledger import InHand
from nurture.services.letterhead import letterhead
from nurture.services.rates import bucket_of, take
from nurture.services.settling import settled
from nurture.settings import Settings
from nurture.store.columns import new_id

WHAT = "sends a second of the delivery layer, against a bare loop of aiosmtplib"
REACH = Reach(">=", 0.8)
MAILS, CONNECTIONS = 400, 10
ANSWERS_AFTER = 0.05
"""Seconds that the sink takes for each mail."""
AT_ONCE = 50
"""Mails that a worker has in hand: those without a connection are claimed meanwhile."""

DATA = (
    f"From: {SENDER}\r\nTo: kim@people.example\r\nSubject: Your welcome\r\nContent-Type: text/plain\r\n\r\n"
    + "Many teams begin with a small step, and look at it again in a week.\r\n" * 60
).encode()

Lap = Callable[[int], Awaitable[None]]


async def measure(plan: Plan) -> list[Figure]:
    folder, count = plan.folder / "sends", plan.amount(MAILS)
    folder.mkdir(parents=True)
    async with catcher(ANSWERS_AFTER) as (port, _):
        ours = Ours(settings_of(folder, port, CONNECTIONS))
        laps: dict[str, tuple[Lap, list[float], list[float]]] = {
            "nurture": (ours.lap, [], []),
            "aiosmtplib": (lambda count: bare(port, count), [], []),
            "with its text": (ours.whole, [], []),
        }
        try:
            await _pairs(plan, laps, count)
        finally:
            ours.close()
    sides = [Side(name, "mails/s", rates) for name, (_, rates, _) in laps.items()]
    cpu = {f"CPU per mail, {name}": f"{1000 * sum(used) / count / len(used):.2f} ms"
           for name, (_, _, used) in laps.items()}  # fmt: skip
    whole = compared("", REACH, sides[2], sides[1])
    also = {"rendering and composing each too": f"{whole.value:.2f}, {sides[2].middle:,.0f} mails/s", **cpu}
    return [compared(WHAT, REACH, sides[0], sides[1], also)]


async def _pairs(plan: Plan, laps: dict[str, tuple[Lap, list[float], list[float]]], count: int) -> None:
    for lap, _, _ in laps.values():
        await lap(min(count, CONNECTIONS * 2))
    for number in range(plan.pairs):
        plan.say(f"sends: pair {number + 1} of {plan.pairs}")
        order = list(laps.values())
        for lap, rates, used in order if number % 2 else reversed(order):
            began, cpu = time.monotonic(), own_cpu()
            await lap(count)
            rates.append(count / (time.monotonic() - began))
            used.append(own_cpu() - cpu)


class Ours:
    """What a mail goes through between its text and the mail server, on SQLite: gates, claim, mark before the
    final dot, settling. ``whole``: its text is rendered and composed too."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._store, self._desk = alone(settings.data_dir / "ours.db", settings, {"dictionary": DICTIONARY})
        self._store.write_sync(rows.metadata.create_all)

    async def lap(self, count: int) -> None:
        provider = smtp(self._settings)
        await self._all(provider, count, lambda enrolment: self._hand_over(provider, enrolment))

    async def whole(self, count: int) -> None:
        provider = smtp(self._settings)
        links = Links(self._settings.web_url, self._desk.secrets)
        messages = ByHandMessages(self._store, self._desk, provider, letterhead(self._settings, links))
        await self._all(provider, count, lambda enrolment: messages.send_campaign_mail(enrolment, 0))

    def close(self) -> None:
        self._store.close()

    async def _all(self, provider: Provider, count: int, send: Callable[[str], Awaitable[bool]]) -> None:
        leads = await self._store.write(add_leads, self._desk, count)
        enrolments = await self._store.write(rows.enrol, leads)
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(enrolment: str) -> None:
            async with gate:
                assert await send(enrolment)

        try:
            await asyncio.gather(*map(one, enrolments))
        finally:
            await provider.close()

    async def _hand_over(self, provider: Provider, enrolment: str) -> bool:
        address, owner = f"{enrolment}@people.example", new_id()
        send = await self._store.write(_claim, self._desk, enrolment, owner)
        in_hand = InHand(send, owner, address, CAMPAIGN, None)
        number = message_id(send, self._desk.sender_domain)
        written = {"message_id": number, "links": [], "recipient": address}

        async def mark() -> bool:
            return await self._store.write(ledger.mark_in_flight, self._desk, in_hand, written)

        outcome = await provider.deliver(DATA, Envelope(SENDER, address), mark)
        state, values = settled(outcome, datetime.now(UTC), 1)
        return await self._store.write(ledger.settle, send, owner, state, values)


def _claim(conn: Connection, desk: Desk, enrolment: str, owner: str) -> str:
    """Behind the gates that every mail has, whatever its campaign says."""
    here = installed(conn, CAMPAIGN, enrolment)
    assert not here.id
    assert standstill_of(here, desk.base_url, desk.namespace) is None
    assert not take(conn, desk.purse, bucket_of(desk.provider), desk.send_rate)
    values = {"campaign": CAMPAIGN, "message": "welcome", "kind": "marketing"}
    return ledger.claim(conn, enrolment, owner, values, datetime.now(UTC), None)


async def bare(port: int, count: int) -> None:
    left = iter(range(count))

    async def one() -> None:
        client = SMTP(hostname="127.0.0.1", port=port, start_tls=False)
        async with client:
            for _ in left:
                await client.sendmail(SENDER, ["kim@people.example"], DATA)

    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
