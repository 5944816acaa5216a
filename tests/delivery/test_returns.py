from __future__ import annotations

from uuid import uuid4

from nurture.delivery.incoming import told_by
from nurture.delivery.returns import LONGEST_LOCAL, ReturnPath
from nurture.domain.mail_events import MailEvent, Told
from tests.amount import examples

PATH = ReturnPath("bounces@ours.example", ("new secret of ours", "old secret of ours"))
OLD = ReturnPath("bounces@ours.example", ("old secret of ours",))
ABOUT = "Final-Recipient: rfc822; {}\nAction: failed\nStatus: 5.1.1"


def test_it_tells_its_mail_whatever_servers_do_to_its_case() -> None:
    for _ in range(examples(50, 1000)):
        send = str(uuid4())
        address = PATH.of(send)
        assert len(address.partition("@")[0]) <= LONGEST_LOCAL
        assert {PATH.read(address), PATH.read(address.upper()), PATH.read(f" {address} ")} == {send}
        assert PATH.read(OLD.of(send)) == send, "a retired secret still verifies"
        assert OLD.read(address) == ""


def test_no_other_spelling_is_believed() -> None:
    send = str(uuid4())
    local, _, domain = PATH.of(send).partition("@")
    for at in range(len("bounces+"), len(local)):
        for letter in "abcdefghijklmnopqrstuvwxyz234567"[:: examples(9, 1)]:
            forged = f"{local[:at]}{letter}{local[at + 1 :]}@{domain}"
            assert PATH.read(forged) in ("", send if letter == local[at] else "")
    for odd in (
        f"{local}@else.example",
        f"{local}a@{domain}",
        f"b{local}@{domain}",
        "bounces+@ours.example",
        "ü@x",
        "",
    ):
        assert PATH.read(odd) == ""


def test_a_report_to_it_is_proof_of_its_mail_and_of_nobody_else() -> None:
    send = str(uuid4())
    report = (
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
        f"Content-Type: message/delivery-status\n\n{ABOUT.format('anybody@x.example')}\n\n--b--\n"
    )

    def told(to: str) -> tuple[Told, str, str, bool]:
        (one,) = told_by(f"Delivered-To: {to}\n{report}".encode(), "1", PATH)
        assert isinstance(one, MailEvent)
        return one.told, one.send_id, one.recipient, one.proved

    assert told(PATH.of(send)) == (Told.BOUNCED, send, "", True)
    assert told("bounces+nonsense@ours.example") == (Told.BOUNCED, "", "anybody@x.example", False)


OURS = "7d1c0e2a-58a5-5e0f-9c1b-2b7f3d9a4e10@ours.example"
HEAD = "From: reports@x.example\nContent-Type: multipart/mixed; boundary=b\nSubject: "
SENT = f"Message-ID: <{OURS}>\nTo: [redacted]\n\nHello"


def complaint(report: str, original: str, subject: str = "Fwd: Hello") -> tuple[Told, str, str, bool, str]:
    feedback = f"--b\nContent-Type: message/feedback-report\n\n{report}\n" if report else ""
    body = f"{HEAD}{subject}\n\n{feedback}--b\nContent-Type: message/rfc822\n\n{original}\n--b--\n"
    (one,) = told_by(body.encode(), "1", PATH)
    assert isinstance(one, MailEvent)
    return one.told, one.send_id, one.recipient, one.proved, one.remote_id


def test_a_complaint_that_gives_the_path_back_is_proof_without_a_name() -> None:
    send = str(uuid4())
    told = (Told.COMPLAINED, send, "", True, OURS)
    envelope = f"Feedback-Type: abuse\nOriginal-Rcpt-To: [redacted]\nOriginal-Mail-From: <{PATH.of(send)}>"
    assert complaint(envelope, SENT) == told
    assert complaint("Feedback-Type: abuse", f"Return-Path: <{PATH.of(send)}>\n{SENT}") == told
    assert complaint("Feedback-Type: abuse", SENT) == (Told.COMPLAINED, "", "", False, OURS)
    assert complaint("Feedback-Type: opt-out-list", SENT)[0] is Told.UNSUBSCRIBED
    assert complaint("Feedback-Type: not-spam", SENT)[0] is Told.OTHER


def test_what_a_person_attaches_proves_nothing() -> None:
    assert complaint("", f"Return-Path: <{PATH.of(str(uuid4()))}>\n{SENT}") == (
        (Told.ANSWERED, "", "reports@x.example", False, "")
    )


def test_microsofts_form_of_a_complaint() -> None:
    original = f"X-HmXmrOriginalRecipient: ann@x.example\n{SENT}"
    about = "complaint about message from 192.0.2.1"
    assert complaint("", original, about) == (Told.COMPLAINED, "", "ann@x.example", False, OURS)
    assert complaint("", SENT, about)[0] is Told.ANSWERED
