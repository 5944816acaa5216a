"""Chance in stories: what she draws, and what becomes of a decided test."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from nurture.authoring.content import read_content
from nurture.authoring.problems import render
from nurture.authoring.stories.telling import told
from tests.authoring.conftest import Make
from tests.authoring.good import CAMPAIGN, STORIES

SPLIT = """\
    campaign: talk
    enrol: {on: asked-us, again: after 1d}
    holdout: 10%
    measure:
      became-customer:
        when: lead.customer
        within: 30d
    steps:
      - split: length
        ways:
          - way: short
            share: 5
            then: next
          - way: long
            share: 95%
            then:
              - send: hello
                window: any-time
        winner: {by: became-customer, after: 200 leads and 14d}
      - wait: 1d
      - send: either
        variants: {hello: 50, question: 50}
        winner: {by: clicked, after: 14d, tie: question}
      - wait: 3d
      - end: done
    """


def verdicts(content: Make, tale: str, lead: str = "{}") -> list[bool]:
    story = f"campaign: talk\nstories:\n  - story: a tale\n    lead: {lead}\n    tale:\n"
    files = {CAMPAIGN: SPLIT, STORIES: story + indent(dedent(tale), " " * 6)}
    found = read_content(content(files))
    assert render(found.problems) == ""
    campaign = found.campaigns["talk"].campaign
    assert campaign
    return [verdict.holds for verdict in told(found.stories[0], campaign, found.rules())]


@pytest.mark.parametrize(
    ("lead", "tale"),
    [
        (
            "{}",  # the first ways of the file
            """\
            - Mon 2026-03-02 10:00: [does asked-us, takes length short]
            - Tue 2026-03-03 10:00: [gets either, takes either hello]
            - Fri 2026-03-06 10:00: ends done
            """,
        ),
        (
            "{takes: {length: long, either: question}}",
            """\
            - Mon 2026-03-02 10:00: [does asked-us, takes length long, gets hello]
            - Tue 2026-03-03 10:00: [gets either, takes either question]
            - Fri 2026-03-06 10:00: ends done
            """,
        ),
        (
            "{takes: {length: long}}",
            """\
            - Mon 2026-03-02 09:00: [decided length short, decided either question]
            - Mon 2026-03-02 10:00: [does asked-us, takes length short]
            - Tue 2026-03-03 10:00: [gets either, takes either question]
            - Fri 2026-03-06 10:00: ends done
            """,
        ),
        ("{holdout: yes}", "- Mon 2026-03-02 10:00: [does asked-us, ends holdout]"),
    ],
)
def test_what_she_draws(content: Make, lead: str, tale: str) -> None:
    assert verdicts(content, tale, lead) == [True]


def test_the_way_that_was_not_taken_is_told(content: Make) -> None:
    tale = """\
        - Mon 2026-03-02 10:00: [does asked-us, takes length long]
        - Tue 2026-03-03 10:00: gets either
        - Fri 2026-03-06 10:00: ends done
        """
    assert verdicts(content, tale) == [False]


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("takes lenght short", "there is no split or send with variants `lenght` in this campaign"),
        ("decided length middle", "`length` has no way `middle`"),
        ("takes length", "`takes length` needs a way"),
    ],
)
def test_what_no_tale_can_say(content: Make, item: str, text: str) -> None:
    story = (
        f"campaign: talk\nstories:\n  - story: a tale\n    tale:\n      - Mon 2026-03-02 10:00: [{item}]\n"
    )
    assert text in render(read_content(content({CAMPAIGN: SPLIT, STORIES: story})).problems)
