"""Whatever stands in a webhook, reading it never raises, and what is told is always fit to be booked."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from nurture.delivery.hooks import Call
from nurture.delivery.reading import ours
from nurture.delivery.registry import HOOKS
from nurture.domain.bounces import REASONS
from nurture.domain.mail_events import MailEvent, Odd, Told
from nurture.settings import load_settings
from tests.delivery.fakes import FAKES
from tests.delivery.fakes.server import ANN, Taken
from tests.delivery.fakes.ses import PEM

TAKEN = Taken(ANN, str(uuid4()), "Hello", "", "", "", "0102018-abc")
WHAT = ("delivered", "hard", "soft", "deferred", "complained")
ODD_VALUES: tuple[Any, ...] = (
    None, True, -1, 1e400, 10**30, "", "\ud800", "a\0b", "9" * 4000, [], [[]], [None], {}, {"": {}},
    "2026-13-45T99:99:99Z", "0001-01-01T00:00:00+23:59",
)  # fmt: skip
NAMES = st.sampled_from(
    [
        "event",
        "type",
        "eventType",
        "notificationType",
        "RecordType",
        "data",
        "mail",
        "email",
        "to",
        "tags",
        "morph",
        "bounce",
        "bouncedRecipients",
        "emailAddress",
        "destination",
        "commonHeaders",
        "messageId",
        "Metadata",
        "Email",
        "Recipient",
        "SuppressSending",
        "Type",
        "message",
        "headers",
        "message-id",
        "recipient",
        "severity",
        "delivery-status",
        "code",
        "client-",
        "info",
        "user-variables",
        "timestamp",
        "created_at",
        "reason",
        "status",
        "sg_message_id",
        "useragent",
        "nurture_send",
        "X-Mailin-custom",
        "ts_epoch",
        "newTopicPreferences",
        "unsubscribeAll",
        "origin",
        "Headers",
    ]
) | st.text(max_size=8)
JSON = st.recursive(
    st.sampled_from(ODD_VALUES) | NAMES | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=10,
)
"""Made of what stands in such payloads, in places where it does not belong."""


async def fetch(_url: str) -> bytes:
    return PEM


def read(name: str, body: bytes, headers: dict[str, str] | None = None) -> list[MailEvent | Odd]:
    keys = load_settings(**FAKES[name]().settings).mail_webhook_keys
    return list(HOOKS[name](keys, fetch, None).events(Call(headers or {}, body)))


def fit(found: list[MailEvent | Odd]) -> None:
    for one in found:
        if isinstance(one, MailEvent):
            assert one.told in Told
            assert 0 < len(one.key) <= 200
            assert len(one.name) <= 100
            assert len(one.reason) <= 60
            assert one.reason in REASONS or one.told != Told.BOUNCED
            for text in (one.key, one.name, one.recipient, one.remote_id, one.send_id):
                assert "\0" not in text
                text.encode()
            assert one.at is None or one.at.tzinfo


@pytest.mark.parametrize("name", sorted(HOOKS))
@pytest.mark.parametrize("what", WHAT)
def test_cut_anywhere_it_is_read_or_set_aside(name: str, what: str) -> None:
    headers, body = FAKES[name]().tells(what, TAKEN)
    for length in range(0, len(body), 17):
        fit(read(name, body[:length], headers))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in places(one, (*path, key)))]


def with_odd(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    copy = value.copy()
    copy[path[0]] = with_odd(value[path[0]], path[1:], odd)
    return copy


@pytest.mark.parametrize("name", sorted(set(HOOKS) - {"smtp"}))
def test_an_odd_value_anywhere_is_read_or_set_aside(name: str) -> None:
    for what in ("hard", "soft"):
        headers, body = FAKES[name]().tells(what, TAKEN)
        whole = json.loads(body)
        inner = json.loads(whole["Message"]) if name == "ses" else whole
        for number, path in enumerate(places(inner)):
            for odd in ODD_VALUES[number % 3 :: 3]:
                changed = with_odd(inner, path, odd)
                if name == "ses":
                    changed = {**whole, "Message": json.dumps(changed)}
                fit(read(name, json.dumps(changed).encode(), headers))


@pytest.mark.parametrize("name", sorted(set(HOOKS) - {"smtp"}))
def test_any_json_at_all(name: str) -> None:
    @hypothesis_settings(max_examples=40)
    @given(JSON)
    def anything(value: Any) -> None:
        body = json.dumps(value).encode()
        fit(read(name, body))
        envelope = {"Type": "Notification", "MessageId": "1", "Message": body.decode(), "event-data": value}
        more = value if isinstance(value, dict) else {}
        fit(read(name, json.dumps({**more, **envelope, "data": value, "type": "email.bounced"}).encode()))

    anything()
    for body in (b"", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 50_000, b"1" * 5000, b"NaN"):
        fit(read(name, body))


@given(st.binary(max_size=200), st.sampled_from(["delivery-status", "feedback-report"]))
@hypothesis_settings(max_examples=60)
def test_any_mail_at_all(junk: bytes, kind: str) -> None:
    head = f'Content-Type: multipart/report; report-type={kind}; boundary="b"\r\n\r\n--b\r\n'.encode()
    part = f"Content-Type: message/{kind}\r\n\r\n".encode()
    for body in (junk, head + junk, head + part + junk, head + part + b"Action: failed\r\n" + junk):
        fit(read("smtp", body))


def test_our_id_is_ours_in_its_one_form_only() -> None:
    number = str(uuid4())
    assert (ours(number), ours(number.upper())) == (number, number)
    hexes = number.replace("-", "")
    misplaced = f"{hexes[0]}-{hexes[1]}-{hexes[2]}-{hexes[3]}-{hexes[4:]}"
    for other in (
        "",
        "f" * 36,
        hexes,
        misplaced,
        f"{{{number}}}",
        f"urn:uuid:{number}",
        f"{number[:-1]}_",
        "-" * 36,
    ):
        assert ours(other) == ""
