"""Each way a dialogue can go, over a real socket: what the verdict is and what the sink holds."""

import asyncio

import pytest

from nurture.delivery.provider import Verdict
from nurture.delivery.smtp import SmtpProvider
from tests.delivery.scripted import (
    ACCEPT_THEN_DROP,
    ACCEPT_THEN_SILENCE,
    DROP,
    SILENCE,
    scripted,
)
from tests.delivery.sending import MAIL, TO_HER, Gate, send_one, settings

# Of each row: the script, the verdict, its reason, mails in the sink, times mark was asked.
ROWS: dict[str, tuple[dict[str, str], Verdict, str, int, int]] = {
    "accepted": ({}, Verdict.SENT, "accepted", 1, 1),
    "450 at rcpt": ({"RCPT": "450 4.2.1 later"}, Verdict.RETRY, "slow-down", 0, 0),
    "451 at data": ({"DATA": "451 4.3.0 later"}, Verdict.RETRY, "server-trouble", 0, 0),
    "451 after data": ({"dot": "451 4.7.1 greylisted"}, Verdict.RETRY, "greylisted", 0, 1),
    "421 at rcpt": ({"RCPT": "421 4.7.0 slow down"}, Verdict.RETRY, "greylisted", 0, 0),
    "550 at rcpt": ({"RCPT": "550 5.1.1 who?"}, Verdict.BOUNCED, "no-such-mailbox", 0, 0),
    "554 after data": ({"dot": "554 5.7.1 no"}, Verdict.BOUNCED, "policy", 0, 1),
    "552 at mail": ({"MAIL": "552 5.3.4 too large"}, Verdict.BOUNCED, "too-large", 0, 0),
    "553 at mail": ({"MAIL": "553 5.1.8 not you"}, Verdict.UNREACHED, "sender-refused", 0, 0),
    "452 at mail": ({"MAIL": "452 4.3.1 full"}, Verdict.UNREACHED, "server-trouble", 0, 0),
    "421 at greeting": ({"greeting": "421 busy"}, Verdict.UNREACHED, "greeting-refused", 0, 0),
    "554 at greeting": ({"greeting": "554 not you"}, Verdict.UNREACHED, "greeting-refused", 0, 0),
    "no SMTP at all": ({"greeting": "HTTP/1.1 400 Bad"}, Verdict.UNREACHED, "not-smtp", 0, 0),
    "drop at greeting": ({"greeting": DROP}, Verdict.UNREACHED, "unreachable", 0, 0),
    "drop at rcpt": ({"RCPT": DROP}, Verdict.UNREACHED, "dropped", 0, 0),
    "drop at data": ({"DATA": DROP}, Verdict.UNREACHED, "dropped", 0, 0),
    "250 to data": ({"DATA": "250 ok"}, Verdict.UNREACHED, "not-smtp", 0, 0),
    "drop before accept": ({"dot": DROP}, Verdict.UNKNOWN, "no-answer", 0, 1),
    "accept, then drop": ({"dot": ACCEPT_THEN_DROP}, Verdict.UNKNOWN, "no-answer", 1, 1),
    "accept, answer too late": ({"dot": ACCEPT_THEN_SILENCE}, Verdict.UNKNOWN, "no-answer", 1, 1),
    "nonsense after the dot": ({"dot": "354 go on"}, Verdict.UNKNOWN, "no-answer", 0, 1),
    "garbage after the dot": ({"dot": "what"}, Verdict.UNKNOWN, "no-answer", 0, 1),
}


@pytest.mark.parametrize("row", ROWS)
async def test_each_way_has_its_verdict(row: str) -> None:
    script, verdict, reason, taken, asked = ROWS[row]
    async with scripted(**script) as server:
        gate = Gate(server)
        outcome = await send_one(server, gate)
    assert (outcome.verdict, outcome.reason) == (verdict, reason)
    assert (len(server.accepted), gate.asked) == (taken, asked)
    assert gate.taken_when_asked == [0] * asked, "asked before anything was handed over"


async def test_no_server_is_unreached() -> None:
    async with scripted() as server:
        pass
    outcome = await send_one(server)
    assert (outcome.verdict, outcome.reason) == (Verdict.UNREACHED, "unreachable")


async def test_a_silent_server_is_unreached() -> None:
    async with scripted(RCPT=SILENCE) as server:
        outcome = await send_one(server, command_seconds=0.2)
    assert (outcome.verdict, outcome.reason) == (Verdict.UNREACHED, "timed-out")


async def test_starttls_wanted_and_not_offered() -> None:
    async with scripted() as server:
        outcome = await send_one(server, tls="starttls")
    assert (outcome.verdict, outcome.reason) == (Verdict.UNREACHED, "tls-failed")


async def test_login_wanted_and_not_offered() -> None:
    async with scripted() as server:
        outcome = await send_one(server, user="us", password="secret")
    assert outcome.verdict is Verdict.UNREACHED
    assert not server.accepted


async def test_a_closed_gate_leaves_nothing() -> None:
    async with scripted() as server:
        outcome = await send_one(server, Gate(open=False))
        await asyncio.sleep(0.05)
    assert outcome.verdict is Verdict.FENCED
    assert server.accepted == []
    assert "." not in server.commands


async def test_the_whole_body_is_there_when_the_gate_is_asked() -> None:
    async with scripted() as server:
        seen: list[list[str]] = []

        async def mark() -> bool:
            await asyncio.sleep(0.05)
            seen.append(list(server.commands))
            return True

        provider = SmtpProvider(settings(server.port, dot_seconds=5))
        outcome = await provider.deliver(MAIL + b"x" * 900 + b"\n" * 400_000, TO_HER, mark)
        await provider.close()
    assert outcome.verdict is Verdict.SENT
    assert seen[0][-1] == "DATA"
    assert len(server.accepted[0]) > 800_000


async def test_a_drop_while_the_gate_is_asked_is_safe() -> None:
    async with scripted() as server:

        async def mark() -> bool:
            server.hang_up()
            await asyncio.sleep(0.05)
            return True

        provider = SmtpProvider(settings(server.port))
        outcome = await provider.deliver(MAIL, TO_HER, mark)
    assert (outcome.verdict, outcome.reason) == (Verdict.UNREACHED, "dropped")
    assert server.accepted == []


async def test_an_error_of_the_gate_is_the_callers() -> None:
    async def mark() -> bool:
        raise ConnectionError("the database is gone")

    async with scripted() as server:
        provider = SmtpProvider(settings(server.port))
        with pytest.raises(ConnectionError, match="database"):
            await provider.deliver(MAIL, TO_HER, mark)
        await asyncio.sleep(0.05)
        outcome = await provider.deliver(MAIL, TO_HER, Gate().mark)
        await provider.close()
    assert outcome.verdict is Verdict.SENT
    assert len(server.accepted) == 1
    assert server.connections == 2, "the half-told connection was not used again"


async def test_cancelled_before_the_dot_leaves_nothing() -> None:
    async with scripted() as server:
        asked = asyncio.Event()

        async def mark() -> bool:
            asked.set()
            await asyncio.sleep(60)
            return True

        provider = SmtpProvider(settings(server.port))
        sending = asyncio.create_task(provider.deliver(MAIL, TO_HER, mark))
        await asked.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        await asyncio.sleep(0.05)
        await provider.close()
    assert server.accepted == []


async def test_what_the_server_said_is_not_shown_by_accident() -> None:
    async with scripted(RCPT="550 5.1.1 her@theirs.example is unknown") as server:
        outcome = await send_one(server)
    assert "her@" in outcome.text
    assert "her@" not in repr(outcome)
