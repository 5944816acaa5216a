"""Forecasts: the same for the same seed, everybody counted, and every life as if it were lived alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nurture.authoring.content import Content, read_content
from nurture.authoring.simulation.behaviour import Behaviour, Temperament, load_behaviour
from nurture.authoring.simulation.forecast import Forecast, Simulation, simulate
from nurture.authoring.simulation.links import asked_links, clicks
from nurture.authoring.simulation.people import Arrivals, Crowd
from nurture.authoring.simulation.tally import IN_FLIGHT
from nurture.authoring.stories.playing import Rules
from nurture.domain.campaign import Campaign
from nurture.domain.conditions import Condition

SHIPPED = Path(__file__).parents[3]
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


@cache
def content() -> Content:
    return read_content(SHIPPED)


def campaign(name: str) -> Campaign:
    found = content().campaigns[name].campaign
    assert found is not None
    return found


def forecast(name: str = "trial", leads: int = 60, seed: int = 1, over: int = 5, days: int = 60) -> Forecast:
    natures = load_behaviour(content().behaviour)
    return simulate(campaign(name), content().rules(), natures, Arrivals(MONDAY, leads, over, seed), days)


@pytest.mark.parametrize("name", ["trial", "buyers-guide", "pricing-interest"])
def test_everybody_is_counted_once_and_the_seed_decides(name: str) -> None:
    first, second, other = forecast(name), forecast(name), forecast(name, seed=2)
    assert first.tally == second.tally
    assert first.tally != other.tally
    assert first.tally.leads == sum(first.tally.outcomes.values()) == 60
    sent = sum(count for (_, what), count in first.tally.done.items() if what == "gets")
    assert sum(first.tally.series("mails").values()) == sent


class Alone(Simulation):
    """Every lead in a tree of her own, and with every act looked at."""

    def live(self, people: object) -> None:
        for person in people:  # type: ignore[attr-defined]
            self.relevance = replace(self.relevance, words=frozenset({"clicks", "opens"}), scored=True)
            super().live([person])


def natures() -> st.SearchStrategy[Temperament]:
    chance = st.sampled_from([0.0, 0.2, 0.9])
    return st.builds(
        Temperament,
        name=st.just("any"),
        share=st.just(1.0),
        reacts=st.sampled_from([timedelta(hours=1), timedelta(hours=30)]),
        opens=st.just(0.9),
        clicks=chance,
        answers=chance,
        replies=chance,
        unsubscribes=st.sampled_from([0.0, 0.1]),
        happens=st.dictionaries(
            st.sampled_from(["prices-page", "demo-booked", "activated", "contact-form"]), chance
        ),
    )


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from(["trial", "buyers-guide", "pricing-interest"]),
    natures(),
    st.sampled_from([MONDAY, datetime(2026, 3, 23, tzinfo=UTC), datetime(2026, 12, 14, tzinfo=UTC)]),
    st.integers(0, 1000),
)
def test_lives_that_begin_as_one_are_as_if_lived_alone(
    name: str, nature: Temperament, start: datetime, seed: int
) -> None:
    """Over nights on which the clocks change, and over Christmas."""
    people = Behaviour((nature,), zones={"Europe/Berlin": 1, "America/New_York": 1})
    arrivals, rules = Arrivals(start, 12, 3, seed), content().rules()
    together = simulate(campaign(name), rules, people, arrivals, 40).tally
    alone = Alone(campaign(name), rules, people, start + timedelta(days=40))
    alone.live(Crowd(people, rules.dictionary, arrivals).people())
    stages = {key: count for key, count in alone.tally.days.items() if not key[0].startswith("stage")}
    assert together.outcomes == alone.tally.outcomes
    assert together.done == alone.tally.done
    assert {key: n for key, n in together.days.items() if not key[0].startswith("stage")} == stages


def test_who_does_nothing_lives_as_the_story_of_silence_says() -> None:
    silent = Behaviour((Temperament("silent", 1.0, timedelta(hours=1)),))
    rules: Rules = content().rules()
    found = simulate(campaign("buyers-guide"), rules, silent, Arrivals(MONDAY, 5, 1, 1), 20).tally
    assert found.outcomes == {IN_FLIGHT: 5}
    gets = {step: count for (step, what), count in found.done.items() if what == "gets"}
    assert gets == {"guide": 5, "checklist": 5, "your-interest": 5}


def test_people_of_one_seed_are_the_same_whatever_the_campaign() -> None:
    crowd = Crowd(
        load_behaviour(content().behaviour), content().rules().dictionary, Arrivals(MONDAY, 50, 30, 7)
    )
    first, second = list(crowd.people()), list(crowd.people())
    assert first == second
    assert len({person.id for person in first}) == 50
    assert {person.enters.weekday() for person in first} <= set(range(5))


def test_a_click_falls_on_the_links_that_the_campaign_asks_for() -> None:
    """By the shares of the behaviour; a link that it does not name gets what is even."""
    step = 'clicked("guide", "prices")', 'clicked("guide", "*/demo*")'
    asked = asked_links(content().rules().conditions, [Condition(step)])
    assert asked == {"guide": ("prices", "*/demo*")}
    nature = Temperament("any", 1.0, timedelta(hours=1), links={"prices": 0.5})
    choice = clicks(nature, asked)["guide"]
    drawn = Counter(choice.of(number) for number in range(0, 1 << 16, 16))
    assert drawn["prices"] / drawn.total() == pytest.approx(0.5, abs=0.01)
    assert drawn["/demo"] / drawn.total() == pytest.approx(1 / 3, abs=0.01)
    assert drawn[None] / drawn.total() == pytest.approx(1 / 6, abs=0.01)


def test_who_is_not_let_in_is_counted_with_the_reason() -> None:
    only_some = replace(campaign("trial"), audience=Condition(("lead.employees > 100",)))
    natures = load_behaviour(content().behaviour)
    people = replace(natures, fields={"lead.employees": {"40": 50, "400": 20}})
    found = simulate(only_some, content().rules(), people, Arrivals(MONDAY, 100, 5, 1), 10).tally
    assert found.outcomes["not let in"] == found.refused["audience"] > 50
    assert found.leads == sum(found.outcomes.values())
