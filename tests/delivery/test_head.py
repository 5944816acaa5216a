"""No text of anybody is ever read as header syntax, whatever it looks like."""

import warnings
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nurture.delivery.compose import ComposeError, compose, compose_note, message_id
from nurture.delivery.head import mailbox_field, one_line, read_mailbox, read_text, text_field
from nurture.delivery.parts import parts_of, sender_of
from nurture.delivery.render import Rendered
from nurture.delivery.smtp_wire import as_seven_bit

SEND = "01938a00-0000-7000-8000-000000000001"
HIDDEN = "=?utf-8?q?x=0D=0ABcc:_v@evil.example=0D=0A=0D=0A<h1>my_own?="
IN_BASE64 = "=?UTF-8?B?DQpCY2M6IHZAZXZpbC5leGFtcGxlDQoNCg==?="
ODD = [
    "a\0b\u2028c\u2029d\x85e\x1cf\x0bg",
    '"Zoë" <evil@x.example>, "',
    "\u202eevil\u202c שלום",
    "\ud83d half",
    "Преображенская-Воскресенская Александра Константиновна",
    "Z" * 3000,
    "(a (b) c\\",
    "=?utf-8?q?=?=?=",
    "a,b;c:d@e.example",
    "😀" * 120,
    "=?",
    "?=",
    "Ann =\u200b?utf-8?q?x?=",
]
BODIES = ["x", "<!DOCTYPE html>\r\n<html><body><p>x</p></body></html>"]
TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(st.sampled_from('=?utf-8qbQB_0DAaé\u2028\0\u05d0<>@,;:"\\() \t'), max_size=60),
    st.sampled_from([HIDDEN, IN_BASE64, *ODD]),
)
NAMES = [
    *("From", "To", "Subject", "Message-ID", "Date", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"),
    *("Feedback-ID", "MIME-Version", "Content-Type"),
]


def made(name: str, sender: str, subject: str, body: str = "x") -> bytes:
    return compose(
        Rendered(subject, f"<p>{body}</p>", body),
        send_id=SEND,
        message_id=message_id(SEND, "ours.example"),
        sender=(sender, "ann@ours.example"),
        recipient=("her@theirs.example", name),
        tracker=None,
        unsubscribe_url="https://go.ours.example/u/1",
        list_id="news.ours.example",
        feedback_id="news:hello:ours:nurture",
        kind="marketing",
    ).mail


@settings(max_examples=40, deadline=None)
@given(TEXTS, TEXTS, TEXTS)
@example(HIDDEN, IN_BASE64, HIDDEN)
@example(IN_BASE64, HIDDEN, f"News for {HIDDEN}")
def test_every_text_comes_back_and_makes_no_header(name: str, sender: str, subject: str) -> None:
    try:
        raw = made(name, sender, subject)
    except ComposeError:
        assert any(end in text for text in (name, sender, subject) for end in "\r\n")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mail = cast(EmailMessage, message_from_bytes(raw, policy=policy.compat32))
        assert list(mail.keys()) == NAMES
    assert [one.get_content_type() for one in mail.walk()][1:] == ["text/plain", "text/html"]
    assert [one.get_payload().strip() for one in mail.get_payload()] == BODIES  # type: ignore
    assert raw.isascii()
    assert all(len(line) < 998 for line in raw.split(b"\r\n"))
    assert read_mailbox(mail["To"]) == (one_line(name)[:200].strip(" "), "her@theirs.example")
    assert read_mailbox(mail["From"]) == (one_line(sender)[:200].strip(" "), "ann@ours.example")
    assert read_text(mail["Subject"]) == one_line(subject)[:900].strip(" ")
    assert sender_of(raw) == "ann@ours.example"
    assert list(message_from_bytes(as_seven_bit(raw)).keys()) == NAMES


@settings(max_examples=30, deadline=None)
@given(TEXTS, TEXTS)
@example(HIDDEN, IN_BASE64)
def test_what_a_provider_is_given_holds_no_encoded_word(name: str, subject: str) -> None:
    try:
        parts = parts_of(made(name, "Ours", subject))
    except ComposeError:
        return
    assert parts.recipient[1] == "her@theirs.example"
    assert parts.recipient[0].replace("= ?", "=?") == one_line(name)[:200].strip(" ").replace("= ?", "=?")
    for said in (parts.recipient[0], parts.subject, parts.line(parts.recipient)):
        assert "=?" not in said
        assert said == one_line(said)
    assert set(parts.headers) == set(NAMES[3:4] + NAMES[5:9])


@pytest.mark.parametrize("name", ODD)
def test_pythons_own_reader_finds_one_address_and_the_name(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mail = message_from_bytes(made(name, "Ours", "x"), policy=policy.default)
        assert [one.addr_spec for one in mail["To"].addresses] == ["her@theirs.example"]


def test_long_names_beyond_ascii_have_no_space_put_in() -> None:
    for name in (ODD[4], "Κωνσταντίνος Παπαδόπουλος-Οικονόμου", "株式会社東京エレクトロニクス 田中太郎" * 3):
        assert parts_of(made(name, name, name)).recipient[0] == name
        assert parts_of(made(name, name, name)).subject == name
    parts = parts_of(made('Müller, "Jo"', "Ours", "x"))
    assert parts.line(parts.recipient) == '"Müller, \\"Jo\\"" <her@theirs.example>'


def test_lines_are_folded_where_they_are_long() -> None:
    for field in (text_field("Subject", "word " * 100), text_field("Subject", "é " * 300)):
        assert all(len(line) <= 76 for line in field.split("\r\n"))
        assert field.startswith("Subject: ")
    assert mailbox_field("To", "Ann", "ann@x.example") == "To: Ann <ann@x.example>\r\n"
    assert text_field("Subject", "") == "Subject: \r\n"


def test_a_note_to_staff_says_what_a_lead_is_called_and_nothing_else() -> None:
    raw = compose_note(
        "us@ours.example", "ann@ours.example", f"Task for {HIDDEN}", "\ud83d text", message_id="<1@x>"
    )
    mail = message_from_bytes(raw)
    assert mail["Bcc"] is None
    assert read_text(mail["Subject"]) == f"Task for {HIDDEN}"
    with pytest.raises(ComposeError):
        compose_note("us@ours.example", "ann@ours.example, x@evil.example", "x", "x", message_id="<1@x>")
