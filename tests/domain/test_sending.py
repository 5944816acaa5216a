"""Which rule for sending counts, and when enough was sent."""

from datetime import UTC, datetime, timedelta

import pytest

from nurture.domain.campaign import Campaign, load_campaign
from nurture.domain.dictionary import Dictionary, Sending
from nurture.domain.durations import parse_duration
from nurture.domain.sending import LATE_AFTER, capped, caps_of, window_of, within_of
from nurture.domain.steps.send import Send

NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)
COMPANY = Dictionary(
    sending=Sending(window="office", within=parse_duration("5d"), caps={"day": 2, "week": 3})
)


def campaign(step: str = "", sending: dict[str, object] | None = None) -> tuple[Send, Campaign]:
    doc = {"send": "hello", **({"window": step, "within": "1d"} if step else {})}
    found = load_campaign({"campaign": "talk", "steps": [doc], "sending": sending or {}})
    send = found.steps["hello"]
    assert isinstance(send, Send)
    return send, found


@pytest.mark.parametrize(
    ("step", "own", "window", "within"),
    [
        ("evenings", {"window": "mornings", "within": "2d"}, "evenings", "1d"),
        ("", {"window": "mornings", "within": "2d"}, "mornings", "2d"),
        ("", {}, "office", "5d"),
    ],
)
def test_the_nearest_wins(step: str, own: dict[str, object], window: str, within: str) -> None:
    send, found = campaign(step, own)
    assert window_of(send, found, COMPANY) == window
    assert str(within_of(send, found, COMPANY)) == within


def test_without_any_rule() -> None:
    send, found = campaign()
    assert window_of(send, found, Dictionary()) is None
    assert within_of(send, found, Dictionary()) == LATE_AFTER


def test_caps_only_get_stricter() -> None:
    _, found = campaign(sending={"cap": {"day": 1, "week": 9}})
    assert caps_of(found, COMPANY) == {"day": 1, "week": 3}
    assert caps_of(found, Dictionary()) == {"day": 1, "week": 9}


def test_a_cap_is_free_again_when_the_oldest_mail_that_counts_is_out() -> None:
    mails = [NOW - timedelta(days=6), NOW - timedelta(days=3), NOW - timedelta(hours=2)]
    found = capped({"day": 1, "week": 3}, mails, NOW)
    assert found is not None
    assert (found.period, found.until) == ("day", NOW + timedelta(hours=22))
    found = capped({"day": 2, "week": 3}, mails, NOW)
    assert found is not None
    assert (found.period, found.until) == ("week", NOW + timedelta(days=1))
    assert capped({"day": 2, "week": 4}, mails, NOW) is None
    assert capped({"day": 1}, [NOW - timedelta(days=1)], NOW) is None
