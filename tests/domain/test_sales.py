"""The sales policy: defaults, deadlines in order, reasons."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from nurture.domain.calendars import Calendars
from nurture.domain.members import Member
from nurture.domain.position import Mark
from nurture.domain.sales import load_sales

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 3, 27, 15, tzinfo=UTC)
"""16:00 in Berlin, two days before its clocks change."""
DOC = {
    "teams": {
        "inside-sales": {"members": [{"name": "Ada", "email": "ada@sales.example"}]},
        "partners": {
            "members": [],
            "due": "2h",
            "remind": "1h",
            "escalate": "1d",
            "give_up": "2 business days",
        },
    },
    "reasons": {"not-now": "Not now"},
}


def test_a_team_without_deadlines_has_the_usual_ones() -> None:
    policy = load_sales(DOC)
    team = policy.teams["inside-sales"]
    assert team.members == (Member("Ada", "ada@sales.example"),)
    assert policy.reasons == {"not-now": "Not now"}
    found = team.deadlines(team.members[0], BERLIN, Calendars(), FRIDAY)
    assert found.due == datetime(2026, 3, 30, 14, tzinfo=UTC)
    assert found.marks == (
        Mark(datetime(2026, 3, 27, 19, tzinfo=UTC), "remind"),
        Mark(datetime(2026, 3, 27, 23, tzinfo=UTC), "escalate", 0),
        Mark(datetime(2026, 3, 30, 14, tzinfo=UTC), "time_up"),
    )


def test_a_team_has_its_own() -> None:
    team = load_sales(DOC).teams["partners"]
    found = team.deadlines(Member("Eve", "eve@sales.example"), BERLIN, Calendars(), FRIDAY)
    assert [mark.at for mark in found.marks] == [
        datetime(2026, 3, 27, 16, tzinfo=UTC),
        datetime(2026, 3, 28, 15, tzinfo=UTC),
        datetime(2026, 3, 31, 14, tzinfo=UTC),
    ]


def test_an_empty_policy_has_nobody() -> None:
    assert load_sales({}).teams == {}
