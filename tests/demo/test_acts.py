from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from nurture.demo.acts import AWAKE, SLOT, Act, Diary, Tell, slot_after, some_time_after
from tests.demo.cast import NOW


def act(hours: float, who: str, what: str = "page.viewed") -> Act:
    return Act(NOW + timedelta(hours=hours), who, Tell(what, {}))


def test_a_diary_gives_what_is_due_in_order_once() -> None:
    diary = Diary()
    diary.plan([act(2, "b"), act(1, "b", "second"), act(1, "a"), act(1, "b", "third")])
    assert diary.next_at == NOW + timedelta(hours=1)
    assert diary.due(NOW) == []
    found = diary.due(NOW + timedelta(hours=1))
    assert [(one.who, one.deed) for one in found] == [
        ("a", Tell("page.viewed", {})),
        ("b", Tell("second", {})),
        ("b", Tell("third", {})),
    ]
    assert diary.next_at == NOW + timedelta(hours=2)
    assert len(diary.due(NOW + timedelta(days=9))) == 1
    assert diary.next_at is None


def test_a_slot_is_always_later() -> None:
    full = datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert slot_after(full) == full + SLOT
    assert slot_after(full - timedelta(seconds=1)) == full


def test_people_act_when_they_are_awake_where_they_live() -> None:
    dice = Random(1)
    for zone in ("Asia/Tokyo", "America/Los_Angeles", "Asia/Kolkata"):
        times = [some_time_after(NOW, 5, zone, dice).astimezone(ZoneInfo(zone)) for _ in range(300)]
        assert all(AWAKE[0] <= at.hour <= AWAKE[1] for at in times)
        assert all(at > NOW for at in times)
