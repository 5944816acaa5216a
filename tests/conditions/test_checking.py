"""What is said of a condition that is wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nurture.conditions import Conditions
from tests.conditions.world import DICTIONARY, STEPS, complaint


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('lead.industy == "x"', "1:1 there is no field lead.industy; did you mean lead.industry?"),
        ('score > 1 && lead.industy == "x"', "1:14 there is no field lead.industy"),
        ('score > 1\n  && lead.industy == "x"', "2:6 there is no field lead.industy"),
        ('known(lead.titel) && score > 1 && clickd("x")', "1:35 there is no function clickd"),
        ("known(lead.titel)", "1:7 there is no field lead.titel; did you mean lead.title?"),
        ("known(title)", "1:7 there is no word title; write lead.title"),
        ("known(lead.title) && score > 5 && scor > 1", "1:35 there is no word scor; did you mean score?"),
        ("5 > scor", "1:5 there is no word scor"),
        ('industry == "x"', "write lead.industry"),
        ('clickd("checklist")', "1:1 there is no function clickd; did you mean clicked?"),
        ('clicked("checklst")', "1:9 there is no send checklst; did you mean checklist?"),
        ("clicked(checklist)", '1:9 there is no word checklist; names stand in quotes: ("checklist")'),
        ('answer(your-interest) == "now"', 'names stand in quotes: ("your-interest")'),
        ('answer("your-interest") == "soo"', "1:28 there is no answer soo; did you mean soon?"),
        ('answer("your-interest") in ["now", "never"]', "1:36 there is no answer never"),
        ('answered("checklist")', "the send checklist asks nothing"),
        ('done("sales")', "there is no task sales; the tasks are call-her, inside-sales"),
        ('happened("demo")', "there is no happening demo; the happenings are demo-booked, prices-page"),
        ('count("prices-page") > 1', 'write count("prices-page", "7d") >= 2'),
        ('count("prices-page", "a week") > 1', "1:22 expected a duration"),
        ('in_segment("bigg")', "there is no segment bigg; did you mean big?"),
        ('on_list("rivals")', "the only list is competitors"),
        ('stage == "mql"', "1:10 there is no stage mql; did you mean MQL?"),
        ('stage_at_least("recycled")', "there is no stage recycled"),
        ("score > 1 and score < 5", "1:11 and is not understood here; write && for and"),
        ("score > 1 OR score < 5", "write || for or"),
        ("score > 1 & score < 5", "write && for and"),
        ("not lead.customer", "write ! for not"),
        ("score = 5", "1:7 = is not understood here; write == to compare"),
        ("score is 5", "write == to compare"),
        ("score => 5", "write >= for at least"),
        ("score \u2265 5", "write >= for at least"),
        ("score <> 5", "write != for not equal"),
        ("lead.industry == \u201csoftware\u201d", "1:18 a curly quote"),
        ('lead.industry == "software', "1:18 a quote that is not closed"),
        ("lead.industry == software", 'a text stands in quotes: "software"'),
        ("lead.customer == yes", "write true"),
        ('lead.customer == "yes"', "a yes/no stands alone"),
        ("lead.industry == null", "write known("),
        ('lead.industry == ""', "write known("),
        ("has(lead.industry)", "write known("),
        ("lead.industry", "1:1 lead.industry alone is not a yes or no"),
        ("score + 5", "this is not a yes or no"),
        ('lead.employees > "50"', "1:16 > cannot be put between a number and a text; numbers stand without"),
        ('deal.renewal_date < "2026-01-01"', "write the date as timestamp("),
        ('lead.industry in "x"', "write a list after in"),
        ("score && lead.customer", "compare it with something first"),
        ('clicked("checklist"', "the closing bracket is missing"),
        ("score > 5)", "the opening bracket is missing"),
        ("score > 5 &&", "the condition ends too early"),
        ("", "the condition is empty"),
        ("score > 5 score < 6", "1:11 score is not understood here; between two conditions"),
        ("lead.industry.name == 1", "fields have two parts"),
        ("[1, 2].all(x, x > 0)", "1:8 there is no function all"),
        ("size(lead.industry) > 3", "there is no function size"),
        ("[1, 2][0] == 1", "this part of CEL is not used"),
        ('duration("3d") > duration("1h")', '1:10 duration cannot read 3d; write duration("72h")'),
        ('now > timestamp("2026-03-01")', "1:17 timestamp cannot read 2026-03-01"),
        ('lead.title.matches("(")', "1:20 matches cannot read ("),
        ("clicked(lead.title)", "1:9 clicked takes a name in quotes here"),
        (f"score > {'1' * 3000}", "longer than 2000 characters"),
    ],
)
def test_what_is_wrong_is_said_where_it_is_and_in_a_marketers_words(
    conditions: Conditions, text: str, expected: str
) -> None:
    assert expected in complaint(conditions, text)


def test_all_wrong_names_are_told_at_once(conditions: Conditions) -> None:
    found = conditions.check('clicked("a") && clicked("b") && happened("c")', STEPS)
    assert [one.column for one in found] == [9, 25, 42]


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ('opened("checklist")', True),
        ('opened("checklist") || score > 5', True),
        ('opened("checklist") && !clicked("checklist")', True),
        ('opened("checklist") && score > 5', False),
        ('!opened("checklist")', False),
        ('clicked("checklist")', False),
    ],
)
def test_an_open_alone_moves_no_score_stage_or_handoff(
    conditions: Conditions, text: str, alone: bool
) -> None:
    assert ("an open alone" in complaint(conditions, text, "handoff")) is alone
    assert complaint(conditions, text, "until") == ""


def test_segments_are_checked_and_may_not_go_round(conditions: Conditions) -> None:
    assert conditions.check_segment("big-and-warm") == []
    assert "leads back to itself" in str(conditions.check_segment("round")[0][1])
    wrong = Conditions(replace(DICTIONARY, segments={"bad": ("score > 1", "lead.x > 1")}))
    assert [(index, one.column) for index, one in wrong.check_segment("bad")] == [(1, 1)]
