"""Which rule for sending counts: windows, blocked days, lateness and quiet times."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from nurture.domain.calendars import PLAIN, Calendar
from nurture.domain.campaign import Campaign, load_campaign
from nurture.domain.day_rules import load_days
from nurture.domain.dictionary import Dictionary, Happening
from nurture.domain.durations import parse_duration
from nurture.domain.facts import EventFact, Facts
from nurture.domain.sending import (
    LATE_AFTER,
    opens,
    quiet,
    quiet_of,
    too_late,
    why_shut,
    window_of,
    within_of,
)
from nurture.domain.sending_policy import Sending, load_sending
from nurture.domain.steps.send import Send
from nurture.domain.windows import parse_window

NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)
COMPANY = Dictionary(
    sending=Sending(window="office", within=parse_duration("5d"), caps={"day": 2, "week": 3})
)


def campaign(step: str = "", sending: dict[str, object] | None = None) -> tuple[Send, Campaign]:
    doc = {"send": "hello", **({"window": step, "within": "1d"} if step else {})}
    found = load_campaign({"campaign": "talk", "steps": [doc], "sending": sending or {}})
    send = found.steps["hello"]
    assert isinstance(send, Send)
    return send, found


@pytest.mark.parametrize(
    ("step", "own", "window", "within"),
    [
        ("evenings", {"window": "mornings", "within": "2d"}, "evenings", "1d"),
        ("", {"window": "mornings", "within": "2d"}, "mornings", "2d"),
        ("", {}, "office", "5d"),
    ],
)
def test_the_nearest_wins(step: str, own: dict[str, object], window: str, within: str) -> None:
    send, found = campaign(step, own)
    assert window_of(send, found, COMPANY) == window
    assert str(within_of(send, found, COMPANY)) == within


def test_without_any_rule() -> None:
    send, found = campaign()
    assert window_of(send, found, Dictionary()) is None
    assert within_of(send, found, Dictionary()) == LATE_AFTER


BERLIN = ZoneInfo("Europe/Berlin")
CHRISTMAS = Calendar(holidays=load_days({"12-25": "Christmas Day", "12-26": "Boxing Day"}))
HAPPENINGS = {"bought": Happening("bought", "order.paid"), "asked": Happening("asked", "form.submitted")}
WINDOWS = {
    "office": parse_window("mon-fri", "09:00-17:00"),
    "nights": parse_window("mon-sun", "22:00-02:00"),
    "always-open": parse_window("mon-sun", "09:00-17:00", holidays=True),
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def facts(text: str, calendar: Calendar = PLAIN) -> Facts:
    return Facts(now=at(text), zone=BERLIN, entered=at(text), calendar=calendar)


def company(**sending: object) -> Dictionary:
    return Dictionary(happenings=HAPPENINGS, windows=WINDOWS, sending=load_sending(sending))


@pytest.mark.parametrize(
    ("window", "now", "opens_at"),
    [
        ("office", "2026-12-24 18:00", "2026-12-28 09:00"),  # Friday is Christmas Day
        ("office", "2026-12-25 10:00", "2026-12-28 09:00"),
        ("always-open", "2026-12-25 10:00", "2026-12-25 10:00"),
        ("nights", "2026-12-24 23:00", "2026-12-24 23:00"),
        ("nights", "2026-12-25 00:30", "2026-12-27 22:00"),  # the night before a holiday ends at midnight
        ("any-time", "2026-12-25 03:00", "2026-12-25 03:00"),
    ],
)
def test_windows_stay_shut_on_holidays(window: str, now: str, opens_at: str) -> None:
    send, found = campaign(sending={"window": window})
    where = facts(now, CHRISTMAS)
    assert opens(send, found, company(), where, where.now) == at(opens_at)


def test_blocked_days_add_up_and_are_for_marketing_only() -> None:
    send, found = campaign(sending={"window": "any-time", "blocked": {"2026-03-06": "sale"}})
    where, rules = facts("2026-03-05 12:00"), company(blocked={"03-05": "stocktaking"})
    assert opens(send, found, rules, where, where.now) == at("2026-03-07 00:00")
    assert why_shut(send, found, rules, where) == "no marketing messages today: stocktaking"
    operational = Send(name="hello", message="hello", kind="operational")
    assert opens(operational, found, rules, where, where.now) == where.now


def test_the_reason_names_the_holiday() -> None:
    send, found = campaign(sending={"window": "office"})
    assert why_shut(send, found, company(), facts("2026-12-25 10:00", CHRISTMAS)) == (
        "the window is shut, Christmas Day"
    )
    assert why_shut(send, found, company(), facts("2026-12-23 18:00", CHRISTMAS)) == "the window is shut"


def test_a_channels_own_window_comes_before_those_for_all() -> None:
    text = Send(name="hello", message="hello", via="sms")
    _, found = campaign(sending={"window": "any-time"})
    assert window_of(text, found, company(window="nights", sms={"window": "office"})) == "office"
    _, found = campaign(sending={"window": "any-time", "sms": {"window": "nights"}})
    assert window_of(text, found, company(sms={"window": "office"})) == "nights"
    _, found = campaign()
    assert window_of(text, found, company(window="office")) == "office"


@pytest.mark.parametrize(
    ("within", "planned", "now", "late"),
    [
        ("1d", "2026-03-05 09:00", "2026-03-06 09:00", False),
        ("1d", "2026-03-05 09:00", "2026-03-06 09:01", True),
        ("1d", "2026-03-28 09:00", "2026-03-29 09:00", False),  # 23 hours
        ("1d", "2026-10-24 09:00", "2026-10-25 09:00", False),  # 25 hours
        ("1 business day", "2026-12-24 09:00", "2026-12-28 09:00", False),
        ("1 business day", "2026-12-24 09:00", "2026-12-28 09:01", True),
        ("2 business hours", "2026-12-24 16:00", "2026-12-28 09:59", False),
        ("30m", "2026-03-05 09:00", "2026-03-05 08:00", False),
    ],
)
def test_how_late_is_too_late(within: str, planned: str, now: str, late: bool) -> None:
    found = too_late(parse_duration(within), at(planned), facts(now, CHRISTMAS))
    assert (found is not None) is late


def test_it_is_quiet_for_a_time_after_something_happened() -> None:
    _, found = campaign(sending={"quiet_after": {"bought": "3d", "asked": "1d"}})
    rules = quiet_of(found, company(quiet_after={"bought": "14d"}))
    assert {name: str(span) for name, span in rules.items()} == {"bought": "14d", "asked": "1d"}
    events = [
        EventFact("order.paid", at("2026-03-01 10:00")),
        EventFact("form.submitted", at("2026-03-05 11:00")),
    ]
    silence = quiet(rules, company(), events, facts("2026-03-05 12:00"))
    assert silence is not None
    assert (silence.until, silence.why) == (at("2026-03-15 10:00"), "14d of quiet after bought")
    assert quiet(rules, company(), events, facts("2026-03-15 10:00")) is None
    assert quiet(rules, company(), [], facts("2026-03-05 12:00")) is None
