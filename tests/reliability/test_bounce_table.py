"""D3: 160 answers of mail servers, 50 reports of delivery and 10 of complaints: each has its class, and
nobody is suppressed for our own policy."""

from __future__ import annotations

from itertools import product

from nurture.delivery.incoming import told_by
from nurture.domain.bounces import REASONS, classify
from nurture.domain.mail_events import MailEvent, Told, grade

HARD, SOFT, OURS, MESSAGE = "hard", "soft", "ours", "message"
ANSWERS: dict[str, list[tuple[int, str]]] = {
    HARD: [
        *product((550,), ("5.1.1", "5.1.3", "5.1.6", "5.2.1")),
        *product((553, 551), ("5.1.1", "5.1.2")),
        *product((556, 550), ("5.1.10", "5.1.2")),
    ],
    SOFT: [
        *product((452, 422, 552), ("4.2.2", "5.2.2")),
        *product((450, 451), ("4.2.1", "4.7.1", "4.4.1", "4.3.2")),
        *product((421,), ("4.7.0", "4.3.2", "4.4.2")),
        *product((452,), ("4.5.3", "4.3.1")),
        *product((550,), ("5.4.4",)),
    ],
    OURS: [
        *product((550, 554), ("5.7.1", "5.7.26", "5.7.27", "5.7.30")),
        *product((550, 554), ("5.7.32", "5.7.509", "5.7.515", "5.7.25")),
    ],
    MESSAGE: [*product((552, 554), ("5.3.4", "5.2.3", "5.6.0"))],
}  # fmt: skip
SAYS = (
    "{code} {status} <ann@theirs.example>: refused by mx.theirs.example",
    "{code}-{status} no\r\n{code} {status} sorry",
    "{code} {status}",
)
REPORT = (
    "From: mailer-daemon@theirs.example\n"
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
    "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
    "Final-Recipient: rfc822; ann@theirs.example\nAction: {action}\nStatus: {status}\n"
    "Diagnostic-Code: smtp; {said}\n\n--b--\n"
)
COMPLAINT = (
    "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n"
    "Content-Type: message/feedback-report\n\nFeedback-Type: {kind}\nUser-Agent: {agent}\nVersion: 1\n"
    "Original-Rcpt-To: ann@theirs.example\n\n--b--\n"
)


def test_each_answer_of_a_server_has_its_class() -> None:
    seen = 0
    for wanted, rows in ANSWERS.items():
        for (code, status), says in product(rows, SAYS):
            said = says.format(code=code, status=status)
            reply = classify(code, said)
            assert grade(reply.reason) == wanted or code < 500, (said, reply)
            assert reply.suppress is (wanted == HARD and code >= 500), (said, reply)
            assert not (REASONS[reply.reason].whose == "us" and reply.suppress)
            seen += 1
    print(f"{seen} answers")
    assert seen >= 120


def test_each_report_has_its_class() -> None:
    reports = complaints = 0
    for wanted, rows in ANSWERS.items():
        for code, status in rows:
            action = "delayed" if code < 500 else "failed"
            said = SAYS[0].format(code=code, status=status)
            (one,) = told_by(REPORT.format(action=action, status=status, said=said).encode(), "1")
            assert isinstance(one, MailEvent)
            assert one.told is (Told.DEFERRED if code < 500 else Told.BOUNCED)
            assert code < 500 or grade(one.reason) == wanted, (said, one)
            reports += 1
    for kind, agent in product(
        ("abuse", "fraud", "virus", "other", "opt-out"), ("Yahoo!-Mail-Feedback/2.0", "x")
    ):
        (one,) = told_by(COMPLAINT.format(kind=kind, agent=agent).encode(), "1")
        assert isinstance(one, MailEvent)
        assert one.told is (Told.UNSUBSCRIBED if kind == "opt-out" else Told.COMPLAINED)
        assert one.recipient == "ann@theirs.example"
        complaints += 1
    assert reports >= 30
    print(f"{reports} reports of delivery, {complaints} of complaints")
