"""What goes over the wire: plain addresses only, and one mail for one mail."""

import pytest

from nurture.delivery.provider import Envelope, Verdict
from nurture.delivery.smtp import SmtpProvider
from tests.delivery.scripted import scripted
from tests.delivery.sending import MAIL, TO_HER, Gate, settings


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
