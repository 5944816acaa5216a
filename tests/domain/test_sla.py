"""The clock of a task against a slow oracle that counts minute by minute, over zones, weekends, holidays and
changes of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from nurture.domain.calendars import Calendar, Calendars, load_calendars
from nurture.domain.durations import parse_duration
from nurture.domain.members import Member
from nurture.domain.position import Mark, marks_of, marks_to_json
from nurture.domain.sales import load_sales
from nurture.domain.sla import Hours, deadlines, hours_of, passed_on, rung_at, verdict

MINUTE = timedelta(minutes=1)
CALENDARS = load_calendars(
    {
        "country": "DE",
        "countries": {
            "DE": {"holidays": {"05-01": "May", "easter + 1": "Easter", "12-24 to 12-26": "Christmas"}},
            "US": {"business": {"hours": "08:30-16:30"}, "holidays": {"4th thu of november": "Thanksgiving"}},
            "AE": {"business": {"days": "sun-thu"}},
        },
    }
)  # fmt: skip
PLACES = (
    ("DE", "Europe/Berlin"),
    ("US", "America/New_York"),
    ("AE", "Asia/Dubai"),
    ("US", "America/St_Johns"),
    (None, "Pacific/Chatham"),
)
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = {"DE": frozenset({date(2026, 5, 1), date(2026, 4, 6), *(date(2026, 12, day) for day in (24, 25, 26))}),
        "US": frozenset({date(2026, 11, 26)})}  # fmt: skip


def member(place: tuple[str | None, str]) -> Member:
    return Member("Ada", "ada@sales.example", zone=place[1], country=place[0])


def open_then(country: str | None, zone: ZoneInfo, minute: datetime) -> bool:
    """By hand: nothing of the calendar's own code."""
    local = minute.astimezone(zone)
    weekdays = {6, 0, 1, 2, 3} if country == "AE" else {0, 1, 2, 3, 4}
    hours = (time(8, 30), time(16, 30)) if country == "US" else (time(9), time(17))
    if local.weekday() not in weekdays or local.date() in DAYS.get(country or "DE", frozenset()):
        return False
    return hours[0] <= local.time() < hours[1]


def oracle(country: str | None, zone: ZoneInfo, began: datetime, minutes: int) -> datetime:
    at = began
    while minutes:
        minutes -= open_then(country, zone, at)
        at += MINUTE
    return at


@settings(max_examples=60, deadline=None)
@given(
    place=st.sampled_from(PLACES),
    began=st.integers(0, 364 * 24 * 60),
    hours=st.integers(1, 20),
    acts=st.integers(-90, 90),
)
@example(("DE", "Europe/Berlin"), 86 * 24 * 60 + 15 * 60, 6, 0)  # over the last Sunday of March
@example(("US", "America/New_York"), 329 * 24 * 60 + 20 * 60, 9, 1)  # over Thanksgiving
def test_the_verdict_is_that_of_the_minutes(
    place: tuple[str | None, str], began: int, hours: int, acts: int
) -> None:
    at, zone = BEGAN + began * MINUTE, ZoneInfo(place[1])
    doc = {
        "members": [],
        "due": f"{hours} business hours",
        "remind": "1h",
        "escalate": "2h",
        "give_up": "60d",
    }
    team = load_sales({"teams": {"a": doc}}).teams["a"]
    due = team.deadlines(member(place), ZoneInfo("UTC"), CALENDARS, at).due
    expected = oracle(place[0], zone, at, hours * 60)
    assert due == expected
    acted = expected + acts * MINUTE
    assert verdict(due, acted) == ("met" if acts <= 0 else "missed")


LADDER = {
    "members": [],
    "due": "4 business hours",
    "remind": "2h",
    "escalate": [
        {"after": "4h"},
        {"after": "6h", "tell": "boss@sales.example"},
        {"after": "1d", "to": "b@sales.example"},
    ],
    "give_up": "3d",
}
TEAM = load_sales({"teams": {"a": LADDER}}).teams["a"]
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
UTC_HOURS = Hours(ZoneInfo("UTC"), Calendar())


def told(marks: tuple[Mark, ...]) -> list[tuple[str, timedelta]]:
    return [(mark.what, mark.at - MONDAY) for mark in marks]


def test_the_ladder_climbs_in_order_and_keeps_its_times() -> None:
    hour = timedelta(hours=1)
    found = TEAM.deadlines(Member("A", "a@sales.example"), ZoneInfo("UTC"), Calendars(), MONDAY)
    assert told(found.marks) == [
        ("remind", 2 * hour), ("escalate", 4 * hour), ("escalate", 6 * hour),
        ("escalate", 24 * hour), ("time_up", 72 * hour),
    ]  # fmt: skip
    assert rung_at(TEAM.promise, found.marks[1:]).to == "next"
    second = passed_on(TEAM.promise, UTC_HOURS, MONDAY + 4 * hour, found.marks[2:])
    assert second.due == MONDAY + 8 * hour
    assert told(second.marks) == [("escalate", 6 * hour), ("escalate", 24 * hour), ("time_up", 72 * hour)]
    assert rung_at(TEAM.promise, second.marks).tell == "boss@sales.example"
    last = passed_on(TEAM.promise, UTC_HOURS, MONDAY + 24 * hour, second.marks[2:])
    assert told(last.marks) == [("remind", 26 * hour), ("time_up", 72 * hour)]
    assert last.due == MONDAY + 28 * hour


def test_in_the_queue_no_clock_runs() -> None:
    found = TEAM.deadlines(None, ZoneInfo("UTC"), Calendars(), MONDAY)
    assert [mark.what for mark in found.marks] == ["time_up"]
    assert found.due == parse_duration("30d").after(MONDAY, ZoneInfo("UTC"))


def test_what_an_earlier_owner_missed_stays_missed() -> None:
    assert verdict(MONDAY, MONDAY - MINUTE, "missed") == "missed"
    assert hours_of(None, ZoneInfo("UTC"), CALENDARS).calendar is CALENDARS.company


def test_rungs_are_climbed_as_they_are_written_and_none_is_passed_over() -> None:
    """Over a weekend four working hours end after a day on the wall, and the end cuts a rung off."""
    rungs = [{"after": "4 business hours"}, {"after": "1d", "to": "b@sales.example"}, {"after": "9d"}]
    doc = {**LADDER, "remind": "1h", "escalate": rungs, "give_up": "5d"}
    promise = load_sales({"teams": {"a": doc}}).teams["a"].promise
    friday = datetime(2026, 3, 6, 16, tzinfo=UTC)
    marks = deadlines(promise, UTC_HOURS, friday).marks
    assert [(mark.what, mark.rung) for mark in marks] == [
        ("remind", None), ("escalate", 0), ("escalate", 1), ("time_up", None),
    ]  # fmt: skip
    assert [rung_at(promise, marks[at:]).to for at in (1, 2)] == ["next", "b@sales.example"]
    assert marks_of(marks_to_json(marks)) == marks
    before = tuple(Mark(mark.at, mark.what) for mark in marks if mark.what != "remind")
    assert rung_at(promise, before).to == "b@sales.example", "of tasks from before rungs were numbered"
