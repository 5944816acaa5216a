"""When enough was sent: the strictest of all places, in rolling times, over all channels or by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nurture.domain.campaign import Campaign, load_campaign
from nurture.domain.caps import Cap, Message, capped, caps_of, fills
from nurture.domain.dictionary import Dictionary
from nurture.domain.sending_policy import load_sending
from nurture.domain.steps.send import Send

NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Text(Send):
    via: str = "sms"


def caps(
    company: dict[str, Any], own: dict[str, Any], step: dict[str, int], kind: type[Send] = Send
) -> list[str]:
    found: Campaign = load_campaign({"campaign": "talk", "steps": [{"send": "hello"}], "sending": own})
    send = kind(name="hello", message="hello", cap=step)
    dictionary = Dictionary(sending=load_sending(company))
    return [str(cap) for cap in caps_of(send, found, dictionary)]


def test_each_place_only_makes_them_stricter() -> None:
    company = {"cap": {"day": 2, "week": 3}}
    assert caps(company, {"cap": {"day": 1, "week": 9}}, {}) == ["at most 1 a day", "at most 3 a week"]
    assert caps(company, {}, {"week": 1, "30d": 4}) == [
        "at most 2 a day", "at most 1 a week", "at most 4 in 30d",
    ]  # fmt: skip
    assert caps({}, {}, {}) == []


def test_a_channel_has_caps_of_its_own_beside_those_for_all() -> None:
    company = {"cap": {"day": 2}, "sms": {"cap": {"week": 4}}}
    own = {"sms": {"cap": {"week": 5, "day": 1}}}
    assert caps(company, own, {}) == ["at most 2 a day"]
    assert caps(company, own, {}, Text) == [
        "at most 2 a day", "at most 4 a week by sms", "at most 1 a day by sms",
    ]  # fmt: skip


def mails(*days: float) -> list[Message]:
    return [Message(NOW - day * DAY) for day in days]


def until(period: str, most: int, sent: list[Message]) -> datetime | None:
    full = capped([Cap(period, most)], sent, NOW)
    return full.until if full else None


def test_a_cap_is_free_again_when_the_oldest_message_that_counts_is_out() -> None:
    sent = mails(6, 3, 0.25)
    assert until("day", 1, sent) == NOW + 0.75 * DAY
    assert until("week", 3, sent) == NOW + DAY
    assert until("week", 4, sent) is None
    assert until("day", 1, mails(1)) is None
    assert until("14d", 2, mails(13, 9, 1)) == NOW + 5 * DAY


def test_the_cap_that_is_full_the_longest_counts() -> None:
    full = capped([Cap("day", 1), Cap("week", 2)], mails(3, 0.25), NOW)
    assert full is not None
    assert str(full.cap) == "at most 2 a week"


def test_by_a_channel_only_its_messages_count() -> None:
    sent = [Message(NOW - 0.5 * DAY), Message(NOW - 0.25 * DAY, "sms")]
    assert capped([Cap("day", 2, "sms")], sent, NOW) is None
    full = capped([Cap("day", 1, "sms")], sent, NOW)
    assert full is not None
    assert full.until == NOW + 0.75 * DAY


def test_a_cap_of_nothing_holds_and_does_not_break() -> None:
    assert until("day", 0, []) == NOW + DAY


@pytest.mark.parametrize(("most", "filled"), [(1, True), (2, True), (3, False)])
def test_what_one_more_message_would_fill(most: int, filled: bool) -> None:
    assert bool(fills([Cap("day", most)], mails(0.5), NOW, "mail")) is filled
