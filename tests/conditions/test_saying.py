"""Conditions in plain words."""

import pytest

from nurture.conditions import Conditions
from nurture.conditions.language import FUNCTIONS
from nurture.domain.conditions import Condition

SAID = {
    'count("prices-page", "7d") + count("demo-booked", "7d") == 0': (
        'how often "prices-page" has happened in the last 7 days plus '
        'how often "demo-booked" has happened in the last 7 days is 0'
    ),
    'clicked("checklist")': '"checklist" was clicked',
    'clicked("checklist", "*/prices*")': 'the link "*/prices*" in "checklist" was clicked',
    '!clicked("checklist")': '"checklist" was not clicked',
    'clicked("checklist") && score >= 60': '"checklist" was clicked and the score is at least 60',
    'sent("a") || opened("b") && fit < 3': '"a" was sent or ("b" was opened and the fit is less than 3)',
    '!(clicked("a") || score > 3)': '"a" was not clicked and the score is at most 3',
    'count("prices-page", "7d") >= 2': '"prices-page" has happened at least twice in the last 7 days',
    'count("prices-page", "ever") < 1': '"prices-page" has never happened',
    '3 <= count("prices-page", "1w")': '"prices-page" has happened at least 3 times in the last week',
    'answer("your-interest") in ["now", "soon"]': 'the answer to "your-interest" is "now" or "soon"',
    '!(lead.industry in ["a", "b", "c"])': '"industry" is not "a", "b" or "c"',
    "lead.customer": '"customer" is yes',
    "!lead.customer": '"customer" is no',
    "lead.employees >= 200": '"employees" is at least 200',
    'lead.title.contains("Head")': '"title" contains "Head"',
    "known(deal.renewal_date)": '"renewal date" of the deal is known',
    "!known(lead.industry)": '"industry" is not known',
    'changed(lead.title, "30d")': '"title" has changed in the last 30 days',
    'stage_at_least("MQL")': "the stage is MQL or beyond",
    'stage == "MQL"': 'the stage is "MQL"',
    'in_segment("big")': 'the lead is in the segment "big"',
    'deal.renewal_date - now < duration("72h")': '"renewal date" of the deal is less than 3 days ahead',
    'now - deal.renewal_date > duration("90m")': '"renewal date" of the deal is more than 90 minutes ago',
    'now < deal.renewal_date - duration("36h")': 'now is before 36 hours before "renewal date" of the deal',
    'deal.renewal_date >= timestamp("2026-05-01T00:00:00Z")': (
        '"renewal date" of the deal is at or after 1 May 2026'
    ),
    'count("prices-page", "ever") >= 1': '"prices-page" has ever happened',
    'count("prices-page", "ever") >= 3': '"prices-page" has happened at least 3 times in all',
    "no such condition": "no such condition",
}


@pytest.mark.parametrize("line", SAID)
def test_a_line_in_words(line: str, conditions: Conditions) -> None:
    assert conditions.words(Condition((line,))) == SAID[line]


def test_lines_are_joined_by_what_holds_them(conditions: Conditions) -> None:
    lines = ("score > 1", 'clicked("a") || opened("a")')
    assert conditions.words(Condition(lines)) == (
        'the score is more than 1 and ("a" was clicked or "a" was opened)'
    )
    assert conditions.words(Condition(lines, every=False)) == (
        'the score is more than 1 or "a" was clicked or "a" was opened'
    )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_says_itself(name: str) -> None:
    """Write ``says`` in conditions/language.py: one text for each way of calling it."""
    function = FUNCTIONS[name]
    assert len(function.says) == len(function.takes), f"{name} needs {len(function.takes)} texts in `says`"
    for takes, text in zip(function.takes, function.says, strict=True):
        assert all(f"{{{index}}}" in text for index in range(len(takes))), text
