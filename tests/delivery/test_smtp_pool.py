"""Connections are kept, and a dead one costs nothing."""

import asyncio

import pytest

from nurture.delivery.provider import Verdict
from nurture.delivery.smtp import SmtpProvider
from tests.delivery.scripted import DROP, scripted
from tests.delivery.sending import MAIL, TO_HER, Gate, send_one, settings


async def test_connections_are_used_again() -> None:
    async with scripted() as server:
        provider = SmtpProvider(settings(server.port, pool=3))
        for _ in range(3):
            outcomes = await asyncio.gather(*(provider.deliver(MAIL, TO_HER, Gate().mark) for _ in range(10)))
            assert {outcome.verdict for outcome in outcomes} == {Verdict.SENT}
        await provider.close()
    assert server.connections == 3
    assert server.commands.count("QUIT") == 3
    assert len(server.accepted) == 30


async def test_a_connection_carries_so_many_mails() -> None:
    async with scripted() as server:
        provider = SmtpProvider(settings(server.port, pool=1, mails_per_connection=2))
        for _ in range(5):
            await provider.deliver(MAIL, TO_HER, Gate().mark)
        await provider.close()
    assert server.connections == 3


async def test_an_old_connection_is_not_used_again() -> None:
    async with scripted() as server:
        provider = SmtpProvider(settings(server.port, idle_seconds=0.0))
        for _ in range(2):
            await provider.deliver(MAIL, TO_HER, Gate().mark)
        await provider.close()
    assert server.connections == 2


@pytest.mark.parametrize("way", ["noticed", "unnoticed", "421"])
async def test_a_connection_that_died_idle_costs_nothing(way: str) -> None:
    async with scripted() as server:
        provider = SmtpProvider(settings(server.port))
        await provider.deliver(MAIL, TO_HER, Gate().mark)
        if way == "noticed":
            server.hang_up()
            await asyncio.sleep(0.05)
        else:
            server.answers["MAIL"] = [DROP if way == "unnoticed" else "421 4.4.2 idle too long", "250 ok"]
        gate = Gate()
        outcome = await provider.deliver(MAIL, TO_HER, gate.mark)
        await provider.close()
    assert outcome.verdict is Verdict.SENT
    assert gate.asked == 1
    assert len(server.accepted) == 2
    assert server.connections == 2


async def test_a_dead_server_is_tried_twice_at_most() -> None:
    async with scripted() as server:
        provider = SmtpProvider(settings(server.port))
        await provider.deliver(MAIL, TO_HER, Gate().mark)
        server.answers["MAIL"] = DROP
        outcome = await provider.deliver(MAIL, TO_HER, Gate().mark)
        await provider.close()
    assert (outcome.verdict, outcome.reason) == (Verdict.UNREACHED, "dropped")
    assert server.connections == 2


async def test_the_next_mail_goes_on_after_a_refusal() -> None:
    async with scripted(RCPT=["550 5.1.1 who?", "250 ok"]) as server:
        provider = SmtpProvider(settings(server.port))
        refused = await provider.deliver(MAIL, TO_HER, Gate().mark)
        taken = await provider.deliver(MAIL, TO_HER, Gate().mark)
        await provider.close()
    assert (refused.verdict, taken.verdict) == (Verdict.BOUNCED, Verdict.SENT)
    assert server.connections == 1
    assert "RSET" in server.commands


async def test_a_refusal_stays_one_when_the_connection_then_drops() -> None:
    async with scripted(RCPT="550 5.1.1 who?", RSET=DROP) as server:
        outcome = await send_one(server)
    assert outcome.verdict is Verdict.BOUNCED
