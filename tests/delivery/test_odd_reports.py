"""Reports and answers that do not look as the standards have it."""

from __future__ import annotations

from base64 import b64encode

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


ENCODED = f"Content-Transfer-Encoding: base64\n\n{b64encode(STATUS.encode()).decode()}"
QUOTED = f"Content-Transfer-Encoding: quoted-printable\n\n{STATUS.replace('; ', ';=20')}"
GIVEN_BACK = f"Content-Type: message/rfc822\n\nMessage-ID: <{OURS}>\n\nHi\n"
WITHIN = f"boundary=c\n\n--c\nContent-Type: message/delivery-status\n\n{STATUS}\n--c\n{GIVEN_BACK}--c--"
AS_GMAIL = f"X-Original-Message-ID: <{OURS}>\n\n{STATUS}"


@pytest.mark.parametrize(
    "parts",
    [
        f"message/delivery-status\n{ENCODED}\n--b\n{GIVEN_BACK}",
        f"message/delivery-status\n{QUOTED}\n--b\n{GIVEN_BACK}",
        f"message/delivery-status\n\n{STATUS.replace('failed', 'FAILED (for good)')}\n--b\n{GIVEN_BACK}",
        f"message/delivery-status\n\n{STATUS.replace('Action: failed', 'X: y')}\n--b\n{GIVEN_BACK}",
        f"message/delivery-status\n\n{AS_GMAIL}",
        f"multipart/report; {WITHIN}\n--b\nContent-Type: text/plain\n\nSeen by a scanner.",
        "message/delivery-status\n\n" + STATUS + "\n--b\nContent-Type: message/rfc822\n"
        f"Content-Transfer-Encoding: base64\n\n{b64encode(f'Message-ID: <{OURS}>'.encode()).decode()}",
    ],
    ids=["base64", "quoted", "comment", "no action", "number beside it", "within", "original in base64"],
)
def test_a_report_however_it_is_put_together(parts: str) -> None:
    head = "From: MAILER-DAEMON@x.example\nContent-Type: multipart/mixed; boundary=b"
    assert told(f"{head}\n\n--b\nContent-Type: {parts}\n--b--\n".encode()) == BOUNCED


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("550 5.7.1 blocked by policy", "policy"),  # Domino writes no kind before it
        ("smtp; 554 IP=192.0.2.1 - A problem occurred. (Ask your postmaster for help)", "policy"),
        ("smtp; 550 permanent failure for one or more recipients (ann@x.example:blocked)", "policy"),
        ("smtp; 550 5.2.0 Mail rejete. Mail rejected. ofr_506", "policy"),
        ("smtp; 550 Sender address rejected: Domain not found", "sender-refused"),
        ("smtp; 554 delivery error: dd This user doesn't have an account here", "no-such-mailbox"),
        ("smtp; 550 Benutzer unbekannt", "no-such-mailbox"),
        ("smtp; 550 This mailbox is disabled", "mailbox-disabled"),
        ("smtp; 550 Benutzer hat zuviele Mails auf dem Server.", "mailbox-full"),
    ],
)
def test_what_servers_say_without_a_code_that_tells(said: str, reason: str) -> None:
    status = f"Final-Recipient: rfc822; ann@x.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: {said}"
    body = mail("Content-Type: multipart/report; boundary=b", ("message/delivery-status", status))
    assert [one[1] for one in told(body)] == [reason]


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
        ("=?utf-8?q?R=C3=A9ponse_automatique_=3A_Hello?=", Told.REPLIED),
        ("=?iso-8859-1?q?Respuesta_autom=E1tica=3A_Hello?=", Told.REPLIED),
        ("自動応答: Hello", Told.REPLIED),
        ("Ann Example ist außer Haus.", Told.REPLIED),
        ("AUTO: Ann is out of the office (returning Monday)", Told.REPLIED),
        ("Re: Automatic reply: how do you make yours?", Told.ANSWERED),
        ("Automation", Told.ANSWERED),
        ("Urlaub in Italien?", Told.ANSWERED),
        ("Out of stock?", Told.ANSWERED),
        ("Automatic reply rates - question", Told.ANSWERED),
        ("Out of office hours?", Told.ANSWERED),
        ("Out of Office AutoReply: Hello", Told.REPLIED),
        ("Out of the office until 3 March", Told.REPLIED),
    ],
)
def test_an_absence_by_its_subject(subject: str, kind: Told) -> None:
    assert [one[0] for one in told(f"From: ann@x.example\r\nSubject: {subject}\r\n\r\nHi".encode())] == [kind]


def test_a_receipt_names_the_mail_that_was_read() -> None:
    head = "From: ann@x.example\nContent-Type: multipart/report; boundary=b"
    fields = f"Original-Message-ID: <{OURS}>\nDisposition: automatic-action/MDN-sent-automatically; deleted"
    assert told(mail(head, ("message/disposition-notification", fields))) == [
        (Told.REPLIED, "", "ann@x.example", OURS)
    ]
