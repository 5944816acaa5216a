"""Replies to mails whose Message-ID the provider wrote anew, and those of which only the address tells."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from nurture.delivery.hooks import Call
from nurture.delivery.numbers import keeping_ours, keeping_ours_whole, providers_number
from nurture.delivery.providers.smtp_reports import SmtpHook
from nurture.services.answering import ASKED, BY_ADDRESS
from nurture.services.feedback import book
from nurture.services.look import look
from nurture.store.tables import events, handoffs, leads, provider_events, sends
from tests.fixtures.content import MONDAY, House
from tests.services.test_answering import mails
from tests.services.test_feedback import a_send
from tests.services.test_turns import begin, row
from tests.services.test_unproved_mail import ANN, EVE, OURS

SES = "0102018f2b7a1c3d-3c5e7e2e-1b0a-4f51-8a37-5c3b7f1e0a0d-000000"
UUID = "56761188-7520-42d8-8898-ff6fc54ce618"
BREVO = "202611020915.12345678901@smtp-relay.mailin.fr"
MADE = {
    f"{SES}@eu-west-1.amazonses.com": SES,
    f"{SES}@email.amazonses.com": SES,
    f"{UUID}@email.amazonses.com": UUID,
    f"{UUID}@mtasv.net": UUID,
    "6a0f1c2b3d4e5f6071829304@mailersend.net": "6a0f1c2b3d4e5f6071829304",
    "XBg2anf2TqCy6WXKQFhieQ@geopod-ismtpd-4-0": "XBg2anf2TqCy6WXKQFhieQ",
    "XBg2anf2TqCy6WXKQFhieQ@ismtpd0006p1sjc2.sendgrid.net": "XBg2anf2TqCy6WXKQFhieQ",
    BREVO: BREVO,
}
OTHERS = (f"{SES}@else.example", f"{UUID}@email.amazonses.com.evil.example", "queue-7@x.example")


def writes(house: House, who: str, *numbers: str, words: str = "Yes.") -> None:
    """Answers, with what stood in the thread before, the latest last; twice, as a pipe may post it again."""
    told = " ".join(f"<{number}>" for number in numbers)
    last = numbers[-1] if numbers else ""
    body = f"From: Ann <{who}>\r\nReferences: {told}\r\nIn-Reply-To: <{last}>\r\n\r\n{words}"
    found: Any = SmtpHook(["u:p"]).events(Call({}, body.encode()))
    for _ in range(2):
        house.do(book, house.desk, "smtp", found)


def found(house: House) -> list[tuple[str | None, str]]:
    """The send of each reply, and what it was found by, if by no number."""
    seen = house.do(lambda conn: conn.execute(select(events.c.send_id, events.c.data)).all())
    return [(one.send_id, one.data.get("found_by", "")) for one in seen]


def test_a_reply_names_the_number_that_its_provider_made(house: House) -> None:
    lead = house.lead(email=ANN)
    for number, (seen, kept) in enumerate(MADE.items()):
        send = a_send(house, lead, message_id=f"<{OURS}>", provider_message_id=kept)
        writes(house, EVE, seen)
        writes(house, ANN, seen, f"hers-{number}@people.example", "of-a-colleague@ours.example")
        assert found(house) == [(send, "")], seen
        assert house.do(lambda conn: conn.scalar(select(sends.c.state))) == "delivered"
        for table in (provider_events, events, sends):
            house.do(lambda conn, table=table: conn.execute(delete(table)))


def test_a_number_of_nobody_we_know_is_none() -> None:
    assert [providers_number(one) for one in OTHERS] == [""] * len(OTHERS)


def test_ours_goes_along_where_the_provider_writes_its_own() -> None:
    mail = b"Message-ID: <b@ours.example>\r\nSubject: Hello\r\n\r\nReferences: none"
    head, _, text = keeping_ours_whole(mail).partition(b"\r\n\r\n")
    assert head.endswith(b"\r\nReferences: <b@ours.example>")
    assert text == b"References: none"
    thread = mail.replace(b"Subject", b"References: <a@ours.example>\r\nSubject")
    assert b"\r\nReferences: <a@ours.example> <b@ours.example>\r\nSubject" in keeping_ours_whole(thread)
    without = b"Subject: x\r\n\r\nMessage-ID: <a@b>"
    assert keeping_ours_whole(without) == without
    both = {"Message-ID": "<b@ours.example>", "References": "<a@ours.example>"}
    assert keeping_ours(both)["References"] == "<a@ours.example> <b@ours.example>"
    assert keeping_ours(keeping_ours(both)) == keeping_ours(both)


@pytest.mark.parametrize("words", ["Yes.", "Please unsubscribe!"])
def test_by_the_address_alone_somebody_looks_who_it_was(house: House, words: str) -> None:
    lead = row(house, begin(house, mails(on_reply="hold")).journey).lead_id
    house.do(lambda conn: conn.execute(update(leads).values(email=ANN)))
    a_send(house, lead, 1, days=3, step="older")
    send = a_send(house, lead, 2, days=1)
    writes(house, ANN.upper(), "unknown@else.example", words=words)
    assert found(house) == [(send, "address")]
    told = house.do(lambda conn: conn.execute(select(provider_events)).one())
    assert (told.told, told.send_id, told.lead_id) == ("answered", None, lead)
    assert told.name == "mail, by its address"
    house.do(look, house.desk, lead)
    task = house.do(lambda conn: conn.execute(select(handoffs)).one())
    assert (task.kind, task.context["why"]) == ("reply", BY_ADDRESS)
    assert house.do(lambda conn: conn.scalar(select(leads.c.replied_at))) is not None
    house.do(lambda conn: conn.execute(delete(handoffs)))
    numbered = update(sends).where(sends.c.id == send).values(message_id=f"<{OURS}>")
    house.do(lambda conn: conn.execute(numbered))
    writes(house, ANN, OURS)
    house.do(look, house.desk, lead)
    assert house.do(lambda conn: conn.execute(select(handoffs)).one()).context["why"] == ASKED


def test_the_address_tells_nothing_where_no_mail_went_there_of_late(house: House) -> None:
    ann = house.lead(email=ANN)
    a_send(house, house.lead(email="bob@people.example"), days=1, recipient="bob@people.example")
    others: list[dict[str, Any]] = [{"days": 61}, {"state": "bounced"}, {"recipient": EVE}, {"via": "sms"}]
    for number, otherwise in enumerate(others):
        a_send(house, ann, number, **otherwise)
    writes(house, ANN, "unknown@else.example")
    writes(house, EVE)
    assert found(house) == []
    a_send(house, ann, len(others), days=59)
    gone = {"erased_at": MONDAY - timedelta(days=1)}
    house.do(lambda conn: conn.execute(update(leads).values(gone)))
    writes(house, ANN, "another@else.example")
    assert found(house) == []
    house.do(lambda conn: conn.execute(update(leads).values(erased_at=None)))
    writes(house, ANN, "a-third@else.example")
    assert [by for _, by in found(house)] == ["address"]
