"""Days as marketers write them: dates, ranges, feasts that move, the fourth Thursday."""

from datetime import date

import pytest

from nurture.domain.day_rules import load_days, parse_days


@pytest.mark.parametrize(
    ("text", "year", "days"),
    [
        ("2026-12-24", 2026, ["12-24"]),
        ("2026-12-24", 2027, []),
        ("12-25", 2031, ["12-25"]),
        ("1-6", 2026, ["01-06"]),
        ("02-29", 2026, []),
        ("02-29", 2028, ["02-29"]),
        ("easter", 2026, ["04-05"]),
        ("easter - 2", 2025, ["04-18"]),
        ("easter + 39", 2038, ["06-03"]),
        ("Easter +1", 2019, ["04-22"]),
        ("4th thu of november", 2026, ["11-26"]),
        ("last mon of may", 2026, ["05-25"]),
        ("1st mon of September", 2025, ["09-01"]),
        ("12-30 to 01-02", 2026, ["01-01", "01-02", "12-30", "12-31"]),
        ("2026-12-30 to 2027-01-01", 2026, ["12-30", "12-31"]),
        ("2026-12-30 to 2027-01-01", 2027, ["01-01"]),
        ("2026-12-30 to 2027-01-01", 2028, []),
    ],
)
def test_the_days_of_a_year(text: str, year: int, days: list[str]) -> None:
    assert sorted(f"{day:%m-%d}" for day in parse_days(text).days(year)) == days


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("christmas", "a day such as"),
        ("13-01", "that there is"),
        ("2026-02-29", "that there is"),
        ("easter - 200", "a day such as"),
        ("5th mon of may", "a day such as"),
        ("2026-12-24 to 2026-12-01", "a later last one"),
        ("01-01 to 12-31", "a later last one"),
        ("12-24 to 2027-01-01", "at both ends or at none"),
    ],
)
def test_what_is_no_day_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=f"expected.*{why}"):
        parse_days(text)


def test_the_first_name_of_a_day_counts() -> None:
    days = load_days({"12-25": "Christmas Day", "12-24 to 12-26": "closed"})
    assert days.name(date(2026, 12, 25)) == "Christmas Day"
    assert days.name(date(2026, 12, 26)) == "closed"
    assert days.name(date(2026, 12, 27)) is None
