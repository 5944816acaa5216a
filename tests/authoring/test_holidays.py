"""Holidays that nobody has, and business days without any."""

import pytest

from nurture.authoring.content import read_content
from tests.authoring.conftest import Make
from tests.authoring.good import CALENDARS, CAMPAIGN, steps

WAITS = steps("- wait: 5 business days\n- send: hello\n- end: done\n")
OF_A_COUNTRY = "countries: {DE: {holidays: {12-25: Christmas}}}\n"


@pytest.mark.parametrize(
    ("calendars", "said"),
    [
        ("business: {days: mon-thu}\n", "none is written down"),
        ("holidays: {12-25: Christmas}\n", ""),
        (OF_A_COUNTRY, "nobody's country is known"),
        (f"country: DE\n{OF_A_COUNTRY}", ""),
    ],
)
def test_holidays_are_somebodys(calendars: str, said: str, content: Make) -> None:
    found = read_content(content({CALENDARS: calendars, **dict([WAITS])})).problems
    assert [one.rule for one in found] == ["no-holidays"] * bool(said)
    assert all(said in one.text for one in found)


def test_without_business_days_nobody_misses_them(content: Make) -> None:
    _, text = steps("- wait: 5d\n- send: hello\n- end: done\n")
    assert read_content(content({CAMPAIGN: text})).problems == []
