"""Durations: what elapses, what keeps the local hour, and what the calendar says."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurture.domain.durations import Duration, parse_duration

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "count", "unit"),
    [
        ("90m", 90, "minutes"),
        ("4 h", 4, "hours"),
        ("3d", 3, "days"),
        (" 1 day ", 1, "days"),
        ("2w", 2, "weeks"),
        ("2 months", 2, "months"),
        ("5 business days", 5, "business days"),
        ("1bd", 1, "business days"),
    ],
)
def test_durations_as_marketers_write_them(text: str, count: int, unit: str) -> None:
    assert parse_duration(text) == Duration(count, unit)


@pytest.mark.parametrize(
    "text", ["", "d", "3", "3 x", "-3d", "3.5d", "3d 4h", "99999d", "3D", "business days"]
)
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="expected a duration such as 90m"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        # The clocks go forward on the night to Sunday 2026-03-29 and back on the night to Sunday 2026-10-25.
        ("2026-03-28 09:00", "1d", "2026-03-29 09:00"),
        ("2026-03-28 09:00", "24h", "2026-03-29 10:00"),
        ("2026-10-24 09:00", "1d", "2026-10-25 09:00"),
        ("2026-10-24 09:00", "24h", "2026-10-25 08:00"),
        ("2026-03-28 02:30", "1d", "2026-03-29 03:30"),  # 02:30 does not exist that night
        ("2026-03-01 18:00", "5w", "2026-04-05 18:00"),
        ("2026-01-31 09:00", "1 month", "2026-02-28 09:00"),
        ("2026-01-30 09:00", "13 months", "2027-02-28 09:00"),
        ("2028-01-31 09:00", "1 month", "2028-02-29 09:00"),
        ("2026-12-15 09:00", "2 months", "2027-02-15 09:00"),
        ("2026-03-06 16:00", "1 business day", "2026-03-09 16:00"),
        ("2026-03-07 16:00", "1 business day", "2026-03-09 16:00"),
        ("2026-03-02 10:00", "5 business days", "2026-03-09 10:00"),
        ("2026-03-07 10:00", "0 business days", "2026-03-09 10:00"),
    ],
)
def test_after(start: str, duration: str, end: str) -> None:
    assert parse_duration(duration).after(at(start), BERLIN) == at(end)


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2026-03-29 09:00", "1d", "2026-03-28 09:00"),
        ("2026-09-30 00:00", "60d", "2026-08-01 00:00"),
        ("2026-03-31 09:00", "1 month", "2026-02-28 09:00"),
        ("2026-03-09 10:00", "1 business day", "2026-03-06 10:00"),
        ("2026-03-08 10:00", "1 business day", "2026-03-06 10:00"),
    ],
)
def test_before(start: str, duration: str, end: str) -> None:
    assert parse_duration(duration).before(at(start), BERLIN) == at(end)


DURATIONS = st.builds(
    Duration,
    st.integers(0, 400),
    st.sampled_from(["minutes", "hours", "days", "weeks", "months", "business days"]),
)
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "UTC"]).map(
    ZoneInfo
)


@given(DURATIONS, INSTANTS, ZONES)
def test_a_duration_never_leads_back_and_is_never_longer_than_its_span(
    duration: Duration, instant: datetime, zone: ZoneInfo
) -> None:
    after = duration.after(instant, zone)
    # A night may have 25 hours, and a Saturday's zero business days are Monday.
    slack = (
        Duration(1, "hours").span() if duration.count or duration.unit != "business days" else duration.span()
    )
    assert instant - Duration(1, "hours").span() <= after
    assert after - instant <= duration.span() + slack


@given(DURATIONS, INSTANTS, ZONES)
def test_a_duration_reads_as_it_is_written(duration: Duration, instant: datetime, zone: ZoneInfo) -> None:
    assert parse_duration(str(duration)) == duration
