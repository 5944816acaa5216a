"""Working days and hours: whose calendar counts, and counting on it over weekends, feasts and nights."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurture.domain.calendars import PLAIN, Calendar, load_calendars
from nurture.domain.day_rules import load_days
from nurture.domain.durations import Duration, parse_duration

BERLIN = ZoneInfo("Europe/Berlin")
CALENDARS = load_calendars(
    {
        "country": "DE",
        "business": {"days": "mon-fri", "hours": "08:00-16:00"},
        "holidays": {"2026-12-28 to 2026-12-31": "between the years"},
        "countries": {
            "DE": {
                "holidays": {
                    "12-25": "Christmas Day",
                    "easter - 2": "Good Friday",
                    "easter + 1": "Easter Monday",
                }
            },
            "IL": {"business": {"days": "sun-thu"}},
        },
    }
)
GERMAN = CALENDARS.company
NIGHTS = load_calendars({"business": {"hours": "22:00-06:00"}}).company


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("fields", "country"),
    [
        ({"lead.country": "IL"}, "IL"),
        ({"lead.country": "il", "account.country": "DE"}, "IL"),
        ({"lead.country": "", "account.country": "IL"}, "IL"),
        ({"lead.country": "FR", "account.country": "IL"}, "DE"),
        ({}, "DE"),
    ],
)
def test_whose_calendar_counts(fields: dict[str, object], country: str) -> None:
    assert CALENDARS.of(fields) == CALENDARS.countries[country]


def test_a_country_has_the_hours_and_the_days_off_of_all() -> None:
    israel = CALENDARS.countries["IL"]
    assert (israel.opens.hour, israel.closes.hour) == (8, 16)
    assert israel.works(at("2026-03-08 12:00").date())
    assert not israel.works(at("2026-12-29 12:00").date())
    assert load_calendars({}).of({"lead.country": "DE"}) == PLAIN


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2026-04-02 10:00", "1 business day", "2026-04-07 10:00"),  # Good Friday to Easter Monday
        ("2026-12-24 10:00", "1 business day", "2027-01-01 10:00"),
        ("2026-04-03 10:00", "0 business days", "2026-04-07 10:00"),
        ("2026-03-02 10:00", "2 business hours", "2026-03-02 12:00"),
        ("2026-03-02 15:00", "3 business hours", "2026-03-03 10:00"),
        ("2026-03-06 15:00", "3bh", "2026-03-09 10:00"),
        ("2026-03-07 15:00", "1 business hour", "2026-03-09 09:00"),
        ("2026-04-02 15:30", "1 business hour", "2026-04-07 08:30"),
        ("2026-03-02 06:00", "8 business hours", "2026-03-02 16:00"),
        ("2026-03-02 08:00", "40 business hours", "2026-03-06 16:00"),
        ("2026-03-27 15:00", "2 business hours", "2026-03-30 09:00"),  # the clocks go forward
    ],
)
def test_there_and_back(start: str, duration: str, end: str) -> None:
    assert parse_duration(duration).after(at(start), BERLIN, GERMAN) == at(end)


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2026-04-07 10:00", "1 business day", "2026-04-02 10:00"),
        ("2026-03-09 09:00", "3 business hours", "2026-03-06 14:00"),
        ("2026-03-08 12:00", "1 business hour", "2026-03-06 15:00"),
        ("2026-04-06 12:00", "9 business hours", "2026-04-01 15:00"),
    ],
)
def test_before(start: str, duration: str, end: str) -> None:
    assert parse_duration(duration).before(at(start), BERLIN, GERMAN) == at(end)


def test_a_night_shift_belongs_to_the_day_on_which_it_began() -> None:
    three = parse_duration("3 business hours")
    assert three.after(at("2026-03-07 04:00"), BERLIN, NIGHTS) == at(
        "2026-03-09 23:00"
    )  # Friday's ends at six
    assert three.after(at("2026-03-02 23:00"), BERLIN, NIGHTS) == at("2026-03-03 02:00")
    # The night in which the clocks go forward has an hour less.
    sunday = load_calendars({"business": {"days": "sat", "hours": "22:00-06:00"}}).company
    assert parse_duration("7bh").after(at("2026-03-28 22:00"), BERLIN, sunday) == at("2026-03-29 06:00")


def test_where_nobody_ever_works_counting_ends() -> None:
    never = Calendar(
        frozenset({0}), holidays=load_days({f"2026-{month:02}-01": "x" for month in range(1, 13)})
    )
    closed = Calendar(frozenset())
    for calendar in (never, closed):
        for text in ("2 business days", "5 business hours"):
            assert parse_duration(text).after(at("2026-03-02 10:00"), BERLIN, calendar) > at(
                "2026-03-02 10:00"
            )


@given(
    st.builds(Duration, st.integers(0, 200), st.sampled_from(["business hours", "business days"])),
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),
    st.sampled_from([GERMAN, NIGHTS, PLAIN]),
)
def test_counting_goes_forward_and_longer_is_later(
    duration: Duration, instant: datetime, calendar: Calendar
) -> None:
    end = duration.after(instant, BERLIN, calendar)
    assert end >= instant
    assert duration.before(instant, BERLIN, calendar) <= instant
    assert Duration(duration.count + 1, duration.unit).after(instant, BERLIN, calendar) >= end
    if duration.unit == "business hours" and duration.count:
        back = duration.before(end, BERLIN, calendar)
        forth = duration.after(back, BERLIN, calendar)
        assert abs(forth - end) < timedelta(seconds=1)
