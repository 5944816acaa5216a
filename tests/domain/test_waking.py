"""What of a lead an event may change, and which journeys it wakes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from nurture.domain.conditions import Answer, Condition
from nurture.domain.facts import Facts
from nurture.domain.waking import EVERYBODY, meets, tokens_of, woken
from nurture.domain.walk import AUDIENCE, Listen

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
FACTS = Facts(NOW, ZoneInfo("UTC"), NOW)
HOT = Listen("rule", "hot", Condition(("hot",)))
HERS = Listen(AUDIENCE, "not-audience", Condition(("hot",), every=False))


class Tagged:
    """The only condition: whether she is tagged hot."""

    def ask(self, _condition: Condition, facts: Facts) -> Answer:
        return Answer("hot" in facts.tags)

    def reads(self, _condition: Condition) -> frozenset[str]:
        return frozenset({"tag", "time"})


@pytest.mark.parametrize(
    ("kind", "data", "tokens"),
    [
        ("demo.booked", {}, set()),
        (
            "lead.changed",
            {"fields": ["size", "account.size"]},
            {"field:lead.size", "field:account.size"},
        ),
        ("deal.changed", {"record": "7", "fields": ["deal.stage"]}, {"field:deal.stage"}),
        ("stage.changed", {"stage": "MQL"}, {"stage"}),
        ("stage.changed", {"stage": "customer"}, {"stage", EVERYBODY}),
        ("email.bounced", {}, {EVERYBODY}),
        ("score.changed", {"points": 5}, {"score", "account_score"}),
        ("tag.changed", {}, {"tag"}),
        ("list.changed", {}, {"list"}),
    ],
)
def test_what_an_event_may_change(kind: str, data: dict[str, object], tokens: set[str]) -> None:
    more = {"score", "list", "account_score"} if kind == "lead.changed" else set()
    assert set(tokens_of(kind, data)) == {f"event:{kind}", *tokens, *more}


def test_who_listens_for_it_and_is_met_is_woken() -> None:
    hot = replace(FACTS, tags=frozenset({"hot"}))
    assert woken(Tagged(), [HOT], {"tag"}, hot)
    assert not woken(Tagged(), [HOT], {"tag"}, FACTS)
    assert not woken(Tagged(), [HOT], {"event:page.viewed", "score"}, hot)
    assert woken(Tagged(), [], {EVERYBODY}, FACTS)


def test_the_audience_wakes_by_no_longer_holding() -> None:
    assert woken(Tagged(), [HERS], {"tag"}, FACTS)
    assert not woken(Tagged(), [HERS], {"tag"}, replace(FACTS, tags=frozenset({"hot"})))
    assert meets(AUDIENCE, Answer(True, error="broken"))
