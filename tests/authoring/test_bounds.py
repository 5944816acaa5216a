"""The bounds that the checker prints are kept by every journey, whatever the lead does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from textwrap import dedent
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nurture.authoring.bounds import Bounds, bounds, durations_of
from nurture.authoring.bounds.durations import Durations
from nurture.authoring.bounds.words import sentences
from nurture.authoring.campaign_file import check_campaign
from nurture.authoring.checking import Words
from nurture.authoring.content import read_content
from nurture.authoring.reader import read_yaml
from nurture.authoring.stories.acts import act
from nurture.authoring.stories.lead import PlayedLead
from nurture.authoring.stories.playing import Play, Rules
from nurture.authoring.stories.story import Item, Lead
from nurture.domain.calendars import PLAIN, Calendars
from nurture.domain.campaign import Campaign
from nurture.domain.dictionary import Dictionary, load_dictionary
from nurture.domain.durations import UNITS, Duration
from nurture.domain.outcomes import ALWAYS, FINISHED, outcomes
from nurture.domain.sending_policy import Sending
from nurture.domain.steps.send import Send

CHECKOUT = Path(__file__).parents[2]
BEGAN = datetime(2026, 3, 2, 10, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CONTENT = read_content(CHECKOUT)
RULES = CONTENT.rules()
FREE = {
    "two-ways": """
        campaign: two-ways
        leave:
          met: happened("demo-booked")
        rules:
          - rule: hot
            when: score >= 60
            then:
              - go: offer
        steps:
          - send: guide
          - wait: 20h
          - send: checklist
          - wait: up to 5d
            until: clicked("checklist")
            time_up:
              - send: digest
          - go: offer
        sections:
          offer:
            - send: prices-news
            - wait: 3d
            - send: prices-explained
              within: 2d
            - handoff: inside-sales
              rejected: next
              time_up:
                - end: not-called
            - wait: 2 business days
            - go: offer
              at_most: 2 times
            - end: silent
        """
}


def loaded(text: str, sending: Sending | None = None) -> tuple[Campaign, Rules]:
    """``sending``: instead of the company's."""
    source, root = read_yaml("a.yaml", dedent(text).encode())
    assert root is not None, source.problems
    words = Words(RULES.dictionary, frozenset(RULES.sales.teams), messages=frozenset(CONTENT.messages))
    campaign = check_campaign(source, root, words).campaign
    assert campaign is not None
    assert [
        problem for problem in source.problems if problem.rule not in ("no-end", "short-within", "empty-date")
    ] == []
    doc = {**CONTENT.dictionary, "sending": {}}
    dictionary = RULES.dictionary if sending is None else load_dictionary(doc)
    return campaign, replace(RULES, dictionary=dictionary)


def of(text: str, sending: Sending | None = None) -> Bounds:
    campaign, rules = loaded(text, sending)
    return bounds(campaign, rules.dictionary, rules.sales, durations_of(Calendars()))


PLAYED: dict[str, tuple[Campaign, Rules]] = {
    name: (file.campaign, RULES) for name, file in CONTENT.campaigns.items() if file.campaign
} | {name: loaded(text, Sending()) for name, text in FREE.items()}


@cache
def promised(name: str) -> Bounds:
    campaign, rules = PLAYED[name]
    return bounds(campaign, rules.dictionary, rules.sales, durations_of(rules.calendars))


@st.composite
def acts(draw: st.DrawFn, campaign: Campaign, dictionary: Dictionary) -> list[tuple[timedelta, Item]]:
    """What she does, and how long after what she did before."""
    sends = {name: step for name, step in campaign.steps.items() if isinstance(step, Send)}
    items: list[tuple[str, ...]] = [("does", name) for name in dictionary.happenings]
    items += [("clicks", name) for name in sends]
    items += [("answers", name, one) for name, step in sends.items() for one in step.answers]
    items += [("becomes", "score", points) for points in ("0", "65")]
    items += [("sales", "accepted"), ("sales", "rejected", "not-now"), ("becomes", "customer")]
    chosen = draw(st.lists(st.tuples(st.sampled_from(items), st.integers(0, 400)), max_size=12))
    return [(timedelta(hours=hours), Item(words[0], words[1:], " ".join(words))) for words, hours in chosen]


def played(campaign: Campaign, rules: Rules, tale: list[tuple[timedelta, Item]], zone: str) -> Play:
    told = Lead(ZoneInfo(zone), {"lead.trial_ends": BEGAN + 14 * DAY})
    lead = PlayedLead(told, rules.dictionary, rules.scoring, BEGAN)
    play = Play(campaign, rules, lead, BEGAN)
    play.enter()
    now = BEGAN
    for after, item in tale:
        now += after
        play.until(now)
        act(play, item)
    while any(journey.open for journey in play.journeys) and now < BEGAN + 3000 * DAY:
        now += 50 * DAY
        play.until(now)
    return play


