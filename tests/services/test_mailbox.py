"""Replies and reports fetched over IMAP: kept once, believed as any mail is, and brought to the owner."""

from __future__ import annotations

import logging
from urllib.parse import quote

import pytest
from sqlalchemy import select

from nurture.delivery.mailbox import mailbox_of, on_the_wire
from nurture.delivery.providers.smtp_reports import SmtpHook
from nurture.delivery.returns import ReturnPath
from nurture.http import Http
from nurture.relay.hooks import HooksRound
from nurture.relay.mailbox import TRIES, MailboxRound
from nurture.services.look import look
from nurture.services.suppress import suppressed
from nurture.services.to_send import ToSend
from nurture.store.tables import events, handoffs, inbox, sends
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


@pytest.mark.parametrize("how", ["withheld", "breaking"])
async def test_one_mail_that_cannot_be_had_holds_up_no_other(
    house: House, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    async with imap() as server:
        setattr(server, how, {3})
        server.mails = {uid: f"From: {uid}@y.example\r\n\r\nHello {uid}".encode() for uid in (1, 3, 4)}
        mailbox = MailboxRound(house.store, house.desk, mailbox_of(server.url), every=0.0)
        assert [await mailbox.round() for _ in range(TRIES + 2)] == [1, *[0] * (TRIES - 1), 1, 0]
        server.mails[9] = b"From: a@b.example\r\n\r\nLater"
        assert await mailbox.round() == 1
    kept = house.do(lambda conn: list(conn.scalars(select(inbox.c.body))))
    assert sorted(body.rpartition(b"\n")[2] for body in kept) == [b"Hello 1", b"Hello 4", b"Later"]
    left_out = [record for record in caplog.records if record.levelname == "ERROR"]
    assert [vars(record)["uid"] for record in left_out] == [3], "a person is told once"
    assert "Hello" not in caplog.text


async def test_another_count_of_the_mailbox_brings_nothing_twice(house: House) -> None:
    lead = house.lead(email="ann@people.example")
    a_send(house, lead, message_id="<1.2.3@ours.example>")
    async with imap() as server:
        server.mails[3] = REPLY.format(who="ann@people.example", number="1.2.3@ours.example").encode()
        await fetched(house, server)
        server.validity, server.mails = 8, {1: server.mails[3]}
        await fetched(house, server)
    assert house.do(lambda conn: conn.scalars(select(events.c.type)).all()) == ["email.replied"]


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("INBOX", '"INBOX"'),
        ("Gelöscht & mehr", '"Gel&APY-scht &- mehr"'),
        ("日本語", '"&ZeVnLIqe-"'),
        ('a"b\\c', '"a\\"b\\\\c"'),
    ],
)
def test_folders_in_any_language(folder: str, said: str) -> None:
    assert on_the_wire(folder) == said
    assert mailbox_of(f"imaps://u:p@host/{quote(folder)}").folder == folder
