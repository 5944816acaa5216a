"""Reports of mail servers as they look in the wild: several recipients, missing parts, machines."""

from __future__ import annotations

import pytest

from nurture.domain.mail_events import MailEvent, Odd, Told
from tests.delivery.test_hook_properties import read

HEAD = (
    'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
)


def report(fields: str, original: str = "", kind: str = "message/rfc822") -> bytes:
    text = "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
    text += f"--b\r\nContent-Type: message/delivery-status\r\n\r\n{fields}\r\n"
    text += f"--b\r\nContent-Type: {kind}\r\n\r\n{original}\r\n" if original else ""
    return f"{HEAD}{text}--b--\r\n".replace("\r\n", "\n").replace("\n", "\r\n").encode()


def told(body: bytes) -> list[tuple[Told, str, str, str]]:
    found = read("smtp", body)
    assert not [one for one in found if isinstance(one, Odd)]
    return [
        (one.told, one.reason, one.recipient, one.remote_id) for one in found if isinstance(one, MailEvent)
    ]


OURS = "Message-ID: <a-1@ours.example>\nSubject: Hello\n\nHello"


def test_each_recipient_by_itself() -> None:
    fields = (
        "Reporting-MTA: dns; mx.x.example\n\n"
        "Original-Recipient: rfc822;Ann@x.example\nFinal-Recipient: rfc822; ann@in.x.example\n"
        "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1\n  user unknown\n\n"
        "Final-Recipient: rfc822; bob@x.example\nAction: delayed\nStatus: 4.4.1\n\n"
        "Final-Recipient: rfc822; eve@x.example\nAction: relayed\nStatus: 2.0.0\n"
    )
    assert told(report(fields, OURS)) == [
        (Told.BOUNCED, "no-such-mailbox", "Ann@x.example", "a-1@ours.example"),
        (Told.DEFERRED, "server-trouble", "bob@x.example", "a-1@ours.example"),
        (Told.OTHER, "", "eve@x.example", "a-1@ours.example"),
    ]


def test_our_policy_is_not_the_recipients_fault() -> None:
    fields = "Final-Recipient: rfc822; ann@x.example\nAction: failed\nStatus: 5.7.26\n"
    ((kind, reason, _, _),) = told(report(fields, OURS, "text/rfc822-headers"))
    assert (kind, reason) == (Told.BOUNCED, "authentication")


def test_without_the_mail_it_is_still_about_somebody() -> None:
    fields = "Final-Recipient: rfc822; ann@x.example\nAction: failed\nStatus: 5.0.0\n"
    assert told(report(fields)) == [(Told.BOUNCED, "hard-bounce", "ann@x.example", "")]


def test_a_report_about_nobody_is_set_aside() -> None:
    assert read("smtp", report("Reporting-MTA: dns; mx.x.example\n")) == [
        Odd(0, "a report without a recipient")
    ]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Auto-Submitted: auto-replied", Told.REPLIED),
        ("Auto-Submitted: no", Told.ANSWERED),
        ("Return-Path: <>", Told.REPLIED),
        ("X-Autoreply: yes", Told.REPLIED),
        ("Precedence: auto_reply", Told.REPLIED),
        ("Subject: Re: Hello", Told.ANSWERED),
    ],
)
def test_an_answer_by_a_machine_is_told_from_a_persons(header: str, kind: Told) -> None:
    mail = f"From: ann@x.example\r\n{header}\r\nIn-Reply-To: <a-1@ours.example>\r\n\r\nBack on Monday.\r\n"
    assert told(mail.encode()) == [(kind, "", "ann@x.example", "a-1@ours.example")]


@pytest.mark.parametrize(
    ("sender", "kind"),
    [
        ("no-reply@x.example", Told.REPLIED),
        ("donotreply@x.example", Told.REPLIED),
        # A server's words that nobody understands prove no arrival.
        ("MAILER-DAEMON@x.example", Told.OTHER),
        ("postmaster@x.example", Told.OTHER),
    ],
)
def test_nobody_stands_behind_such_an_address(sender: str, kind: Told) -> None:
    assert told(f"From: <{sender}>\r\n\r\nSorry.\r\n".encode()) == [(kind, "", sender, "")]
