"""What holds for the webhook of every provider: believed if proved, understood, and the mail found."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from nurture.delivery.hooks import Call, Forged, Hook
from nurture.delivery.registry import HOOKS, PROVIDERS
from nurture.domain.mail_events import MailEvent, Told, grade
from nurture.settings import load_settings
from tests.delivery.fakes import FAKES, FakeApi, FakeSmtp
from tests.delivery.fakes.server import ANN, Taken
from tests.delivery.fakes.ses import PEM

Fake = FakeApi | FakeSmtp


@pytest.fixture(params=sorted(PROVIDERS))
def fake(request: pytest.FixtureRequest) -> Fake:
    assert request.param in HOOKS, "a provider must tell what becomes of its mails"
    return FAKES[request.param]()


async def fetch(_url: str) -> bytes:
    return PEM


def hook_of(fake: Fake) -> Hook:
    keys = load_settings(**fake.settings, internal_hosts="127.0.0.1").mail_webhook_keys
    return HOOKS[fake.name](keys, fetch, None)


def taken(fake: Fake) -> Taken:
    """A mail server gives our Message-ID back, and no more."""
    if fake.name == "smtp":
        return Taken(ANN, "", "Hello", "", "", "", "abc@ours.example")
    return Taken(ANN, str(uuid4()), "Hello", "", "", "", "0102018-abc")


EXPECTED = {
    "delivered": (Told.DELIVERED, ""),
    "hard": (Told.BOUNCED, "hard"),
    "soft": (Told.BOUNCED, "soft"),
    "deferred": (Told.DEFERRED, ""),
    "complained": (Told.COMPLAINED, ""),
}


@pytest.mark.parametrize("what", EXPECTED)
async def test_what_it_tells_is_understood_and_finds_its_mail(fake: Fake, what: str) -> None:
    mail = taken(fake)
    headers, body = fake.tells(what, mail)
    hook, call = hook_of(fake), Call(headers, body)
    number = await hook.proved(call, datetime.now(UTC))
    assert 0 < len(number) <= 150
    (event,) = hook.events(call)
    assert isinstance(event, MailEvent)
    told, graded = EXPECTED[what]
    assert event.told is told
    if graded:
        assert grade(event.reason) == graded
    assert event.send_id == mail.send_id
    assert event.remote_id == mail.remote_id
    assert event.recipient == ANN
    assert event.proved is (fake.name != "smtp")  # anybody may write a mail to our sender
    assert [again for again in hook.events(call) if isinstance(again, MailEvent)] == [event]
    assert await hook.proved(call, datetime.now(UTC)) == number


async def test_what_is_forged_is_not_believed(fake: Fake) -> None:
    hook, now = hook_of(fake), datetime.now(UTC)
    headers, body = fake.tells("complained", taken(fake))
    forged = [
        ({}, body),
        (dict.fromkeys(headers, ""), body),
        (dict.fromkeys(headers, "Basic ÿ"), body),
    ]
    if fake.name not in ("smtp", "postmark", "brevo", "mailgun"):  # whose proof does not cover the body
        forged.append(
            (headers, body + b" ") if fake.name != "ses" else (headers, body.replace(ANN.encode(), b"x"))
        )
    for head, text in forged if fake.name not in ("ses", "mailgun") else forged[3:]:
        with pytest.raises(Forged):
            await hook.proved(Call(head, text), now)
    if fake.name in ("ses", "mailgun"):  # whose proof is in the body
        for field in ("Signature", "signature"):
            broken = json.loads(body)
            if field in broken:
                broken[field] = "AAAA" if field == "Signature" else {**broken[field], "signature": "0" * 64}
                with pytest.raises(Forged):
                    await hook.proved(Call(headers, json.dumps(broken).encode()), now)


def test_every_key_may_be_changed_while_both_are_good(fake: Fake) -> None:
    given: dict[str, Any] = {"mail_url": f"{fake.name}://u:p@h", "mail_webhook_key": "old, new"}
    assert load_settings(**given).mail_webhook_keys == ("old", "new")
