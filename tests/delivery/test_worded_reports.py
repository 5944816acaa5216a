"""Reports without a part for machines, in the manner of the servers that write them."""

from __future__ import annotations

import pytest

from nurture.delivery.incoming import told_by
from nurture.delivery.returns import ReturnPath
from nurture.domain.mail_events import MailEvent, Odd, Told
from tests.delivery.test_smtp_reports import told

PATH = ReturnPath("bounces@ours.example", ("secret of ours",))
SEND = "0f5f2c9e-5d0e-4c55-9b1e-1f2a3b4c5d6e"
ANN, OURS = "ann@x.example", "a-1@ours.example"
BELOW = f"Received: from us\nFrom: hello@ours.example\nTo: Ann <{ANN}>\nMessage-ID: <{OURS}>\n\nHello"
QMAIL = (
    "Hi. This is the program at mx.x.example.\nI wasn't able to deliver your message to these addresses.\n"
    f"This is a permanent error; I've given up.\n\n<{ANN}>:\n{{}}\n\n--- Below is a copy.\n\n{BELOW}"
)
EXIM = (
    "A message that you sent could not be delivered. The following address failed:\n\n"
    f"  {ANN}\n    host mx.x.example [2001:db8:450::1] said after RCPT TO:\n    {{}}\n\n"
    f"------ Copy ------\n\n{BELOW}"
)
EXCHANGE = (
    "<style>p {{ }}</style><p>Delivery has failed to these recipients:</p>"
    f"<p><a href='mailto:{ANN}'>{ANN}</a><br>{{}}</p><p>Original message headers:</p>"
    f"<pre>To: &lt;{ANN}&gt;\nMessage-ID: &lt;{OURS}&gt;</pre>"
)
GERMAN = f"Ihre Mail konnte nicht zugestellt werden an\n    {ANN}\nGrund: {{}}\n\n{BELOW}"
FRENCH = f"Votre message n'a pas pu être remis :\n\n<{ANN}>: {{}}\n\n> To: {ANN}\n> Message-ID: <{OURS}>"
RUSSIAN = f"Ваше письмо не может быть доставлено:\n\n{ANN}\n  {{}}\n\n------ Копия ------\n{BELOW}"


EXIMS, DAEMON, POST = (
    "Mail Delivery System <us@ours.example>",
    "mailer-daemon@x.example",
    "postmaster@x.example",
)


@pytest.mark.parametrize(
    ("sender", "kind", "text", "said", "reason"),
    [
        (DAEMON, "plain", QMAIL, "No mailbox here by that name. (#5.1.1)", "no-such-mailbox"),
        (DAEMON, "plain", QMAIL, "Queued for too long. (#4.4.1)", "server-trouble"),
        (DAEMON, "plain", QMAIL, "554: error: this user doesn't have an account", "no-such-mailbox"),
        (EXIMS, "plain", EXIM, "550 No such user", "no-such-mailbox"),
        (EXIMS, "plain", EXIM, "Unrouteable address", "soft-bounce"),
        (EXIMS, "plain", EXIM, "550 Blocked - see our page", "policy"),
        (POST, "html; charset=utf-8", EXCHANGE, "#550 5.1.1 RESOLVER.ADR; not found ##", "no-such-mailbox"),
        (DAEMON, "plain", GERMAN, "552 Postfach voll.", "mailbox-full"),
        (POST, "plain; charset=latin-1", FRENCH, "550 5.1.1 adresse inconnue", "no-such-mailbox"),
        (DAEMON, "plain; charset=koi8-r", RUSSIAN, "550 User not found", "no-such-mailbox"),
        (DAEMON, "plain; charset=utf-16", EXIM, "550 5.2.1 disabled", "mailbox-disabled"),
        (DAEMON, "plain; charset=of-nobody", EXIM, "550 5.2.1 disabled", "mailbox-disabled"),
    ],
)
def test_a_bounce_in_words(sender: str, kind: str, text: str, said: str, reason: str) -> None:
    charset = kind.partition("charset=")[2].replace("of-nobody", "") or "utf-8"
    head = f"Return-Path: <>\r\nFrom: {sender}\r\nTo: hello@ours.example\r\nContent-Type: text/{kind}\r\n\r\n"
    body = head.encode() + text.format(said).encode(charset)
    assert told(body) == [(Told.BOUNCED, reason, ANN, OURS)]


