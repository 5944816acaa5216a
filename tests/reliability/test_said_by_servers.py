"""The real words of large families of servers, as we get them ourselves, in reports, and from providers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from nurture.delivery.incoming import told_by
from nurture.domain.bounces import REASONS, classify
from nurture.domain.mail_events import MailEvent, grade
from tests.delivery.test_hook_properties import read
from tests.reliability.said_by_servers import SAID
from tests.reliability.test_bounce_table import HARD, OURS, REPORT, SOFT

EACH = [(reason, code, said) for reason, rows in SAID.items() for code, said in rows]
BOUNCES = [row for row in EACH if row[1] >= 500]


def _ses(said: str) -> dict[str, Any]:
    who = {"emailAddress": "a@x.example", "diagnosticCode": f"smtp; {said}"}
    bounce = {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": [who]}
    told = {"eventType": "Bounce", "bounce": bounce, "mail": {"messageId": "1", "tags": {}}}
    return {"Type": "Notification", "MessageId": "n", "Message": json.dumps(told)}


def _mailgun(said: str) -> dict[str, Any]:
    status = {"code": int(said[:3]), "message": said[4:]}
    event = {
        "event": "failed",
        "id": "1",
        "severity": "permanent",
        "reason": "bounce",
        "delivery-status": status,
    }
    return {"event-data": event}


FOR_GOOD: dict[str, Callable[[str], Any]] = {
    "ses": _ses,
    "mailgun": _mailgun,
    "postmark": lambda said: {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "Details": f"smtp;{said}",
        "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
    },
    "sendgrid": lambda said: [{"event": "bounce", "type": "bounce", "reason": said, "sg_event_id": "1"}],
    "resend": lambda said: {
        "type": "email.bounced",
        "data": {"bounce": {"type": "Permanent", "subType": "General", "message": said}},
    },
    "brevo": lambda said: {"event": "hard_bounce", "reason": said},
    "mailersend": lambda said: {"type": "activity.hard_bounced", "data": {"morph": {"reason": said}}},
}
"""What each posts of an address that it holds for gone, and the words of the server in it."""


def test_the_words_of_each_family_tell_whose_fault_it_is() -> None:
    found = {(code, said): classify(code, said).reason for _, code, said in EACH}
    assert found == {(code, said): reason for reason, code, said in EACH}
    for reason, code, said in EACH:
        reply = classify(code, said)
        assert reply.suppress is (code >= 500 and REASONS[reason].suppress), said
    print(f"{len(EACH)} texts")


def test_a_report_that_quotes_them_is_read_alike() -> None:
    for reason, code, said in BOUNCES:
        line = " ".join(f"{code} {said}".split())
        (one,) = told_by(REPORT.format(action="failed", status="5.0.0", said=line).encode(), "1")
        assert isinstance(one, MailEvent)
        if reason != "refused":
            assert one.reason == reason, said
        assert grade(one.reason) != HARD or reason == "refused" or REASONS[reason].suppress, said


@pytest.mark.parametrize("provider", FOR_GOOD)
def test_a_provider_that_calls_an_address_gone_is_believed_unless_we_are_blamed(provider: str) -> None:
    for reason, code, said in BOUNCES:
        (one,) = read(provider, json.dumps(FOR_GOOD[provider](f"{code} {said}")).encode())
        assert isinstance(one, MailEvent)
        expected = grade(reason)
        if reason in ("server-trouble", "slow-down", "protocol") or said == "Rejected":
            expected = HARD  # its word, against a code that says little
        if provider == "postmark" and said in NEUTRAL:
            expected = HARD  # it has other words for what is refused for us
        assert grade(one.reason) == expected, (said, one.reason)
        assert expected not in (OURS, SOFT) or not REASONS[one.reason].suppress


NEUTRAL = ("5.7.1 refused", "5.7.1 <ann@x.example>: Recipient address rejected: Access denied")
"""Nobody is blamed by more than the code."""
