from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from nurture.crm.hubspot_hook import HubSpotHook
from nurture.crm.remote import Whom
from nurture.delivery.hooks import Call, Forged
from nurture.demo.crms.hubspot import FakeHubSpot
from nurture.demo.crms.hubspot_book import SECRET

URI = "https://nurture.example/hooks/crm/hubspot"


def call() -> Call:
    fake = FakeHubSpot()
    ann = fake.make("contacts", {"email": "ann@x.example"})
    fake.change("contacts", ann.id, {"hs_lead_status": "OPEN"})
    body, headers = fake.webhook([*reversed(fake.told), fake.told[0]], URI)
    return Call(headers, body)


def test_it_names_whom_to_look_at_whatever_the_order() -> None:
    given = call()
    hook = HubSpotHook(SECRET)
    assert hook.proved(given, URI, datetime.now(UTC)) == hook.proved(given, URI, datetime.now(UTC))
    assert hook.named(given) == [Whom(remote_id="1001")]


def test_a_merge_names_both() -> None:
    body = b'[{"subscriptionType": "contact.merge", "primaryObjectId": 7, "mergedObjectIds": [8]}]'
    assert HubSpotHook(SECRET).named(Call({}, body)) == [Whom(remote_id="7"), Whom(remote_id="8")]


@pytest.mark.parametrize("what", ["body", "uri", "secret", "time", "v1", "nothing"])
def test_what_is_not_signed_is_forged(what: str) -> None:
    given, uri, secret, now = call(), URI, SECRET, datetime.now(UTC)
    if what == "body":
        given = Call(given.headers, given.body + b" ")
    elif what == "uri":
        uri += "/x"
    elif what == "secret":
        secret = "another"
    elif what == "time":
        now += timedelta(minutes=6)
    elif what == "v1":
        signature = given.header("x-hubspot-signature-v3")
        given = Call(
            {**given.headers, "x-hubspot-signature-v3": "", "x-hubspot-signature": signature}, given.body
        )
    else:
        given = Call({}, given.body)
    with pytest.raises(Forged):
        HubSpotHook(secret).proved(given, uri, now)


def test_without_a_secret_nothing_is_believed() -> None:
    with pytest.raises(Forged, match="NURTURE_CRM_CLIENT_SECRET"):
        HubSpotHook("").proved(call(), URI, datetime.now(UTC))


def test_the_vendor_s_own_example_is_proved() -> None:
    """From their client library: secret, method, address, body and time are theirs."""
    hook = HubSpotHook("yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy")
    stamp = "1693657560000"
    signature = "K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y="
    headers = {"x-hubspot-signature-v3": signature, "x-hubspot-request-timestamp": stamp}
    given = Call(headers, b"{'example_field':'example_value'}")
    hook.proved(given, "https://www.example.com/webhook_uri", datetime.fromtimestamp(1693657560, UTC))
