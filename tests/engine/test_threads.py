"""A mail in the thread of the one before, and from a person: as it arrives."""

from __future__ import annotations

from datetime import timedelta

import pytest

from nurture.delivery.catcher.mails import Caught
from nurture.delivery.dkim_signing import signing
from nurture.services.enrol import enrol
from nurture.services.publish import publish_policy
from tests.delivery.test_dkim_signing import entry, holds
from tests.fixtures.content import DICTIONARY, MONDAY
from tests.fixtures.engine import Engine

pytestmark = pytest.mark.asyncio(loop_scope="session")

DOCUMENT = {
    "campaign": "roll-off",
    "steps": [
        {"send": "intro", "sender": "anna"},
        {"wait": "14d"},
        {"send": "reminder", "thread": "intro", "sender": "anna"},
        {"send": "invoice", "thread": "never", "kind": "operational"},
        {"send": "never", "if": "lead.customer"},
        {"end": "done"},
    ],
}
SENDERS = {"anna": {"name": "Anna Lee", "address": "anna@ours.example"}}


def headers_of(caught: Caught | None) -> list[tuple[str, str]]:
    assert caught
    return caught.headers


async def test_an_answer_in_the_same_thread(engine: Engine) -> None:
    house = engine.house
    signer = signing(entry())
    assert signer
    house.desk.sign = signer
    house.do(publish_policy, house.desk.clock, "dictionary", {**DICTIONARY, "senders": SENDERS})
    house.publish(DOCUMENT)
    house.do(enrol, house.desk, "roll-off", house.lead(), "test:1")
    await engine.stepper.settle()
    await engine.stepper.to(MONDAY + timedelta(days=14))
    store = engine.catcher.store
    assert all(holds(signer, caught.raw) for mail in engine.catcher.mails if (caught := store.get(mail.id)))
    intro, reminder, invoice = (dict(headers_of(store.get(mail.id))) for mail in engine.catcher.mails)
    assert intro["From"] == "Anna Lee <anna@ours.example>"
    assert "In-Reply-To" not in intro
    assert reminder["Subject"] == "Re: About intro"
    assert reminder["In-Reply-To"] == reminder["References"] == intro["Message-ID"]
    assert reminder["From"] == "Anna Lee <anna@ours.example>"
    # The mail it would have answered was never sent: it stands alone, and is the company's.
    assert invoice["Subject"] == "About invoice"
    assert "In-Reply-To" not in invoice
    assert invoice["From"] == "Ours <news@ours.example>"
