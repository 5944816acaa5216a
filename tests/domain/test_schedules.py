"""Times that come again and again."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from nurture.domain.schedules import full_hour, parse_schedule

BERLIN = ZoneInfo("Europe/Berlin")


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "after", "found"),
    [
        ("day 09:00", "2026-03-02 08:59", "2026-03-02 09:00"),
        ("day 09:00", "2026-03-02 09:00", "2026-03-03 09:00"),
        ("monday 9:00", "2026-03-02 09:00", "2026-03-09 09:00"),
        ("Friday 17:30", "2026-03-02 09:00", "2026-03-06 17:30"),
        # The hour that the clocks leave out happens when it would have.
        ("day 02:30", "2026-03-28 12:00", "2026-03-29 03:30"),
        ("day 05:00", "2026-03-28 12:00", "2026-03-29 05:00"),
    ],
)
def test_the_next_time(text: str, after: str, found: str) -> None:
    assert parse_schedule(text).after(berlin(after), BERLIN) == berlin(found)


@pytest.mark.parametrize("text", ["noon", "day", "funday 09:00", "monday 25:00", "09:00"])
def test_what_is_no_schedule(text: str) -> None:
    with pytest.raises(ValueError, match="expected a day and a time"):
        parse_schedule(text)


def test_full_hours() -> None:
    hour = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert full_hour(hour) == hour
    assert full_hour(hour.replace(minute=1)) == hour.replace(hour=10)
