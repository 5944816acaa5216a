"""Each way a dialogue can go, over a real socket: what the verdict is and what the sink holds."""

import asyncio
from dataclasses import dataclass, field

import pytest

from nurture.delivery.provider import Envelope, Outcome, Verdict
from nurture.delivery.smtp import SmtpProvider, SmtpSettings
from tests.delivery.scripted import (
    ACCEPT_THEN_DROP,
    ACCEPT_THEN_SILENCE,
    DROP,
    SILENCE,
    Scripted,
    scripted,
)

MAIL = b"Subject: Hello\r\nMessage-ID: <1@ours.example>\r\n\r\nGood day\r\n"
TO_HER = Envelope("us@ours.example", "her@theirs.example")


@dataclass
class Gate:
    server: Scripted | None = None
    open: bool = True
    asked: int = 0
    taken_when_asked: list[int] = field(default_factory=list)

    async def mark(self) -> bool:
        self.asked += 1
        if self.server:
            self.taken_when_asked.append(len(self.server.accepted))
        return self.open


def settings(port: int, **more: object) -> SmtpSettings:
    given: dict[str, object] = {"connect_seconds": 2.0, "command_seconds": 2.0, "dot_seconds": 0.5, **more}
    return SmtpSettings(host="127.0.0.1", port=port, local_hostname="ours.example", **given)  # type: ignore[arg-type]


async def send(server: Scripted, gate: Gate | None = None, **more: object) -> Outcome:
    provider = SmtpProvider(settings(server.port, **more))
    try:
        return await provider.deliver(MAIL, TO_HER, (gate or Gate()).mark)
    finally:
        await provider.close()


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
        outcome = await send(server, gate)
    assert (outcome.verdict, outcome.reason) == (verdict, reason)
    assert (len(server.accepted), gate.asked) == (taken, asked)
    assert gate.taken_when_asked == [0] * asked, "asked before anything was handed over"


async def test_no_server_is_unreached() -> None:
    async with scripted() as server:
        pass
    outcome = await send(server)
    assert (outcome.verdict, outcome.reason) == (Verdict.UNREACHED, "unreachable")


async def test_a_silent_server_is_unreached() -> None:
    async with scripted(RCPT=SILENCE) as server:
        outcome = await send(server, command_seconds=0.2)
    assert (outcome.verdict, outcome.reason) == (Verdict.UNREACHED, "timed-out")


async def test_starttls_wanted_and_not_offered() -> None:
    async with scripted() as server:
        outcome = await send(server, tls="starttls")
    assert (outcome.verdict, outcome.reason) == (Verdict.UNREACHED, "tls-failed")


async def test_login_wanted_and_not_offered() -> None:
    async with scripted() as server:
        outcome = await send(server, user="us", password="secret")
    assert outcome.verdict is Verdict.UNREACHED
    assert not server.accepted


async def test_a_closed_gate_leaves_nothing() -> None:
    async with scripted() as server:
        outcome = await send(server, Gate(open=False))
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
        outcome = await send(server)
    assert outcome.verdict is Verdict.BOUNCED


@pytest.mark.parametrize(
    "bad",
    [
        "her@theirs.example, evil@x.example",
        "her",
        "a@b@c.example",
        "a b@c.example",
        "a@b.example> SIZE=1",
        "a@b\r\nX",
    ],
)
async def test_an_address_that_is_not_one_never_reaches_the_server(bad: str) -> None:
    async with scripted() as server:
        provider = SmtpProvider(settings(server.port))
        outcome = await provider.deliver(MAIL, Envelope("us@ours.example", bad), Gate().mark)
        await provider.close()
    assert (outcome.verdict, outcome.reason) == (Verdict.BOUNCED, "bad-address")
    assert server.connections == 0


async def test_international_addresses() -> None:
    async with scripted() as server:
        provider = SmtpProvider(settings(server.port))
        outcome = await provider.deliver(
            MAIL, Envelope("us@ours.example", "jörg@straße.example"), Gate().mark
        )
        await provider.close()
    assert outcome.verdict is Verdict.SENT
    assert "RCPT TO:<jörg@xn--strae-oqa.example>" in server.commands
    assert server.commands[1].endswith("SMTPUTF8")


async def test_an_old_server_gets_seven_bits_and_no_utf8_address() -> None:
    async with scripted(EHLO="250 old") as server:
        provider = SmtpProvider(settings(server.port))
        mail = (
            "Subject: x\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nGrüße\n"
        )
        taken = await provider.deliver(mail.encode(), TO_HER, Gate().mark)
        refused = await provider.deliver(MAIL, Envelope("us@ours.example", "jörg@x.example"), Gate().mark)
        await provider.close()
    assert (taken.verdict, refused.reason) == (Verdict.SENT, "address-not-supported")
    assert len(server.accepted) == 1
    assert server.accepted[0].isascii()


@pytest.mark.parametrize(
    "trick", [b"\n.\n", b"\r.\r", b"\r\n.\r\n", b"\n.\r\n", b"\r\n.\n", b"\r.\n", b"\r\n.\r"]
)
async def test_no_body_becomes_two_mails(trick: bytes) -> None:
    smuggled = b"MAIL FROM:<evil@x.example>\r\nRCPT TO:<her@theirs.example>\r\nDATA\r\n\r\nboo\r\n.\r\n"
    async with scripted() as server:
        provider = SmtpProvider(settings(server.port))
        outcome = await provider.deliver(MAIL + trick + smuggled, TO_HER, Gate().mark)
        again = await provider.deliver(MAIL, TO_HER, Gate().mark)
        await provider.close()
    assert (outcome.verdict, again.verdict) == (Verdict.SENT, Verdict.SENT)
    assert len(server.accepted) == 2
    assert b"boo" in server.accepted[0]


async def test_what_the_server_said_is_not_shown_by_accident() -> None:
    async with scripted(RCPT="550 5.1.1 her@theirs.example is unknown") as server:
        outcome = await send(server)
    assert "her@" in outcome.text
    assert "her@" not in repr(outcome)
