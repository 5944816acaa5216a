"""One event that is no JSON takes no other with it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nurture.delivery.hooks import Call
from nurture.delivery.providers.sendgrid import SendGridHook
from nurture.delivery.reading import Unreadable, parsed
from nurture.delivery.salvage import BROKEN, salvaged
from nurture.domain.mail_events import MailEvent, Odd

PLAIN: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda some: st.lists(some, max_size=3) | st.dictionaries(st.text(), some, max_size=3),
    max_leaves=12,
)
POISON = {
    "a number without end": b'{"n": ' + b"9" * 5000 + b"}",
    "nested too deeply": b'{"n": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "no UTF-8": b'{"n": "\xff"}',
    "half an object": b'{"n": tru}',
}


@settings(max_examples=50)
@given(st.lists(PLAIN, max_size=5), st.booleans())
def test_what_is_whole_is_read_as_it_is(items: list[Any], compact: bool) -> None:
    text = json.dumps(items, separators=(",", ":") if compact else None, ensure_ascii=compact)
    assert salvaged(text.encode()) == json.loads(text)


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON)
def test_the_rest_of_a_batch_is_read(poison: bytes) -> None:
    good = b'{"event": "delivered", "sg_event_id": "e%d", "email": "a@b.example"}'
    body = b"[" + b", ".join([good % 1, poison, good % 2]) + b"]"
    hook = SendGridHook([])
    found = hook.events(Call({}, body))
    assert [type(one) for one in found] in ([MailEvent, Odd, MailEvent], [MailEvent] * 3)
    assert [one.name for one in found if isinstance(one, MailEvent)].count("delivered") == 2


def test_a_list_that_was_cut_off_keeps_what_is_whole() -> None:
    assert parsed(b'[{"a": 1}, {"b": "x, ]\\"}"}, {"c": ') == [{"a": 1}, {"b": 'x, ]"}'}, BROKEN]


@pytest.mark.parametrize("body", [b"", b"{", b"nothing", b"{" * 100_000])
def test_what_is_no_list_and_no_json_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        parsed(body)
