"""Dates of a lead: a day begins where the lead is, and waits that hang on it are on the lead's own clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from nurture.domain.anchors import Anchor, anchored, parse_date
from nurture.domain.date_fields import at_home, cause_of_date
from nurture.domain.durations import Duration
from nurture.domain.shifts import Term

DAY = datetime(2026, 5, 1)
"""As a file or an import has it: no zone."""


def less(count: int, unit: str) -> Term:
    return Term(Duration(count, unit), before=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lead.renewal", Anchor("lead.renewal")),
        ("lead.renewal - 60d", Anchor("lead.renewal", (less(60, "days"),))),
        ("lead.renewal + 5 business days", Anchor("lead.renewal", (Term(Duration(5, "business days")),))),
        ("lead.date2 at 9:30", Anchor("lead.date2", at=time(9, 30))),
        ("deal.ends - 2d at 18:00", Anchor("deal.ends", (less(2, "days"),), time(18))),
        (
            "lead.renewal + 13d - 1 business day at 9:00",
            Anchor("lead.renewal", (Term(Duration(13, "days")), less(1, "business days")), time(9)),
        ),
        ("renewal - 2d", None),
    ],
)
def test_how_dates_are_written(text: str, expected: Anchor | None) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize("text", ["lead.renewal - 2d 18:00", "lead.renewal - 2d at 25:00", "lead.x - soon"])
def test_what_is_no_length_of_time_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="expected a duration"):
        parse_date(text)


@pytest.mark.parametrize(
    ("zone", "begins"),
    [
        ("Pacific/Kiritimati", "2026-04-30T10:00"),
        ("Asia/Kolkata", "2026-04-30T18:30"),
        ("Europe/Berlin", "2026-04-30T22:00"),
        ("UTC", "2026-05-01T00:00"),
        ("America/Los_Angeles", "2026-05-01T07:00"),
        ("Pacific/Pago_Pago", "2026-05-01T11:00"),
    ],
)
def test_a_day_begins_where_the_lead_is(zone: str, begins: str) -> None:
    home = ZoneInfo(zone)
    value = at_home(DAY, home)
    assert value.astimezone(UTC) == datetime.fromisoformat(f"{begins}+00:00")
    assert value.date() == DAY.date(), "a message shows the day as it was given"
    assert cause_of_date(value) == "at 2026-05-01T00:00:00+00:00", "the same wherever she moves"
    evening = anchored(Anchor("lead.renewal", (less(2, "days"),), time(18)), value, home)
    assert evening.astimezone(home).isoformat()[:16] == "2026-04-29T18:00"


def test_a_moment_is_the_same_everywhere() -> None:
    moment = datetime(2026, 5, 1, 14, tzinfo=UTC)
    assert at_home(moment, ZoneInfo("Asia/Tokyo")) == moment
    assert cause_of_date(moment) == "at 2026-05-01T14:00:00+00:00"
    hour_before = anchored(Anchor("lead.starts", (less(1, "hours"),)), moment, ZoneInfo("Asia/Tokyo"))
    assert hour_before == moment - timedelta(hours=1)


def test_when_the_clocks_change_the_day_still_begins_at_midnight() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    summer = at_home(datetime(2026, 3, 30), berlin)
    before = anchored(Anchor("lead.renewal", (less(3, "days"),)), summer, berlin)
    assert before.astimezone(berlin).isoformat() == "2026-03-27T00:00:00+01:00"
    assert summer - at_home(datetime(2026, 3, 28), berlin) == timedelta(hours=47)


@pytest.mark.parametrize(
    ("terms", "day"),
    [
        ("+ 13d - 1 business day", "2026-05-13"),  # the 14th is a Thursday
        ("- 1 business day + 13d", "2026-05-13"),
        ("+ 1 month - 1d", "2026-05-31"),
        ("+ 16d - 1 business day", "2026-05-15"),  # from a Sunday back to the Friday
        ("+ 10 months", "2027-03-01"),
    ],
)
def test_several_lengths_are_counted_as_they_are_written(terms: str, day: str) -> None:
    anchor = parse_date(f"lead.renewal {terms}")
    assert anchor is not None
    home = ZoneInfo("Europe/Berlin")
    assert anchored(anchor, at_home(DAY, home), home).astimezone(home).date().isoformat() == day


@pytest.mark.parametrize(("day", "end"), [("2026-01-31", "2026-02-28"), ("2028-01-31", "2028-02-29")])
def test_a_month_from_the_last_day_is_the_last_day(day: str, end: str) -> None:
    anchor = parse_date("lead.renewal + 1 month")
    assert anchor is not None
    home = ZoneInfo("Europe/Berlin")
    found = anchored(anchor, at_home(datetime.fromisoformat(day), home), home)
    assert found.astimezone(home).date().isoformat() == end
