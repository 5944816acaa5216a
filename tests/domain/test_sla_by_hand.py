"""The clock of a task against due times that a person has worked out with a calendar on paper: no line of
them comes from a program."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from nurture.domain.calendars import load_calendars
from nurture.domain.members import Member
from nurture.domain.position import Mark
from nurture.domain.sales import load_sales
from nurture.domain.sla import TIME_UP, Hours, passed_on, verdict

CALENDARS = load_calendars(
    {
        "country": "DE",
        "countries": {
            "DE": {"holidays": {"05-01": "May", "easter + 1": "Easter", "12-24 to 12-26": "Christmas"}},
            "US": {"business": {"hours": "08:30-16:30"}, "holidays": {"4th thu of november": "Thanksgiving"}},
            "AE": {"business": {"days": "sun-thu"}},
            "SE": {"business": {"days": "mon-sun", "hours": "22:00-06:00"}, "holidays": {"12-24": "Eve"}},
        },
    }
)
BERLIN, YORK, DUBAI = ("DE", "Europe/Berlin"), ("US", "America/New_York"), ("AE", "Asia/Dubai")
JOHNS, CHATHAM, NIGHT = ("US", "America/St_Johns"), (None, "Pacific/Chatham"), ("SE", "Europe/Stockholm")
MINUTE = timedelta(minutes=1)

TABLE = [
    # Friday 16:00, an hour left; three more on Monday from nine.
    (BERLIN, "4 business hours", "2026-03-06 15:00", "2026-03-09 11:00"),
    # On a Saturday: from Monday nine on.
    (BERLIN, "1 business hour", "2026-03-07 10:00", "2026-03-09 09:00"),
    # At six in the morning; at the stroke of five; a whole day that just fits.
    (BERLIN, "1 business hour", "2026-03-09 05:00", "2026-03-09 09:00"),
    (BERLIN, "1 business hour", "2026-03-09 16:00", "2026-03-10 09:00"),
    (BERLIN, "8 business hours", "2026-03-09 08:00", "2026-03-09 16:00"),
    # Over the night in which the clocks go forward: Monday nine is 07:00 UTC.
    (BERLIN, "4 business hours", "2026-03-27 15:00", "2026-03-30 10:00"),
    (BERLIN, "1 business day", "2026-03-27 15:00", "2026-03-30 14:00"),
    # And back, in October: Monday nine is 08:00 UTC again.
    (BERLIN, "2 business hours", "2026-10-23 14:00", "2026-10-26 09:00"),
    # Maundy Thursday 16:00: one hour, eight on Friday, none on Easter Monday, one on Tuesday.
    (BERLIN, "10 business hours", "2026-04-02 14:00", "2026-04-07 08:00"),
    # Easter of the year after, in the same night as summer time.
    (BERLIN, "2 business hours", "2027-03-26 15:00", "2027-03-30 08:00"),
    # The first of May is a Friday.
    (BERLIN, "3 business hours", "2026-04-30 13:00", "2026-05-04 08:00"),
    (BERLIN, "1 business day", "2026-04-30 13:00", "2026-05-04 13:00"),
    # Christmas from Thursday to Saturday.
    (BERLIN, "2 business hours", "2026-12-23 15:00", "2026-12-28 09:00"),
    # Into the next year, whose first day is no holiday of this calendar.
    (BERLIN, "4 business hours", "2026-12-31 15:00", "2027-01-01 11:00"),
    (BERLIN, "2 business days", "2026-03-06 15:00", "2026-03-10 15:00"),
    # Wednesday 15:00 until 16:30; no Thanksgiving; Friday from 8:30.
    (YORK, "3 business hours", "2026-11-25 20:00", "2026-11-27 15:00"),
    # American clocks change on other days than European ones: 8 March and 1 November.
    (YORK, "2 business hours", "2026-03-06 20:30", "2026-03-09 13:30"),
    (YORK, "2 business hours", "2026-10-30 19:30", "2026-11-02 14:30"),
    # Half an hour beside the others.
    (JOHNS, "8 business hours", "2026-07-01 12:00", "2026-07-02 12:00"),
    # Thursday 16:00 and Sunday from nine.
    (DUBAI, "2 business hours", "2026-03-05 12:00", "2026-03-08 06:00"),
    # Three quarters of an hour beside, a day ahead; Easter Monday as in the company; clocks back on 5 April.
    (CHATHAM, "2 business hours", "2026-04-03 02:15", "2026-04-06 21:15"),
    # And forward on 27 September.
    (CHATHAM, "2 business hours", "2026-09-25 03:15", "2026-09-27 20:15"),
    # A night shift of seven hours in March, and of nine in October.
    (NIGHT, "8 business hours", "2026-03-28 21:00", "2026-03-29 21:00"),
    (NIGHT, "8 business hours", "2026-10-24 20:00", "2026-10-25 04:00"),
    # The night that begins on a free day is free, that of the day before is not.
    (NIGHT, "3 business hours", "2026-12-24 03:00", "2026-12-25 22:00"),
    # Handed over on a Saturday at three, or on a Wednesday night: the first working day is a whole one.
    (BERLIN, "1 business day", "2026-03-07 02:00", "2026-03-10 08:00"),
    (BERLIN, "1 business day", "2026-03-04 21:00", "2026-03-06 08:00"),
    (DUBAI, "2 business days", "2026-03-06 07:00", "2026-03-10 05:00"),
    # Minutes and days by the clock on the wall know no office hours.
    (BERLIN, "90m", "2026-03-06 21:00", "2026-03-06 22:30"),
    (BERLIN, "1d", "2026-03-28 12:00", "2026-03-29 11:00"),
]  # fmt: skip


def utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


def member(place: tuple[str | None, str]) -> Member:
    return Member("Ada", "ada@sales.example", zone=place[1], country=place[0])


@pytest.mark.parametrize(("place", "promise", "began", "due"), TABLE)
def test_due_as_worked_out_on_paper(
    place: tuple[str | None, str], promise: str, began: str, due: str
) -> None:
    doc = {"members": [], "due": promise, "remind": "1h", "escalate": "2h", "give_up": "60d"}
    team = load_sales({"teams": {"a": doc}}).teams["a"]
    found = team.deadlines(member(place), ZoneInfo("UTC"), CALENDARS, utc(began))
    assert found.due == utc(due)
    said = [verdict(found.due, utc(due) + late * MINUTE) for late in (-1, 0, 1)]
    assert said == ["met", "met", "missed"]


def test_the_clock_begins_anew_where_the_next_owner_is() -> None:
    """Berlin lets four hours pass on Friday and Monday; New York gets four of its own, from 8:30 on."""
    doc = {"members": [], "due": "4 business hours", "remind": "3 business hours", "give_up": "60d"}
    team = load_sales({"teams": {"a": {**doc, "escalate": "4 business hours"}}}).teams["a"]
    first = team.deadlines(member(BERLIN), ZoneInfo("UTC"), CALENDARS, utc("2026-03-06 15:00"))
    told = [(mark.what, mark.at) for mark in first.marks[:2]]
    assert told == [("remind", utc("2026-03-09 10:00")), ("escalate", utc("2026-03-09 11:00"))]
    hours = Hours(ZoneInfo(YORK[1]), CALENDARS.countries["US"])
    second = passed_on(team.promise, hours, utc("2026-03-09 11:00"), first.marks[2:])
    assert second.due == utc("2026-03-09 16:30")
    assert second.marks[0] == Mark(utc("2026-03-09 15:30"), "remind")
    assert second.marks[-1].what == TIME_UP
    assert verdict(second.due, utc("2026-03-09 12:30"), "missed") == "missed"