@pytest.mark.parametrize(
    ("subject", "text", "kind"),
    [
        (
            "Warning: message 1k-0 delayed 24 hours",
            "It has not yet been delivered to:\n\n  {}",
            Told.DEFERRED,
        ),
        (
            "Delivery Status Notification",
            "Could not be delivered yet.\n{}\nWill retry for two days.",
            Told.DEFERRED,
        ),
        ("Undeliverable: Hello", "Sorry, {}", Told.BOUNCED),
        ("=?utf-8?q?Unzustellbar=3A_Hello?=", "{}", Told.BOUNCED),
        ("Delivery failed", "Delayed several times, {}: 550 5.7.1 refused", Told.BOUNCED),
        ("Undeliverable: Why your parcel is delayed", "{}", Told.BOUNCED),
        ("Verzögerung bei der Zustellung", "{}: 451", Told.DEFERRED),
        ("Held in quarantine", "Your mail to {} waits for somebody.", Told.OTHER),
    ],
)
def test_what_became_of_it(subject: str, text: str, kind: Told) -> None:
    body = f"From: postmaster@x.example\nSubject: {subject}\nReferences: <{OURS}>\n\n{text.format(ANN)}"
    ((found, reason, _, number),) = told(body.encode())
    assert (found, number) == (kind, OURS)
    assert reason != "hard-bounce", "nothing said that it is for good"


@pytest.mark.parametrize(
    "head",
    [
        "Subject: Delivery problems? Read our guide\nAuto-Submitted: auto-replied",
        "Subject: Re: Returned to sender\nAuto-Submitted: auto-replied",
        "Subject: Automatic reply: Hello",
    ],
)
def test_an_absence_has_no_return_path_either(head: str) -> None:
    body = f"Return-Path: <>\nFrom: Ann <{ANN}>\n{head}\nIn-Reply-To: <{OURS}>\n\nIt could not be delivered."
    assert told(body.encode()) == [(Told.REPLIED, "", ANN, OURS)]


def test_exchange_has_a_sender_of_its_own() -> None:
    sender = "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@x.example>"
    body = f"From: {sender}\nSubject: Onbestelbaar: Hello\nIn-Reply-To: <{OURS}>\n\n{ANN}\n#550 5.1.1 gone##"
    assert told(body.encode()) == [(Told.BOUNCED, "no-such-mailbox", ANN, OURS)]


def test_a_person_who_passes_it_on_is_a_person() -> None:
    head = f"From: Ann <{ANN}>\nSubject: Fwd: Undelivered Mail Returned to Sender\nIn-Reply-To: <{OURS}>"
    assert told(f"{head}\n\nWhat is this?\n\n{QMAIL.format('(#5.1.1)')}".encode()) == [
        (Told.ANSWERED, "", ANN, OURS)
    ]


def test_to_the_path_of_a_mail_words_are_proof_of_no_more_than_they_say() -> None:
    head = f"From: MAILER-DAEMON@x.example\nTo: {PATH.of(SEND)}\nSubject: {{}}\n\nSorry."
    (bounce,) = told_by(head.format("Returned mail").encode(), "1", PATH)
    (riddle,) = told_by(head.format("Notice").encode(), "1", PATH)
    assert isinstance(bounce, MailEvent)
    assert isinstance(riddle, MailEvent)
    assert (bounce.told, bounce.send_id, bounce.reason) == (Told.BOUNCED, SEND, "soft-bounce")
    assert riddle.told is Told.OTHER, "not a proof that the mail arrived"


@pytest.mark.parametrize("within", ["multipart/mixed; boundary={}\n\n--{}", "message/rfc822"])
def test_however_deep_it_ends(within: str) -> None:
    deep = "".join(f"Content-Type: {within.format(n, n)}\n" + "\n" * ("8" in within) for n in range(2000))
    (found,) = told_by(f"From: mailer-daemon@x.example\n{deep}".encode(), "1")
    assert isinstance(found, Odd) or found.told is Told.OTHER
