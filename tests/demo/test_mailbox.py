from __future__ import annotations

from pathlib import Path

from nurture.delivery.catcher.mails import MailStore
from nurture.delivery.compose import compose, message_id
from nurture.delivery.links import Links
from nurture.delivery.render import Rendered
from nurture.demo.mailbox import Mailbox

LINKS = Links("http://127.0.0.1:8080", ["a-key-of-some-length"])
SEND = "01938a00-0000-7000-8000-000000000001"


def mail_of(step: str, recipient: str) -> bytes:
    answer, leave = LINKS.answer(SEND, "now"), LINKS.unsubscribe("lead", "guide")
    page = f'<a href="https://www.example.com/1">one</a><a href="{answer}">now</a><a href="{leave}">out</a>'
    return compose(
        Rendered("Grüße", f"<html><body>{page}</body></html>", "text"),
        send_id=SEND,
        message_id=message_id(SEND, "ours.example"),
        sender=("Ann", "ann@ours.example"),
        recipient=(recipient, "Zoë"),
        tracker=LINKS,
        unsubscribe_url=leave,
        list_id="guide.ours.example",
        feedback_id=f"guide:{step}:nurture:smtp",
        kind="marketing",
    ).mail


def test_a_mail_as_its_reader_finds_it(tmp_path: Path) -> None:
    mails = MailStore(tmp_path / "mails.jsonl")
    mails.append(mail_of("checklist", "her@theirs.example"), "ann@ours.example", "her@theirs.example")
    (found,) = Mailbox(mails).new()
    mails.close()
    assert (found.campaign, found.step, found.recipient) == ("guide", "checklist", "her@theirs.example")
    assert found.message_id == message_id(SEND, "ours.example")
    assert found.links == (LINKS.click(SEND, 0),)
    assert found.hidden == (LINKS.honeypot(SEND),)
    assert found.pixel == LINKS.open_pixel(SEND)
    assert found.answers == (LINKS.answer(SEND, "now"),)
    assert found.unsubscribe == LINKS.unsubscribe("lead", "guide")


def test_every_mail_is_seen_once_in_an_order_of_its_own(tmp_path: Path) -> None:
    mails = MailStore(tmp_path / "mails.jsonl")
    mailbox = Mailbox(mails)
    for name in ("zoe", "adam"):
        mails.append(mail_of("guide", f"{name}@t.example"), "", f"{name}@t.example")
    assert [mail.recipient for mail in mailbox.new()] == ["adam@t.example", "zoe@t.example"]
    assert mailbox.new() == []
    mails.append(mail_of("guide", "eve@t.example"), "", "eve@t.example")
    assert [mail.recipient for mail in mailbox.new()] == ["eve@t.example"]
    mails.close()