@pytest.mark.parametrize("name", PLAYED)
@settings(max_examples=40)
@given(data=st.data(), zone=st.sampled_from(["UTC", "Europe/Berlin", "Asia/Tokyo"]))
def test_no_journey_leaves_its_bounds(name: str, data: st.DataObject, zone: str) -> None:
    campaign, rules = PLAYED[name]
    found = promised(name)
    tale = data.draw(acts(campaign, rules.dictionary))
    doors = {trigger.name for trigger in campaign.enrol.on}
    play = played(campaign, rules, [one for one in tale if one[1].args[0] not in doors], zone)
    mails = [one.at for one in play.happened if one.word == "gets" and marketing(campaign, one.what)]
    ends = [one.what for one in play.happened if one.word == "ends"]
    assert set(ends) <= outcomes(campaign)
    assert set(found.outcomes) <= outcomes(campaign)
    assert set(ends) <= {*found.outcomes, *(name for name in ALWAYS if name != FINISHED)}
    # The night in which the clocks change is an hour shorter: days are counted as the lead counts them.
    assert all(
        later - sooner >= found.shortest_gap - HOUR for sooner, later in pairs(mails) if found.shortest_gap
    )
    assert most_in(DAY - HOUR, mails) <= (found.most_a_day or len(mails))
    assert most_in(7 * DAY - HOUR, mails) <= (found.most_a_week or len(mails))
    if found.longest_held is not None:
        (journey,) = play.journeys
        assert journey.ended is not None
        assert journey.ended - BEGAN <= found.longest_held + 2 * HOUR


def marketing(campaign: Campaign, name: str) -> bool:
    step = campaign.steps[name]
    return isinstance(step, Send) and step.kind == "marketing"


def pairs(mails: list[datetime]) -> list[tuple[datetime, datetime]]:
    return list(pairwise(mails))


def most_in(span: timedelta, mails: list[datetime]) -> int:
    return max((sum(at <= other < at + span for other in mails) for at in mails), default=0)


def test_the_bounds_come_from_the_way_through_the_steps() -> None:
    found = of(FREE["two-ways"], Sending())
    assert (found.most_a_day, found.most_a_week) == (4, 6)
    assert found.shortest_gap == timedelta()
    assert found.outcomes == ("met", "accepted", "not-called", "silent")


@pytest.mark.parametrize(("arm", "ends"), [("", True), ("    time_up:\n      - end: not-called\n", False)])
def test_a_handoff_that_nobody_answers_ends_too(arm: str, ends: bool) -> None:
    found = of(f"campaign: a\nsteps:\n  - handoff: inside-sales\n{arm}")
    assert (FINISHED in found.outcomes) is ends


def test_caps_make_the_bounds_smaller() -> None:
    text = "campaign: a\nsending: {cap: {day: 1, week: 2}}\n" + dedent(FREE["two-ways"]).split("\n", 2)[2]
    found = of(text, Sending())
    assert (found.most_a_day, found.most_a_week, found.shortest_gap) == (1, 2, DAY)


def test_a_loop_is_counted() -> None:
    found = of(
        """
        campaign: a
        steps:
          - go: more
        sections:
          more:
            - wait: 30d
            - send: digest
              within: 1d
            - go: more
              at_most: 6 times
            - end: silent
        """,
        Sending(),
    )
    assert found.longest == 7 * 30 * DAY
    assert found.longest_held == 7 * 31 * DAY
    assert (found.most_a_day, found.most_a_week, found.shortest_gap) == (1, 1, 30 * DAY)


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ("  - wait: to lead.trial_ends\n  - end: over\n", "waits for the date in `lead.trial_ends`"),
        ("  - go: more\nsections:\n  more:\n    - wait: 30d\n    - go: more\n", "goes on until she leaves"),
    ],
)
def test_some_campaigns_have_no_longest_stay(steps: str, why: str) -> None:
    found = of("campaign: a\nsteps:\n" + steps)
    assert found.longest is None
    assert why in found.endless


def test_what_people_read() -> None:
    found = of("campaign: a\nsteps:\n  - send: guide\n  - wait: 3d\n  - send: digest\n  - end: silent\n")
    assert list(sentences(found)) == [
        "at most 1 marketing message a day and 2 a week",
        "at least 3 days between two",
        "stays at most 3 days, 36 days if every message is held up",
        "ends as silent",
    ]


@given(
    st.sampled_from(sorted(set(UNITS.values()))), st.integers(0, 40), st.datetimes(BEGAN.replace(tzinfo=None))
)
def test_no_duration_is_shorter_than_its_least(unit: str, count: int, at: datetime) -> None:
    duration, utc = Duration(count, unit), ZoneInfo("UTC")
    began = at.replace(year=2026 + at.year % 8, tzinfo=UTC) if (at.month, at.day) != (2, 29) else BEGAN
    took = duration.after(began, utc) - began
    assert took >= Durations([PLAIN]).least(duration)
    assert took <= Durations([PLAIN]).most(duration)
