"""Replies and reports fetched over IMAP: kept once, believed as any mail is, and brought to the owner."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import select

from nurture.delivery.mailbox import mailbox_of
from nurture.delivery.providers.smtp_reports import SmtpHook
from nurture.delivery.returns import ReturnPath
from nurture.http import Http
from nurture.relay.hooks import HooksRound
from nurture.relay.mailbox import MailboxRound
from nurture.services.look import look
from nurture.services.suppress import suppressed
from nurture.services.to_send import ToSend
from nurture.store.tables import handoffs, inbox, sends
from tests.delivery.fakes.imap import FakeImap, imap
from tests.fixtures.content import SECRET, House
from tests.services.test_answering import mails, tried
from tests.services.test_feedback import a_send
from tests.services.test_turns import begin, row, turn_of
from tests.services.test_unproved_mail import GONE, REPLY, REPORT

RETURNS = ReturnPath("bounces@ours.example", (SECRET,))


async def fetched(house: House, server: FakeImap) -> int:
    """One look into the mailbox, and what it holds read."""
    new = await MailboxRound(house.store, house.desk, mailbox_of(server.url)).round()
    read = HooksRound(house.store, house.desk, SmtpHook((), RETURNS), Http())
    read._seen_to = float("inf")
    while await read.round():
        pass
    return new


async def test_a_reply_holds_the_journey_and_reaches_the_owner(house: House) -> None:
    journey = begin(house, mails(on_reply="hold")).journey
    lead = row(house, journey).lead_id
    a_send(house, lead, message_id="<1.2.3@ours.example>")
    async with imap() as server:
        server.mails[3] = REPLY.format(who="ann@people.example", number="1.2.3@ours.example").encode()
        assert await fetched(house, server) == 1
        assert await fetched(house, server) == 0, "known by its number, in a new process too"
        server.mails[4] = b"From: x@y.example\r\n\r\nHello"
        assert await fetched(house, server) == 1
    assert not [said for said in server.said if "STORE" in said.upper() or "SELECT" in said.upper()], (
        "read only"
    )
    house.do(look, house.desk, lead)
    (task,) = house.do(lambda conn: conn.execute(select(handoffs)).all())
    assert (task.lead_id, task.kind, task.owner is not None) == (lead, "reply", True)
    assert not isinstance(tried(house, turn_of(house, journey)), ToSend)


async def test_a_report_to_the_path_of_a_mail_is_proof(house: House) -> None:
    """The server behind a forwarding names an address that we never wrote to, and no mail of ours."""
    lead = house.lead()
    send = a_send(house, lead)
    report = REPORT.format(
        kind="delivery-status", fields=GONE.format(who="she@moved.example"), number="x@theirs.example"
    )
    async with imap() as server:
        server.mails[1] = f"To: {RETURNS.of(send).upper()}\n{report}".encode()
        await fetched(house, server)
    state = house.do(lambda conn: conn.scalar(select(sends.c.state).where(sends.c.id == send)))
    assert state == "bounced"
    of = [house.do(suppressed, (SECRET,), email) for email in ("ann@people.example", "she@moved.example")]
    assert of == ["bounced", None], "whom we wrote to, and nobody that the report names"


async def test_trouble_is_told_and_tried_again(house: House, caplog: pytest.LogCaptureFixture) -> None:
    async with imap(password="right") as server:
        box = mailbox_of(server.url.replace("right", "wrong"))
        with caplog.at_level(logging.WARNING):
            assert await MailboxRound(house.store, house.desk, box).round() == 0
    assert await MailboxRound(house.store, house.desk, box).round() == 0, "nobody is there"
    assert [vars(record)["kind"] for record in caplog.records] == ["error", "ConnectionRefusedError"]
    assert "wrong" not in caplog.text
    assert house.do(lambda conn: conn.execute(select(inbox)).all()) == []
