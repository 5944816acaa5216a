"""Dates in a message: a day of the calendar, or a moment on the clock of the reader."""

from __future__ import annotations

import pytest

from nurture.delivery.moments import ZONE
from nurture.delivery.render import RenderError, render
from tests.delivery.test_render import CONTEXT, message


def shown(text: str, value: str | None, zone: str = "UTC") -> str:
    return render(message(text), {**CONTEXT, "lead": {"at": value}, ZONE: zone}).text.strip()


@pytest.mark.parametrize(
    ("value", "zone", "text"),
    [
        ("2026-03-12T14:00:00+00:00", "Europe/Berlin", "Thursday 12 March, 15:00 CET"),
        ("2026-07-09T23:30:00+00:00", "Asia/Tokyo", "Friday 10 July, 08:30 JST"),
        ("2026-03-12T14:00:00+01:00", "America/Sao_Paulo", "Thursday 12 March, 10:00 UTC-03"),
        ("2026-03-12", "UTC", "Thursday 12 March, 00:00 UTC"),
        ("", "UTC", ""),
        (None, "UTC", ""),
    ],
)
def test_a_moment_is_on_the_clock_of_the_reader(value: str | None, zone: str, text: str) -> None:
    assert shown("{{ lead.at|when }}", value, zone) == text


def test_a_day_is_the_same_everywhere() -> None:
    assert shown("{{ lead.at|day }}", "2026-03-12T00:00:00+00:00", "America/Denver") == "Thursday 12 March"


def test_what_is_not_a_date_is_not_quoted() -> None:
    with pytest.raises(RenderError) as failed:
        shown("{{ lead.at|when }}", "next Friday")
    assert "Friday" not in str(failed.value)


def test_without_a_zone_it_is_utc() -> None:
    made = render(message("{{ lead.at|when }}"), {**CONTEXT, "lead": {"at": "2026-03-12T14:00:00+00:00"}})
    assert made.text.strip() == "Thursday 12 March, 14:00 UTC"
