from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from nurture.crm.remote import Act, Doer, Reply, Sale, Told, Whom
from nurture.crm.signing import BadSecret
from nurture.crm.told import TYPES, Unreadable, read
from nurture.crm.told_hook import ToldHook
from nurture.delivery.hooks import Call, Forged
from nurture.demo.crms.webhook import HOOK_SECRET

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANN = {"id": 7, "nurture_id": "01a1"}
GIVEN: dict[str, dict[str, Any]] = {
    "person.changed": {"values": {"industry": " Retail ", "seats": 3, "vip": True, "city": None}},
    "stage.changed": {"stage": "Working"},
    "owner.changed": {"owner": "Noah@sales.example"},
    "task.completed": {"task": {"id": "h1"}},
    "task.answered": {"task": {"id": "h1", "answer": "Lost", "reason": "budget", "note": "In May"}},
    "call.logged": {"call": {"id": 5}},
    "meeting.logged": {"meeting": {"id": 6}},
    "mail.logged": {"mail": {"id": 8}},
    "deal.opened": {"deal": {"id": "d1"}},
    "deal.won": {"deal": {"id": "d1", "amount": 950.5, "currency": "eur"}},
    "deal.lost": {"deal": {"id": "d1"}},
    "person.do_not_contact": {},
    "person.deleted": {},
    "person.merged": {"was": [8, "9"]},
}
BY = Doer(True, "ada@sales.example", AT)
MEANT: dict[str, dict[str, Any]] = {
    "person.changed": {"values": {"industry": "Retail", "seats": "3", "vip": "true", "city": ""}},
    "stage.changed": {"values": {"stage": "Working"}},
    "owner.changed": {"owner": "noah@sales.example"},
    "task.completed": {"act": Act("task", "h1", BY, handoff="h1")},
    "task.answered": {
        "act": Act("task", "h1/Lost", BY, handoff="h1", reply=Reply("Lost", "budget", "In May"))
    },
    "call.logged": {"act": Act("call", "5", BY)},
    "meeting.logged": {"act": Act("meeting", "6", BY)},
    "mail.logged": {"act": Act("mail", "8", BY)},
    "deal.opened": {"sale": Sale("d1", "open", BY)},
    "deal.won": {"sale": Sale("d1", "won", BY, 950.5, "EUR")},
    "deal.lost": {"sale": Sale("d1", "lost", BY)},
    "person.do_not_contact": {"values": {"do_not_contact": "true"}},
    "person.deleted": {"gone": True},
    "person.merged": {"was": ("8", "9")},
}


def message(kind: str, person: Any = ANN, **data: Any) -> dict[str, Any]:
    by = {"user": "Ada@sales.example"}
    return {"type": kind, "timestamp": AT.isoformat(), "data": {"person": person, "by": by, **data}}


@pytest.mark.parametrize("kind", TYPES)
def test_what_each_type_says(kind: str) -> None:
    body = json.dumps(message(kind, **GIVEN[kind])).encode()
    assert read(body) == [Told(Whom("01a1", "7"), BY, **MEANT[kind])]


def test_of_many_at_once_a_bad_one_leaves_the_others() -> None:
    good = message("person.deleted")
    body = json.dumps({"changes": [good, {"type": "person.born", "data": {}}, 5, good]}).encode()
    first, odd, other, last = read(body)
    assert isinstance(first, Told)
    assert first == last
    assert "`type` must be one of person.changed" in str(odd)
    assert "an object with `type`" in str(other)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (message("person.deleted", {}), "`person` needs"),
        (message("person.deleted", {"id": [7]}), "`id` must be a text"),
        (message("person.deleted", {"id": "7" * 201}), "`id` must be a text"),
        (message("person.deleted", "ann@x.example"), "`person` must be an object"),
        ({**message("person.deleted"), "timestamp": "yesterday"}, "`timestamp` is no time"),
        (message("person.changed", values={"a": ["b"]}), "`values` are texts"),
        (message("person.changed"), "`values` must be an object"),
        (message("task.answered", task={"id": "h1"}), "`answer` must be"),
        (message("task.completed"), "`task` must be an object"),
        (message("call.logged", call={}), "`id` must be"),
        (message("deal.won", deal={"id": 1, "amount": "950"}), "`amount` must be a number"),
        (message("person.merged", was="8"), "`was` must be a list"),
    ],
)
def test_what_cannot_be_read_says_why_and_names_nobody(wrong: dict[str, Any], said: str) -> None:
    (found,) = read(json.dumps(wrong).encode())
    assert said in str(found)
    assert "ann@x.example" not in str(found)


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'"a"', b'{"changes": {}}', b"[" * 100_000])
def test_what_is_no_message_at_all(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read(body)


def signed(at: datetime = AT, secret: str = HOOK_SECRET, body: str = "{}") -> Call:
    sign = Webhook(secret).sign("msg_1", at, body)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": sign,
    }
    return Call(headers, body.encode())


OTHER = "whsec_MDAwMTExMjIyMzMzNDQ0NTU1NjY2Nzc3ODg4OTk5"


@pytest.mark.parametrize("off", [timedelta(), timedelta(minutes=4), timedelta(minutes=-4)])
def test_a_signed_call_has_its_number(off: timedelta) -> None:
    assert ToldHook([OTHER, HOOK_SECRET]).proved(signed(AT + off), "", AT) == "msg_1"


@pytest.mark.parametrize(
    "call",
    [
        signed(AT - timedelta(minutes=6)),
        signed(AT + timedelta(minutes=6)),
        signed(secret=OTHER),
        Call(signed().headers, b"{} "),
        Call({**signed().headers, "webhook-id": "msg_2"}, b"{}"),
        Call({name: value for name, value in signed().headers.items() if name != "webhook-id"}, b"{}"),
        Call({}, b"{}"),
    ],
)
def test_what_is_not_signed_or_too_far_in_time_is_forged(call: Call) -> None:
    with pytest.raises(Forged):
        ToldHook([HOOK_SECRET]).proved(call, "", AT)


@pytest.mark.parametrize("secret", ["whsec_", "word", "whsec_c2hvcnQ="])
def test_a_secret_that_proves_nothing_is_told_at_once(secret: str) -> None:
    with pytest.raises(BadSecret, match="NURTURE_CRM_HOOK_KEY"):
        ToldHook([secret])
