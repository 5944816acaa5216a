"""Anybody may write to our sender's address: only who had a mail of ours is believed, and of that mail."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from nurture.delivery.hooks import Call
from nurture.delivery.providers.smtp_reports import SmtpHook
from nurture.services.audit import audit
from nurture.services.feedback import book, rematch
from nurture.services.suppress import suppressed
from nurture.store.tables import consents, events, provider_events, sends
from tests.fixtures.content import SECRET, House
from tests.services.test_feedback import a_send

ANN, EVE, OURS = "ann@people.example", "eve@elsewhere.example", "a@ours.example"
REPORT = """\
From: mta@elsewhere.example
Content-Type: multipart/report; report-type={kind}; boundary=b

--b
Content-Type: message/{kind}

{fields}

--b
Content-Type: text/rfc822-headers

Message-ID: <{number}>

--b--
"""
GONE = "Reporting-MTA: dns; x.example\n\nFinal-Recipient: rfc822; {who}\nAction: failed\nStatus: 5.1.1"
SPAM = "Feedback-Type: {kind}\nOriginal-Rcpt-To: rfc822; {who}"
REPLY = "From: Ann <{who}>\nIn-Reply-To: <{number}>\nSubject: Re: Hello\n\nYes."

WRITES: dict[str, Any] = {
    "bounce": lambda who, number: REPORT.format(
        kind="delivery-status", fields=GONE.format(who=who), number=number
    ),
    "complaint": lambda who, number: REPORT.format(
        kind="feedback-report", fields=SPAM.format(kind="abuse", who=who), number=number
    ),
    "opt-out": lambda who, number: REPORT.format(
        kind="feedback-report", fields=SPAM.format(kind="opt-out", who=who), number=number
    ),
    "reply": lambda who, number: REPLY.format(who=who, number=number),
    "refusal": lambda who, number: REPLY.format(who=who, number=number).replace(
        "Yes.", "Please unsubscribe!"
    ),
    "machine": lambda who, number: f"Auto-Submitted: auto-replied\n{REPLY.format(who=who, number=number)}",
}
ACTED = {
    "bounce": ("bounced", "bounced", ["email.bounced"]),
    "complaint": ("complained", "complained", ["email.complained"]),
    "opt-out": ("delivered", "unsubscribed", ["email.unsubscribed"]),
    "reply": ("delivered", None, ["email.replied"]),
    "refusal": ("delivered", "unsubscribed", ["email.unsubscribed"]),
    "machine": ("delivered", None, []),
}


def comes(house: House, what: str, who: str, number: str) -> None:
    body = WRITES[what](who, number).replace("\n", "\r\n").encode()
    told: Any = SmtpHook(["u:p"]).events(Call({}, body))
    for _ in range(2):
        house.do(book, house.desk, "smtp", told)


def seen(house: House) -> Any:
    state = house.do(lambda conn: conn.scalar(select(sends.c.state)))
    happened = house.do(lambda conn: list(conn.scalars(select(events.c.type))))
    return state, house.do(suppressed, [SECRET], ANN), happened


@pytest.mark.parametrize(
    ("who", "number"),
    [(ANN, "never-sent@ours.example"), (ANN, ""), (ANN, "queue-7"), (EVE, OURS)],
    ids=["unknown number", "no number", "a number of the server", "not whom we wrote to"],
)
async def test_what_anybody_could_write_is_kept_and_changes_nothing(
    house: House, who: str, number: str
) -> None:
    lead = house.lead(email=ANN)
    a_send(house, lead, message_id=f"<{OURS}>", provider_message_id="queue-7", provider="smtp")
    for what in WRITES:
        comes(house, what, who, number)
    house.do(lambda conn: conn.execute(update(sends).values(provider_message_id=number or "queue-7")))
    assert house.do(rematch, house.desk) == (0, 0)
    by_address = ["email.replied"] * 2 if who == ANN else []  # both replies: somebody looks who it was
    assert seen(house) == ("sent", None, by_address)
    assert house.do(suppressed, [SECRET], EVE) is None
    assert house.do(lambda conn: conn.execute(select(consents)).all()) == []
    row = provider_events.c
    kept = house.do(lambda conn: conn.execute(select(row.told, row.send_id, row.lead_id)).all())
    assert len(kept) == len(WRITES)
    assert {one.send_id for one in kept} == {None}
    assert [one.told for one in kept if one.lead_id] == ["answered"] * len(by_address)
    findings = (await audit(house.store, house.desk.clock, None)).findings
    assert [one.bad for one in findings if one.name == "replies and reports about no mail of ours"] == [
        5 - len(by_address)
    ]


@pytest.mark.parametrize("what", WRITES)
def test_who_had_our_mail_is_believed(house: House, what: str) -> None:
    send = a_send(house, house.lead(email=ANN), message_id=f"<{OURS}>", recipient="Ann@people.example")
    comes(house, what, "ann@People.example", OURS)
    assert seen(house) == ACTED[what]
    assert house.do(lambda conn: conn.scalar(select(provider_events.c.send_id))) == send


@pytest.mark.parametrize(
    ("to", "who", "same"),
    [
        ("ann+news@people.example", ANN, True),
        ("ann@bücher.example", "Ann@XN--BCHER-KVA.example", True),
        ("ann.example@googlemail.com", "annexample+x@gmail.com", True),
        ("ann.example@people.example", "annexample@people.example", False),
        ("ann@people.example", "ann@people.example.evil.example", False),
        ("+ann@people.example", "+bob@people.example", False),
        ('"ann b"@people.example', '"ann b"@people.example', False),
    ],
)
def test_people_answer_from_another_name_of_their_mailbox(
    house: House, to: str, who: str, same: bool
) -> None:
    a_send(house, house.lead(email=ANN), message_id=f"<{OURS}>", recipient=to)
    comes(house, "reply", who, OURS)
    assert seen(house)[2] == (["email.replied"] if same else [])


def test_a_complaint_that_blackens_the_address_is_believed_by_the_number_alone(house: House) -> None:
    """Who knows it had the mail, and with it the link that ends our mails; a bounce must say more."""
    a_send(house, house.lead(email=ANN), message_id=f"<{OURS}>")
    for who in ("<redacted>", "redacted@people.example", "***@people.example"):
        comes(house, "bounce", who, OURS)
        comes(house, "complaint", who, "of-nobody@ours.example")
        comes(house, "complaint", EVE, OURS)
    assert seen(house) == ("sent", None, [])
    comes(house, "opt-out", "xxxxx@people.example", OURS)
    assert seen(house) == ACTED["opt-out"]
    comes(house, "complaint", "***@people.example", OURS)
    assert seen(house)[0] == "complained"
