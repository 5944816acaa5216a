from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime

import pytest

from nurture.crm.remote import Whom
from nurture.crm.word_hook import ACK, WordHook, outbound, pipedrive
from nurture.delivery.hooks import Call, Forged

NOW = datetime(2026, 3, 2, tzinfo=UTC)
LEAD = "<Notification><Id>04l{n:012}</Id><sObject><sf:Id>00Q{n:012}</sf:Id></sObject></Notification>"
SOAP = "".join(
    [
        '<soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound">',
        "<OrganizationId>00D000000000001</OrganizationId>",
        *(LEAD.format(n=n) for n in (2, 1, 1)),
        "</notifications></soapenv:Body>",
    ]
).encode()
HERE = "https://nurture.example/hooks/crm/salesforce"


def test_an_outbound_message_names_people_and_nobody_else() -> None:
    hook = WordHook("salesforce", "a-long-word", outbound, ACK)
    given = Call({}, SOAP)
    hook.proved(given, f"{HERE}/a-long-word", NOW)
    assert hook.named(given) == [Whom(remote_id="00Q000000000002"), Whom(remote_id="00Q000000000001")]
    assert "<Ack>true</Ack>" in hook.says


@pytest.mark.parametrize(("key", "uri"), [("word", HERE), ("word", f"{HERE}/other"), ("", f"{HERE}/")])
def test_without_the_word_it_is_forged(key: str, uri: str) -> None:
    with pytest.raises(Forged):
        WordHook("salesforce", key, outbound).proved(Call({}, SOAP), uri, NOW)


@pytest.mark.parametrize(
    ("told", "people"),
    [
        ({"meta": {"entity": "person", "entity_id": "7"}, "data": {"id": 7}}, ["7"]),
        ({"meta": {"entity": "activity", "entity_id": "9"}, "data": {"id": 9, "person_id": 7}}, ["7"]),
        ({"meta": {"object": "person", "id": 7}, "current": None, "previous": {"id": 7}}, ["7"]),
        ({"meta": {"object": "deal", "id": 3}, "current": {"id": 3, "person_id": {"value": 8}}}, ["8"]),
        ({"meta": {"entity": "organization", "entity_id": "1"}, "data": {"id": 1}}, []),
    ],
)
def test_both_versions_of_the_other(told: dict[str, object], people: list[str]) -> None:
    hook = WordHook("pipedrive", "user:password", pipedrive)
    auth = b64encode(b"user:password").decode()
    given = Call({"authorization": f"Basic {auth}"}, json.dumps(told).encode())
    hook.proved(given, "https://nurture.example/hooks/crm/pipedrive", NOW)
    assert [whom.remote_id for whom in hook.named(given)] == people
