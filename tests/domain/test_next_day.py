"""A time of day on the next day of a kind."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from nurture.domain.calendars import Calendar
from nurture.domain.day_rules import load_days
from nurture.domain.next_day import NextDay, parse_next_day
from nurture.domain.steps.wait import parse_span

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("kind", "came", "then"),
    [
        ("next business day 09:00", "2026-03-06 15:00", "2026-03-09 09:00"),  # Friday
        ("next business day 09:00", "2026-03-05 15:00", "2026-03-06 09:00"),
        ("next business day 09:00", "2026-03-05 07:00", "2026-03-06 09:00"),  # before nine: still the next
        ("next monday 09:00", "2026-03-09 08:00", "2026-03-16 09:00"),  # on a Monday
        ("next monday 09:00", "2026-03-08 23:59", "2026-03-09 09:00"),
        ("next day 08:30", "2026-03-28 12:00", "2026-03-29 08:30"),  # the night in which an hour is skipped
        ("next day 02:30", "2026-03-28 12:00", "2026-03-29 02:30"),  # an hour that there is not
    ],
)
def test_the_next_day_of_a_kind(kind: str, came: str, then: str) -> None:
    assert parse_next_day(kind).after(at(came), BERLIN) == at(then)


def test_holidays_are_no_business_days() -> None:
    calendar = Calendar(holidays=load_days({"2026-03-09": "a holiday"}))
    assert calendar.holidays.name(date(2026, 3, 9))
    found = NextDay("business day", time(9)).after(at("2026-03-06 15:00"), BERLIN, calendar)
    assert found == at("2026-03-10 09:00")


@pytest.mark.parametrize(
    "text", ["next moonday 09:00", "next monday", "next monday 25:00", "next 3 days 09:00"]
)
def test_what_it_cannot_be(text: str) -> None:
    with pytest.raises(ValueError, match="expected a day and a time such as `next business day 09:00`"):
        parse_span(f"to {text}")


def test_a_wait_takes_it() -> None:
    span = parse_span("to next  monday 9:00")
    assert str(span.time) == "to next monday 09:00"
