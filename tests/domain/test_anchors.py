"""Dates of a lead: a day begins where the lead is, and waits that hang on it are on the lead's own clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from nurture.domain.anchors import Anchor, anchored, parse_date
from nurture.domain.date_fields import at_home, cause_of_date
from nurture.domain.durations import Duration

DAY = datetime(2026, 5, 1)
"""As a file or an import has it: no zone."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lead.renewal", Anchor("lead.renewal")),
        ("lead.renewal - 60d", Anchor("lead.renewal", Duration(60, "days"), True)),
        ("lead.renewal + 5 business days", Anchor("lead.renewal", Duration(5, "business days"))),
        ("lead.date2 at 9:30", Anchor("lead.date2", at=time(9, 30))),
        ("deal.ends - 2d at 18:00", Anchor("deal.ends", Duration(2, "days"), True, time(18))),
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
    evening = anchored(Anchor("lead.renewal", Duration(2, "days"), True, time(18)), value, home)
    assert evening.astimezone(home).isoformat()[:16] == "2026-04-29T18:00"


def test_a_moment_is_the_same_everywhere() -> None:
    moment = datetime(2026, 5, 1, 14, tzinfo=UTC)
    assert at_home(moment, ZoneInfo("Asia/Tokyo")) == moment
    assert cause_of_date(moment) == "at 2026-05-01T14:00:00+00:00"
    hour_before = anchored(Anchor("lead.starts", Duration(1, "hours"), True), moment, ZoneInfo("Asia/Tokyo"))
    assert hour_before == moment - timedelta(hours=1)


def test_when_the_clocks_change_the_day_still_begins_at_midnight() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    summer = at_home(datetime(2026, 3, 30), berlin)
    before = anchored(Anchor("lead.renewal", Duration(3, "days"), True), summer, berlin)
    assert before.astimezone(berlin).isoformat() == "2026-03-27T00:00:00+01:00"
    assert summer - at_home(datetime(2026, 3, 28), berlin) == timedelta(hours=47)
