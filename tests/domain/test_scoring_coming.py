"""Who came to a threshold in the last weeks, reckoned afterwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from nurture.domain.dictionary import Happening
from nurture.domain.scoring import Entry, Worth, came_to, load_scoring, points_for

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
POLICY = load_scoring(
    {
        "rules": {"form": {"on": "form.submitted", "points": 20}, "prices": {"on": "prices", "points": 5},
                  "big": {"on": "prices", "match": {"path": "*big*"}, "points": 7},
                  "opened": {"on": "email.opened", "points": 9}},
        "fit": {"large": {"field": "lead.employees", "at_least": 100, "points": 10}},
        "thresholds": {"MQL": 30, "SQL": 45},
    }
)  # fmt: skip
HAPPENINGS = {"prices": Happening("prices", "page.viewed", {"path": "/prices*"})}


def entries(*days: float) -> list[Entry]:
    return [Entry("form", 20, NOW - timedelta(days=day)) for day in days]


@pytest.mark.parametrize(
    ("days", "employees", "stages"),
    [
        ((), 200, ()),
        ((1,), 0, ()),
        ((1,), 200, ("MQL",)),
        ((1, 1.1), 0, ("MQL",)),
        ((1, 1.1), 200, ("MQL", "SQL")),
        ((40, 1), 0, ()),
        ((40.1, 40), 0, ("MQL",)),
        ((56.2, 56.1), 0, ()),
        ((56.2, 56.1, 3), 200, ()),
        ((-1, -2), 0, ()),
    ],
    ids=str,
)
def test_stages_that_were_reached_in_the_window(
    days: tuple[float, ...], employees: int, stages: tuple[str, ...]
) -> None:
    fields = {"lead.employees": float(employees)}
    assert came_to(entries(*days), POLICY, NOW, fields) == set(stages)
    assert came_to(entries(*days)[::-1], POLICY, NOW, fields) == set(stages)


@pytest.mark.parametrize(
    ("kind", "path", "worth"),
    [("page.viewed", "/prices/big", [("prices", 5), ("big", 7)]), ("page.viewed", "/prices", [("prices", 5)]),
     ("page.viewed", "/big", []), ("form.submitted", "", [("form", 20)]), ("email.opened", "", [])],
)  # fmt: skip
def test_what_an_event_is_worth_hangs_on_the_happenings_that_are_asked(
    kind: str, path: str, worth: list[tuple[str, float]]
) -> None:
    assert points_for(kind, {"path": path}, POLICY, HAPPENINGS) == worth
    assert points_for(kind, {"path": path}, POLICY, {}) == [one for one in worth if one[0] == "form"]
    assert points_for(kind, {"path": path}, POLICY, HAPPENINGS) == worth, "and not on who asked before"
    assert Worth(POLICY, HAPPENINGS).types == ["form.submitted", "page.viewed"]
