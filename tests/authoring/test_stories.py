"""Stories: played as told, and shown as a timeline where they are not."""

from pathlib import Path
from textwrap import dedent

import pytest
from syrupy.assertion import SnapshotAssertion

from nurture.authoring.content import read_content
from nurture.authoring.problems import render as render_problems
from nurture.authoring.stories.telling import told
from nurture.authoring.stories.verdict import Verdict, render, render_half
from tests.authoring.conftest import Make
from tests.authoring.good import CAMPAIGN, GOOD, SCORING, STORIES, tale


def verdicts(content: Path) -> list[Verdict]:
    read = read_content(content)
    assert render_problems([one for one in read.problems if one.level == "error"]) == ""
    found: list[Verdict] = []
    for file in read.stories:
        campaign = read.campaigns[file.campaign].campaign
        assert campaign is not None
        found += told(file, campaign, read.rules())
    return found


def shown(content: Path) -> str:
    return "\n\n".join(render(verdict, STORIES) for verdict in verdicts(content) if not verdict.holds)


def test_the_stories_of_the_example_hold(checkout: Path) -> None:
    found = verdicts(checkout / "tests/authoring/example")
    assert [verdict.story.title for verdict in found if not verdict.holds] == []
    assert len(found) == 3


def test_a_story_that_fails_is_a_timeline(content: Make, snapshot: SnapshotAssertion) -> None:
    text = """\
        - Mon 2026-03-02 10:00: [does asked-us, gets hello]
        - Wed 2026-03-04 10:00: gets question
        - Fri 2026-03-06 12:00: answers question later
        - Sat 2026-03-07 12:00: [sales accepted, ends rejected]
        """
    found = shown(content(dict([tale(text)])))
    assert found == snapshot
    assert max(map(len, found.splitlines())) <= 80


def test_a_good_story_holds(content: Make) -> None:
    assert shown(content({})) == ""


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ("clicks question", "cannot happen: clicks question; she has not got it"),
        ("sales accepted", "cannot happen: sales accepted; no handoff is open"),
    ],
)
def test_what_cannot_be_is_said(told: str, why: str, content: Make) -> None:
    text = f"- Mon 2026-03-02 10:00: [does asked-us, gets hello]\n- Tue 2026-03-03 10:00: {told}\n"
    assert why in " ".join(shown(content(dict([tale(text)]))).split())


def test_a_time_in_utc_and_one_in_a_zone_of_the_story(content: Make) -> None:
    text = """\
        campaign: talk
        stories:
          - story: in Lisbon, told from New York
            lead: {zone: Europe/Lisbon}
            zone: America/New_York
            tale:
              - Mon 2026-03-02 10:00Z: [does asked-us, gets hello]
              - Thu 2026-03-05 05:00: gets question
        """
    assert shown(content({STORIES: text})) == ""


def test_nothing_means_nothing(content: Make) -> None:
    text = """\
        - Mon 2026-03-02 10:00: [does asked-us, gets hello]
        - Wed 2026-03-04 10:00: nothing
        - Thu 2026-03-05 10:00: nothing
        """
    found = [verdict for verdict in verdicts(content(dict([tale(text)]))) if not verdict.holds]
    assert [row.happened or row.told for row in found[0].rows if not row.agrees] == [
        "nothing",
        "gets question",
    ]


def test_a_message_that_is_too_late_is_skipped(content: Make) -> None:
    campaign = dedent(GOOD[CAMPAIGN]).replace("- send: question\n", "- send: question\n    within: 1d\n")
    told = """\
        - Wed 2026-03-04 18:00: [does asked-us]
        - Thu 2026-03-05 09:00: gets hello
        - Sat 2026-03-07 09:00: skips question
        """
    over = dict([tale(told)])
    over[CAMPAIGN] = campaign.replace("- wait: 3d", "- wait: 2d")
    assert shown(content(over)) == ""


def test_the_cap_of_the_company_holds_a_message(content: Make) -> None:
    campaign = dedent(GOOD[CAMPAIGN]).replace("- wait: 3d", "- wait: 2h")
    told = """\
        - Mon 2026-03-02 10:00: [does asked-us, gets hello]
        - Tue 2026-03-03 10:00: gets question
        """
    assert shown(content({CAMPAIGN: campaign, **dict([tale(told)])})) == ""


def test_points_bring_to_a_stage(content: Make) -> None:
    scoring = """\
        rules:
          said: {on: survey.answered, points: 40}
          asked: {on: asked-us, points: 30}
        thresholds: {MQL: 60}
        """
    told = """\
        - Mon 2026-03-02 10:00: [does asked-us, gets hello]
        - Thu 2026-03-05 10:00: [gets question, answers question later, handed to sales, stage MQL]
        """
    assert shown(content({SCORING: scoring, **dict([tale(told)])})) == ""


def test_a_person_who_is_gone_gets_nothing_more(content: Make) -> None:
    told = """\
        - Mon 2026-03-02 10:00: [does asked-us, gets hello]
        - Tue 2026-03-03 10:00: [becomes unsubscribed, ends unsubscribed]
        - Mon 2026-03-09 10:00: nothing
        """
    assert shown(content(dict([tale(told)]))) == ""


def test_a_customer_leaves_under_that_name(content: Make) -> None:
    told = """\
        - Mon 2026-03-02 10:00: [does asked-us, gets hello]
        - Tue 2026-03-03 10:00: [becomes customer, ends customer]
        """
    assert shown(content(dict([tale(told)]))) == ""


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("", "what comes next is not told: Thu 2026-03-05 10:00: gets question"),
        ("        - Tue 2026-03-03 10:00: [becomes unsubscribed, ends unsubscribed]\n", ""),
        ("        - Tue 2026-03-03 10:00: gets question\n", ""),
    ],
    ids=["stops before the end", "comes to its end", "fails anyway"],
)
def test_a_tale_that_stops_before_its_end_is_told_of(more: str, said: str, content: Make) -> None:
    text = f"        - Mon 2026-03-02 10:00: [does asked-us, gets hello]\n{more}"
    (verdict,) = verdicts(content(dict([tale(text)])))
    assert said in render_half(verdict, STORIES)
    assert bool(said) == bool(verdict.next)
