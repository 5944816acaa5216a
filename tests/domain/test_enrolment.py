"""What lets a lead in, and whether she may come again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from nurture.domain.dictionary import Happening
from nurture.domain.enrolment import Again, Enrol, Past, kept_out, parse_again, parse_trigger

NOW = datetime(2026, 3, 29, 12, tzinfo=UTC)
HAPPENINGS = {"prices-page": Happening("prices-page", "page.viewed", {"path": "/prices*"})}


@pytest.mark.parametrize(
    ("text", "event", "data", "opens"),
    [
        ("prices-page", "page.viewed", {"path": "/prices/eu"}, True),
        ("prices-page", "page.viewed", {"path": "/"}, False),
        ("enters big", "segment.entered", {"segment": "big"}, True),
        ("enters big", "segment.left", {"segment": "big"}, False),
        ("leaves big", "segment.left", {"segment": "big"}, True),
        ("leaves big", "segment.left", {"segment": "small"}, False),
        ("changes lead.role", "lead.changed", {"fields": ["lead.role"]}, True),
        ("changes lead.role", "lead.changed", {"fields": ["lead.zone"]}, False),
        ("changes lead.role", "lead.changed", {"fields": "lead.role"}, False),
        ("changes account.name", "lead.changed", {"fields": ["account.name"]}, True),
        ("changes deal.value", "deal.changed", {"fields": ["deal.value"]}, True),
        ("becomes MQL", "stage.changed", {"stage": "MQL"}, True),
        ("becomes MQL", "stage.changed", {"stage": "lead"}, False),
        ("unknown", "unknown", {}, False),
    ],
)
def test_what_opens(text: str, event: str, data: dict[str, object], opens: bool) -> None:
    assert parse_trigger(text).matches(event, data, HAPPENINGS) is opens


def reason(again: str, *before: Past, key: str = "", zone: str = "Europe/Berlin") -> str | None:
    return kept_out(Enrol(again=parse_again(again)), key, before, NOW, lambda: ZoneInfo(zone))


OPEN = Past("", None)
MONTH_AGO = Past("", NOW - timedelta(days=30))


def test_nobody_is_in_twice_under_one_key() -> None:
    for again in ("never", "after 1d", "after exit", "always"):
        assert reason(again, OPEN) == "already in"
        assert reason(again) is None


def test_coming_again() -> None:
    assert reason("never", MONTH_AGO) == "been there"
    assert reason("after 30d", MONTH_AGO) is None
    assert reason("after 31d", MONTH_AGO) == "again 31d after leaving"
    assert reason("after exit", MONTH_AGO) is None
    assert reason("always", MONTH_AGO) is None


def test_days_are_days_of_the_lead() -> None:
    """The clocks go forward in Berlin that morning: the day before it had an hour more to go."""
    yesterday = Past("", NOW - timedelta(hours=23))
    assert reason("after 1d", yesterday) is None
    assert reason("after 1d", yesterday, zone="UTC") == "again 1d after leaving"


def test_each_key_by_itself() -> None:
    other = Past("spring", None)
    assert reason("never", other, key="autumn") is None
    assert reason("always", other, key="autumn") is None
    assert reason("after exit", other, key="autumn") == "already in"
    assert reason("never", Past("autumn", NOW), key="autumn") == "been there"
    assert reason("after 2d", Past("autumn", NOW), key="autumn") == "again 2d after leaving"


def test_again_is_told_as_it_is_written() -> None:
    assert [str(parse_again(text)) for text in ("after 2 months", "always")] == ["after 2 months", "always"]
    assert Again() == parse_again("never")
    with pytest.raises(ValueError, match="expected `never`"):
        parse_again("weekly")


@pytest.mark.parametrize(
    ("followed", "said"),
    [(NOW - timedelta(days=1), "let in by it already"), (NOW, None), (None, None)],
    ids=["as she came in", "later", "nothing it follows from"],
)
def test_what_follows_from_what_let_her_in_lets_nobody_in_once_more(
    followed: datetime | None, said: str | None
) -> None:
    before = [Past("", NOW, began=NOW - timedelta(days=1))]
    enrol = Enrol(again=parse_again("after exit"))
    assert kept_out(enrol, "", before, NOW, lambda: ZoneInfo("UTC"), followed) == said
