"""D1: the shipped mails, as bytes and by each provider: RFC 5322, the headers of lists to the letter, both
covered by DKIM, HTML and text, the postal address, and no larger than Gmail shows."""

from __future__ import annotations

import contextlib
from pathlib import Path

import dkim
from fast_mail_parser import parse_email

from nurture.authoring.content import read_content
from nurture.delivery.compose import compose
from nurture.delivery.dkim_signing import DkimSigner, signing
from nurture.delivery.links import Links
from nurture.delivery.numbers import keeping_ours_whole
from nurture.delivery.provider import Envelope, Verdict
from nurture.delivery.registry import provider
from nurture.delivery.render import Rendered, render
from nurture.settings import load_settings
from nurture.store.columns import new_id
from tests.amount import examples
from tests.authoring.test_shipped import FULL, context
from tests.delivery.fakes import FAKES
from tests.delivery.test_dkim_signing import dns_of, entry
from tests.reliability.arriving import WHOLE, Arrived, last, whole

MOST = 102_000
LINE = 998
LINKS = Links("https://u.ours.example", ["a secret of sixteen and more"])
LEAVE = LINKS.unsubscribe("1" * 36, "welcome")
WANTED = {
    "list-unsubscribe": f"<{LEAVE}>",
    "list-unsubscribe-post": "List-Unsubscribe=One-Click",
    "list-id": "<welcome.ours.example>",
    "feedback-id": "welcome:hello:nurture:smtp",
}
NAMES = ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Feedback-ID")
COVERED = {b"from", b"to", b"subject", b"date", b"message-id"} | {name.encode() for name in WANTED}
OVER_OURS = ("ses", "resend", "brevo", "mailersend")
"""They write a Message-ID of their own."""
OURS, ANN = ("Ours, Ltd", "news@ours.example"), "ann@theirs.example"


def made(signer: DkimSigner, rendered: Rendered, send_id: str) -> bytes:
    mail = compose(
        rendered,
        send_id=send_id,
        message_id=f"<{send_id}@ours.example>",
        sender=OURS,
        recipient=(ANN, "Ana Lima"),
        tracker=LINKS,
        unsubscribe_url=LEAVE,
        list_id="welcome.ours.example",
        feedback_id="welcome:hello:nurture:smtp",
        kind="marketing",
    ).mail
    return signer(mail)


def well_made(mail: Arrived, rendered: Rendered) -> None:
    assert (mail.sender, mail.recipient, mail.subject) == (OURS, ANN, rendered.subject)
    assert {name: mail.headers[name] for name in WANTED} == WANTED
    for part in (mail.text, mail.html):
        assert "1 Our Street" in part
    assert mail.size < MOST


def signed(mail: Arrived, signer: DkimSigner) -> None:
    checked = dkim.DKIM(mail.raw)
    assert checked.verify(dnsfunc=dns_of(signer))
    covered = {part.strip().lower() for part in checked.signature_fields[b"h"].split(b":")}
    assert covered >= COVERED
    assert max(map(len, mail.raw.split(b"\r\n"))) <= LINE
    assert mail.raw.isascii()
    assert b"\n" not in mail.raw.replace(b"\r\n", b"")


def read_alike(mail: Arrived) -> None:
    """By a reader that shares nothing with Python's."""
    other = parse_email(mail.raw)
    assert other.warnings == []
    assert other.subject == mail.subject
    assert {name: other.headers[name] for name in NAMES} == {name: [WANTED[name.lower()]] for name in NAMES}
    assert [text.split() for text in other.text_plain] == [mail.text.split()]
    assert [text.split() for text in other.text_html] == [mail.html.split()]
    assert other.attachments == []


async def test_every_shipped_mail_arrives_well_made_by_every_provider(checkout: Path) -> None:
    signer = signing(entry())
    assert signer
    found = read_content(checkout).messages
    tried = sorted(found)[:: examples(len(found) // 6, 1)]
    arrived = 0
    async with contextlib.AsyncExitStack() as stack:
        fakes = {name: kind() for name, kind in FAKES.items()}
        for fake in fakes.values():
            await stack.enter_async_context(fake.served())
        ways = {
            name: provider(load_settings(**fake.settings, internal_hosts="127.0.0.1"))
            for name, fake in fakes.items()
        }
        for way in ways.values():
            stack.push_async_callback(way.close)
        for message in tried:
            rendered, send_id = render(found[message], context(FULL)), new_id()
            raw = made(signer, rendered, send_id)
            ours = whole(raw)
            for name, way in ways.items():
                outcome = await way.deliver(raw, Envelope(OURS[1], ANN, send_id), _yes)
                assert outcome.verdict is Verdict.SENT, (message, name, outcome)
                mail = last(fakes[name])
                well_made(mail, rendered)
                if name in OVER_OURS:
                    assert mail.headers["references"] == f"<{send_id}@ours.example>"
                if name in WHOLE:
                    signed(mail, signer)
                    read_alike(mail)
                    assert mail.raw == (keeping_ours_whole(raw) if name == "ses" else raw), "byte for byte"
                else:
                    assert "dkim-signature" not in mail.headers, "the provider's own would differ"
                    assert (mail.text.split(), mail.html.split()) == (ours.text.split(), ours.html.split())
                arrived += 1
        assert [(name, fake.wrong) for name, fake in fakes.items() if fake.wrong] == []
    print(f"{len(tried)} of {len(found)} mails by {len(ways)} providers: {arrived} arrived")
    assert len(found) >= 12
    assert len(ways) == 8


async def _yes() -> bool:
    return True
