"""Windows: when they open, over nights, weekends and the change of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurture.domain.windows import Window, parse_window

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = parse_window("mon-fri", "09:00-17:00")
NIGHT = parse_window("fri", "22:00-02:00")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("window", "instant", "opens"),
    [
        (OFFICE, "2026-03-02 08:59", "2026-03-02 09:00"),
        (OFFICE, "2026-03-02 12:34", "2026-03-02 12:34"),
        (OFFICE, "2026-03-02 17:00", "2026-03-03 09:00"),
        (OFFICE, "2026-03-06 17:00", "2026-03-09 09:00"),
        (OFFICE, "2026-03-07 12:00", "2026-03-09 09:00"),
        (OFFICE, "2026-03-28 12:00", "2026-03-30 09:00"),  # over the change of the clocks
        (NIGHT, "2026-03-06 12:00", "2026-03-06 22:00"),
        (NIGHT, "2026-03-07 01:00", "2026-03-07 01:00"),
        (NIGHT, "2026-03-07 02:00", "2026-03-13 22:00"),
        (
            parse_window("sun", "02:00-03:00"),
            "2026-03-22 12:00",
            "2026-04-05 02:00",
        ),  # no such hour that night
    ],
)
def test_when_a_window_opens(window: Window, instant: str, opens: str) -> None:
    assert window.opens(at(instant), BERLIN) == at(opens)


def test_how_long_a_window_is() -> None:
    assert OFFICE.length == timedelta(hours=8)
    assert NIGHT.length == timedelta(hours=4)
    assert parse_window("mon", "09:00-09:00").length == timedelta(days=1)


@pytest.mark.parametrize(
    ("days", "hours", "window"),
    [
        ("mon-fri", "09:00-17:00", Window(frozenset(range(5)), time(9), time(17))),
        ("Mon, wed", "9:00 - 12:30", Window(frozenset({0, 2}), time(9), time(12, 30))),
        ("sat-mon", "00:00-06:00", Window(frozenset({5, 6, 0}), time(0), time(6))),
        ("sun", "10:00-11:00", Window(frozenset({6}), time(10), time(11))),
    ],
)
def test_how_a_window_is_written(days: str, hours: str, window: Window) -> None:
    assert parse_window(days, hours) == window


@pytest.mark.parametrize(
    ("days", "hours"),
    [
        ("", "09:00-17:00"),
        ("monday", "09:00-17:00"),
        ("mon-", "9"),
        ("mon", "9-5pm"),
        ("mon", "09:00"),
        ("mon", ""),
    ],
)
def test_what_is_no_window_is_refused(days: str, hours: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        parse_window(days, hours)


@given(
    st.builds(
        Window,
        st.frozensets(st.integers(0, 6), min_size=1),
        st.times(),
        st.times(),
    ),
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "UTC"]).map(ZoneInfo),
)
def test_a_window_opens_within_a_week_or_so_and_is_then_open(
    window: Window, instant: datetime, zone: ZoneInfo
) -> None:
    opens = window.opens(instant, zone)
    assert instant <= opens <= instant + timedelta(days=15)
    assert window.opens(opens, zone) == opens
