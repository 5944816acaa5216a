"""Whatever campaign passes the checker and whatever leads do: journeys end or wait, nothing goes twice, the
bounds hold, and forecasts live as stories tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings

from nurture.authoring.bounds import bounds, durations_of
from nurture.authoring.simulation.tree import Node
from nurture.authoring.stories import playing
from nurture.authoring.stories.acts import act
from nurture.authoring.stories.journey import Happened
from nurture.authoring.stories.lead import PlayedLead
from nurture.authoring.stories.playing import Play, Rules
from nurture.authoring.stories.words import GIVENS
from nurture.conditions import Quiet
from nurture.domain.campaign import Campaign
from nurture.domain.outcomes import ALWAYS, outcomes
from nurture.domain.steps.registry import VERBS
from tests.authoring.made import MAKERS, campaign_texts
from tests.authoring.made_tales import BEGAN, ITEMS, LEFT_OUT, Tale, Will, passed, wills
from tests.authoring.test_bounds import DAY, HOUR, marketing, most_in, pairs

YEAR = timedelta(days=400)


def test_every_verb_and_every_word_is_tried() -> None:
    assert set(MAKERS) == set(VERBS)
    assert set(ITEMS) | set(LEFT_OUT) == set(GIVENS)


def played(campaign: Campaign, rules: Rules, tale: Tale) -> Play:
    play = begun(campaign, rules, tale)
    for at, item in tale.acts:
        play.until(at)
        act(play, item)
    play.until(BEGAN + YEAR)
    return play


def begun(campaign: Campaign, rules: Rules, tale: Tale) -> Play:
    lead = PlayedLead(tale.lead, rules.dictionary, rules.scoring, BEGAN, rules.calendars, id=tale.who)
    play = Play(campaign, rules, lead, BEGAN)
    play.enter()
    return play


def forecast(campaign: Campaign, rules: Rules, tale: Tale) -> list[Happened]:
    """The same life as a way through the tree of a forecast, each time on a copy."""
    quiet = replace(rules, conditions=Quiet(rules.conditions))
    node, left = Node(begun(campaign, quiet, tale)), list(tale.acts)
    found = list(node.happened)
    while left or node.due:
        first = left[0] if left and (node.due is None or left[0][0] < node.due) else None
        if first is None and (node.due is None or node.due > BEGAN + YEAR):
            break
        node.left = 2
        node = node.next((first[0], first[1].word, first[1].args) if first else None)
        left = left[1:] if first else left
        found += node.happened
    return found


def words(happened: list[Happened]) -> list[tuple[datetime, str, str]]:
    return [(one.at, one.word, one.what) for one in happened if one.word != "cannot"]


@settings(max_examples=80, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(text=campaign_texts(), will=wills())
def test_whatever_passes_the_checker(text: str, will: Will) -> None:
    found = passed(text)
    assume(found)
    assert found
    campaign, rules = found
    tale = will.meets(campaign, rules.dictionary)
    play = played(campaign, rules, tale)
    ends_or_waits(play)
    nothing_twice(campaign, play)
    keeps_bounds(campaign, rules, play)
    assert words(forecast(campaign, rules, tale)) == words(play.happened)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(playing, "steady", lambda *_: False)
        assert words(played(campaign, rules, tale).happened) == words(play.happened)


def ends_or_waits(play: Play) -> None:
    assert not [one for one in play.happened if one.word == "stops"]
    assert all(one.pending.due > BEGAN + YEAR for one in play.journeys if one.open)


def nothing_twice(campaign: Campaign, play: Play) -> None:
    for name in campaign.steps:
        got = sum(1 for one in play.happened if (one.word, one.what) == ("gets", name))
        assert got <= sum(journey.position.visits.get(name, 0) for journey in play.journeys)


def keeps_bounds(campaign: Campaign, rules: Rules, play: Play) -> None:
    found = bounds(campaign, rules.dictionary, rules.sales, durations_of(rules.calendars))
    ends = {one.what for one in play.happened if one.word == "ends"}
    assert ends <= outcomes(campaign) & {*found.outcomes, *ALWAYS}
    mails = [one.at for one in play.happened if one.word == "gets" and marketing(campaign, one.what)]
    # The night in which the clocks change is an hour shorter: days are counted as the lead counts them.
    gap = found.shortest_gap
    assert all(later - sooner >= gap - HOUR for sooner, later in pairs(mails) if gap)
    assert most_in(DAY - HOUR, mails) <= (found.most_a_day or len(mails))
    assert most_in(7 * DAY - HOUR, mails) <= (found.most_a_week or len(mails))
    if found.longest_held is not None:
        (journey,) = play.journeys
        assert journey.ended is not None
        assert journey.ended - BEGAN <= found.longest_held + 2 * HOUR
