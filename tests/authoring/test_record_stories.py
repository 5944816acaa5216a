"""A campaign for deals sets the fields of its deal; no other campaign may."""

from __future__ import annotations

from textwrap import dedent, indent

from nurture.authoring.content import read_content
from tests.authoring.conftest import Make
from tests.authoring.good import CAMPAIGN, DICTIONARY, GOOD, STORIES
from tests.authoring.test_enrol_stories import DEALS, RECORDS
from tests.authoring.test_stories import shown

SETS = """\
    campaign: talk
    for: deal
    enrol: {on: won}
    steps:
      - do: mark
        set: {deal.value: 7}
      - wait: 1d
      - send: hello
        if: deal.value == 7
      - end: done
    """
ONE = """\
    campaign: talk
    stories:
      - story: one deal
        lead: {zone: Europe/Berlin, deal.value: 50}
        tale:
          - Mon 2026-03-02 10:00: does won
          - Tue 2026-03-03 10:00: [gets hello, ends done]
    """


def test_a_campaign_sets_what_its_deal_says(content: Make) -> None:
    dictionary = dedent(GOOD[DICTIONARY]).replace("happenings:\n", f"happenings:\n{DEALS}")
    dictionary = dictionary.replace("{deal", "{deal.value: number, deal")
    two = dedent(RECORDS) + indent(
        dedent("""\
            - Mon 2026-03-02 10:00: does won D-2
            - Tue 2026-03-03 10:00: [gets hello, ends done]
            """),
        " " * 6,
    )
    for told in (ONE, two):
        assert shown(content({DICTIONARY: dictionary, STORIES: told, CAMPAIGN: SETS})) == ""


def test_no_other_campaign_may(content: Make) -> None:
    dictionary = dedent(GOOD[DICTIONARY]).replace("{deal", "{account.size: text, deal.value: number, deal")
    over = {DICTIONARY: dictionary, CAMPAIGN: SETS.replace("    for: deal\n    enrol: {on: won}\n", "")}
    found = read_content(content(over)).problems
    assert {(one.rule, one.line, one.text) for one in found} == {
        ("record", 4, "`deal.value` is of a deal, and this campaign is not for one"),
        ("record", 7, "`deal.value` is of a deal, and this campaign is not for one"),
    }
    over[CAMPAIGN] = SETS.replace("deal.value: 7", "account.size: large").replace("on: won", "on: asked-us")
    (one,) = read_content(content(over)).problems
    assert (one.rule, one.hint) == ("wrong-kind", "Set a field of the lead.")
