"""Reports and answers that do not look as the standards have it."""

from __future__ import annotations

import pytest

from nurture.domain.mail_events import Told
from tests.delivery.test_smtp_reports import told

OURS = "a-1@ours.example"
STATUS = "Final-Recipient: rfc822; ann@x.example\nAction: failed\nStatus: 5.1.1\n"
BOUNCED = [(Told.BOUNCED, "no-such-mailbox", "ann@x.example", OURS)]


def mail(head: str, *parts: tuple[str, str]) -> bytes:
    bodies = "".join(f"--b\nContent-Type: {kind}\n\n{text}\n" for kind, text in parts)
    return f"{head}\n\n{bodies}--b--\n".replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("head", "status", "original"),
    [
        ("multipart/report", "message/delivery-status", "message/rfc822"),
        ("multipart/mixed", "message/delivery-status", "text/rfc822-headers"),
        (
            "multipart/report; report-type=global-delivery-status",
            "message/global-delivery-status",
            "message/global",
        ),
    ],
)
def test_a_report_by_its_parts(head: str, status: str, original: str) -> None:
    fields = f"Reporting-MTA: dns; mx.x.example\n\n{STATUS}"
    body = mail(
        f"Content-Type: {head}; boundary=b", (status, fields), (original, f"Message-ID: <{OURS}>\n\nHi")
    )
    assert told(body) == BOUNCED


def test_a_report_that_somebody_passes_on_is_no_report() -> None:
    head = "Content-Type: multipart/report; boundary=c"
    within = f"{head}\n\n--c\nContent-Type: message/delivery-status\n\n{STATUS}--c--"
    body = mail("From: ann@x.example\nContent-Type: multipart/mixed; boundary=b", ("message/rfc822", within))
    assert [one[0] for one in told(body)] == [Told.ANSWERED]


WORDS = (
    "A message that you sent could not be delivered.\n\n  ann@x.example\n    host mx.x.example [192.0.2.1]\n"
    "    SMTP error from remote mail server after RCPT TO: {said}\n\n"
    "------ This is a copy of the message, including all the headers. ------\n\n"
    f"Message-ID: <{OURS}>\nSubject: Hello\n\nHello"
)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("550 5.1.1 unknown user", "no-such-mailbox"),
        ("552 5.2.2 mailbox full", "mailbox-full"),
        ("554 5.7.1 blocked", "policy"),
        ("retry timeout exceeded", "soft-bounce"),
    ],
)
def test_exims_report_in_words(said: str, reason: str) -> None:
    head = "From: Mail Delivery System <Mailer-Daemon@mx.ours.example>\nX-Failed-Recipients: ann@x.example\n"
    body = f"{head}Auto-Submitted: auto-replied\n\n{WORDS.format(said=said)}".replace("\n", "\r\n").encode()
    assert told(body) == [(Told.BOUNCED, reason, "ann@x.example", OURS)]


def test_a_receipt_is_no_answer() -> None:
    kind = "multipart/report; report-type=disposition-notification"
    head = f"From: ann@x.example\nContent-Type: {kind}; boundary=b"
    fields = "Final-Recipient: rfc822; ann@x.example\nDisposition: manual-action/MDN-sent-manually; displayed"
    assert [one[0] for one in told(mail(head, ("message/disposition-notification", fields)))] == [
        Told.REPLIED
    ]


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("Automatic reply: Hello", Told.REPLIED),
        ("Automatische Antwort: Hello", Told.REPLIED),
        ("Re: Automatic reply: how do you make yours?", Told.ANSWERED),
    ],
)
def test_an_absence_by_its_subject(subject: str, kind: Told) -> None:
    assert [one[0] for one in told(f"From: ann@x.example\r\nSubject: {subject}\r\n\r\nHi".encode())] == [kind]
