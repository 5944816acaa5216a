"""Who gets a lead: rules in order, people who cannot, those who stand in, and what is left for the queue."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from nurture.conditions import Conditions
from nurture.domain.calendars import Calendars
from nurture.domain.dictionary import load_dictionary
from nurture.domain.facts import Facts
from nurture.domain.members import Member, load_member
from nurture.domain.routing import Handover, Routed, Standing, route
from nurture.domain.routing_policy import load_routing

UTC_ZONE = ZoneInfo("UTC")
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
CONDITIONS = Conditions(load_dictionary({"fields": {"lead.country": "text", "lead.employees": "number"}}))
ADA, BEN, CHI, DOV = (f"{name}@sales.example" for name in ("ada", "ben", "chi", "dov"))


def someone(email: str, team: str = "inside", turn: int = 0, **more: Any) -> Standing:
    own = {name: more.pop(name) for name in ("speaks", "open_at_most", "substitute") if name in more}
    return Standing(Member(email.partition("@")[0].title(), email, **own), team, turn, **more)


TEAM = [someone(ADA, turn=3), someone(BEN, turn=1), someone(CHI, turn=2), someone(DOV, "closers")]


def gives(
    rules: list[dict[str, Any]],
    people: list[Standing] = TEAM,
    knowing: dict[str, str] | None = None,
    fields: dict[str, Any] | None = None,
    **top: str,
) -> Routed:
    facts = Facts(MONDAY, UTC_ZONE, MONDAY, fields=fields or {})
    given = Handover("inside", facts, knowing or {})
    return route(load_routing({"rules": rules, **top}), CONDITIONS, people, given)


def owner(found: Routed) -> str | None:
    return found.owner.email if found.owner else None


def test_without_rules_the_team_is_asked_in_turn() -> None:
    assert owner(gives([])) == BEN
    assert owner(gives([], [])) is None
    assert "waits in the queue" in gives([], []).why


NORTH = {"rule": "north", "if": 'lead.country == "SE"', "to": [CHI]}
BIG = {"rule": "big", "if": ["lead.employees > 100"], "to": "closers"}


def test_the_first_rule_that_matches_decides_and_each_says_why() -> None:
    found = gives([NORTH, BIG], fields={"lead.country": "DE", "lead.employees": 300})
    assert (owner(found), found.rule, found.owner and found.owner.team) == (DOV, "big", "closers")
    assert [(look.rule, look.decides) for look in found.looks] == [("north", False), ("big", True)]
    assert "not met" in found.looks[0].said
    assert "holds; Dov" in found.why


def test_a_rule_for_one_team_is_not_for_the_others() -> None:
    found = gives([{"rule": "theirs", "of": "closers", "to": [DOV]}])
    assert (owner(found), found.looks[0].decides) == (BEN, False)


def test_whoever_knows_them_goes_first_and_an_absent_one_is_stood_in_for() -> None:
    rule = {"rule": "known", "to": "lead-owner"}
    assert owner(gives([rule], knowing={"lead-owner": ADA})) == ADA
    assert owner(gives([rule])) == BEN
    away = [someone(ADA, away="Holiday", substitute=CHI), *TEAM[1:]]
    found = gives([rule], away, {"lead-owner": ADA})
    assert owner(found) == CHI
    assert "away (Holiday), Chi stands in" in found.why


def test_nobody_stands_in_so_the_next_rule_has_it() -> None:
    away = [someone(ADA, away="Holiday"), *TEAM[1:]]
    found = gives(
        [{"rule": "known", "to": "lead-owner"}, BIG], away, {"lead-owner": ADA}, {"lead.employees": 300}
    )
    assert owner(found) == DOV
    assert [look.decides for look in found.looks] == [False, True]


def test_who_is_full_or_away_takes_nothing_in_turn() -> None:
    people = [someone(ADA, open=2, open_at_most=2), someone(BEN, away="Ill"), someone(CHI, turn=9)]
    assert owner(gives([], people)) == CHI
    found = gives([], people[:2])
    assert owner(found) is None
    assert "Ada: full (2 of 2 open); Ben: away (Ill)" in found.why


@pytest.mark.parametrize(("pick", "expected"), [("in-turn", BEN), ("in-order", ADA), ("least-busy", CHI)])
def test_the_ways_to_pick(pick: str, expected: str) -> None:
    people = [someone(ADA, turn=3, open=2), someone(BEN, turn=1, open=2), someone(CHI, turn=2, open=1)]
    assert owner(gives([{"rule": "all", "to": [ADA, BEN, CHI], "pick": pick}], people)) == expected


@pytest.mark.parametrize(("hours", "expected"), [("only", CHI), ("first", CHI), ("any", BEN)])
def test_working_hours(hours: str, expected: str) -> None:
    people = [replace(TEAM[0], at_work=False), replace(TEAM[1], at_work=False), TEAM[2]]
    assert owner(gives([{"rule": "all", "to": "inside", "working_hours": hours}], people)) == expected
    asleep = [replace(one, at_work=False) for one in people]
    found = gives([{"rule": "all", "to": "inside", "working_hours": hours}], asleep, otherwise="queue")
    assert owner(found) == (None if hours == "only" else BEN)


def test_a_language_that_somebody_speaks() -> None:
    people = [someone(ADA, speaks=("en",)), someone(BEN, speaks=("de", "en"), turn=9)]
    rule = {"rule": "tongue", "to": "inside", "speak": True}
    assert owner(gives([rule], people, fields={"lead.language": "de-AT"})) == BEN
    for fields in ({"lead.language": "fr"}, {}):
        found = gives([rule], people, fields=fields)
        assert (owner(found), found.rule) == (ADA, "otherwise")


def test_a_condition_that_cannot_be_asked_is_passed_over_and_said() -> None:
    found = gives([{**BIG}], fields={"lead.employees": "many"})
    assert owner(found) == BEN
    assert "could not be decided" in found.looks[0].said


def test_a_rule_whose_people_cannot_leaves_it_to_what_is_otherwise() -> None:
    people = [*TEAM[:3], someone(DOV, "closers", away="Holiday")]
    found = gives(
        [BIG, {"rule": "rest", "to": [CHI]}], people, fields={"lead.employees": 300}, otherwise="queue"
    )
    assert (owner(found), found.rule) == (None, "otherwise")
    assert [look.rule for look in found.looks] == ["big", "otherwise"]


def test_where_and_when_somebody_is_there() -> None:
    member = load_member(
        {"name": "Ada", "email": "Ada@sales.example", "zone": "America/New_York",
         "away": {"2026-03-02 to 2026-03-04": "Holiday"}}
    )  # fmt: skip
    midnight = datetime(2026, 3, 5, 4, 30, tzinfo=UTC)
    assert member.away_on(midnight, UTC_ZONE) == "Holiday"  # still the 4th there
    assert member.away_on(midnight.replace(hour=6), UTC_ZONE) is None
    assert not member.at_work(datetime(2026, 3, 5, 13, 59, tzinfo=UTC), UTC_ZONE, Calendars())
    assert member.at_work(datetime(2026, 3, 5, 14, tzinfo=UTC), UTC_ZONE, Calendars())
    assert not member.at_work(datetime(2026, 3, 7, 15, tzinfo=UTC), UTC_ZONE, Calendars())
