"""What conditions mean."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nurture.conditions import Conditions
from nurture.domain.facts import SendFact, Value
from tests.conditions.world import DAY, FACTS, NOW, STEPS, asked


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("lead.employees >= 50", True),
        ("lead.employees > 49.5", True),
        ("lead.employees > 50", False),
        ("lead.employees == 50", True),
        ("lead.employees in [50, 60]", True),
        ("lead.employees * 2 > score", True),
        ("score / 2 == 17.5", True),
        ('lead.industry in ["software", "media"]', True),
        ("lead.industry == 'software'", True),
        ('lead.industry.contains("soft") && lead.industry.matches("^s.*e$")', True),
        ("lead.customer", False),
        ("!lead.customer", True),
        ("fit == 10 && engagement == 25", True),
        ('sent("checklist")', True),
        ('sent("your-interest")', True),
        ('sent("never-sent")', False),
        ('opened("checklist")', True),
        ('clicked("checklist")', True),
        ('clicked("checklist", "*/prices*")', True),
        ('clicked("checklist", "https://x.example/prices?a=[1]")', True),
        ('clicked("checklist", "*/blog*")', False),
        ('clicked("your-interest")', False),
        ('replied("checklist")', False),
        ('bounced("your-interest")', True),
        ('answered("your-interest")', False),
        ('done("inside-sales")', False),
        ('happened("prices-page")', True),
        ('happened("demo-booked")', False),
        ('count("prices-page", "7d") == 1', True),
        ('count("prices-page", "ever") == 2', True),
        ('count("prices-page", "2d") == 1', True),
        ('count("prices-page", "36h") == 0', True),
        ("changed(lead.title)", True),
        ('changed(lead.title, "1d")', False),
        ("changed(lead.industry)", False),
        ('stage == "MQL"', True),
        ('stage_at_least("lead")', True),
        ('stage_at_least("SQL")', False),
        ('in_segment("big")', False),
        ('!in_segment("big-and-warm")', True),
        ('on_list("competitors")', True),
        ('tagged("webinar") && !tagged("other")', True),
        ("known(lead.industry) && !known(lead.title)", True),
        ("known( lead.employees )", True),
        ('now > timestamp("2026-03-10T08:59:00Z")', True),
        ('now - timestamp("2026-03-01T00:00:00Z") > duration("72h")', True),
    ],
)
def test_a_condition_is_checked_and_holds_or_not(conditions: Conditions, text: str, holds: bool) -> None:
    assert conditions.check(text, STEPS) == []
    answer = asked(conditions, text)
    assert (answer.holds, answer.error) == (holds, None)
    assert answer.reason.startswith(text)


@pytest.mark.parametrize(
    "text",
    [
        'lead.title == "x"',
        'lead.title != "x"',
        '!(lead.title == "x")',
        'lead.title == "x" && score > 1',
        'lead.title == "x" || score > 99',
        'lead.title.contains("x")',
    ],
)
def test_a_comparison_with_an_empty_field_is_not_true_and_names_it(conditions: Conditions, text: str) -> None:
    answer = asked(conditions, text)
    assert (answer.holds, answer.error, answer.empty) == (False, None, ("lead.title",))
    assert answer.reason == f"{text}: lead.title is empty"


def test_an_empty_field_beside_something_that_decides_is_no_matter(conditions: Conditions) -> None:
    assert asked(conditions, 'lead.title == "x" || score > 3').holds
    assert asked(conditions, "deal.renewal_date < now").empty == ("deal.renewal_date",)


def test_an_answer_nobody_gave_is_empty_and_the_latest_one_counts(conditions: Conditions) -> None:
    text = 'answer("your-interest") != "later"'
    answer = asked(conditions, text)
    assert (answer.holds, answer.empty, answer.error) == (False, ('answer("your-interest")',), None)
    send = SendFact("your-interest", 1, "sent", NOW, answers=((NOW, "later"), (NOW + DAY, "now")))
    assert asked(conditions, text, facts=replace(FACTS, sends={"your-interest": send})).holds


@pytest.mark.parametrize(
    ("field", "value"),
    [("lead.employees", "many"), ("lead.title", 5), ("lead.customer", "Ja"), ("deal.renewal_date", "2026")],
)
def test_a_value_of_the_wrong_type_is_an_error_that_does_not_tell_it(
    conditions: Conditions, field: str, value: Value
) -> None:
    text = {
        "lead.employees": "lead.employees > 5",
        "lead.title": 'lead.title == "x"',
        "lead.customer": "!lead.customer",
        "deal.renewal_date": "deal.renewal_date < now",
    }[field]
    answer = asked(conditions, text, facts=replace(FACTS, fields={field: value}))
    assert not answer.holds
    assert answer.error is not None
    assert field in answer.error
    assert str(value) not in answer.error.replace(text, "")


def test_a_condition_that_cannot_be_evaluated_is_an_error_never_a_no(conditions: Conditions) -> None:
    for text in (
        "lead.gone > 5",
        "score",
        'count("gone", "7d") > 1',
        'in_segment("turning")',
        'count("prices-page", "soon") > 1',
        'stage_at_least("recycled")',
        'timestamp("never") < now',
        "",
    ):
        answer = asked(conditions, text)
        assert not answer.holds
        assert answer.error, text
    assert asked(conditions, 'in_segment("turning") || score > 1').holds


def test_every_line_must_hold_or_one_is_enough(conditions: Conditions) -> None:
    assert asked(conditions, "score > 1", 'tagged("webinar")').holds
    failing = asked(conditions, "score > 1", "score > 99", 'tagged("no")')
    assert (failing.holds, failing.reason) == (False, "score > 99: score is 35")
    assert asked(conditions, "score > 99", 'tagged("webinar")', every=False).holds
    assert not asked(conditions, "score > 99", 'tagged("no")', every=False).holds


@pytest.mark.parametrize("lines", [("lead.gone > 1", "score > 99"), ("score > 99", "lead.gone > 1")])
def test_the_order_of_the_lines_does_not_matter_to_an_error(
    conditions: Conditions, lines: tuple[str, ...]
) -> None:
    assert asked(conditions, *lines).error is None
    assert asked(conditions, *lines, every=False).error
    assert asked(conditions, *lines, "score > 1").error is None


def test_happened_looks_back_to_the_entry_and_count_over_its_window(conditions: Conditions) -> None:
    entered = replace(FACTS, entered=NOW)
    assert not asked(conditions, 'happened("prices-page")', facts=entered).holds
    assert not asked(conditions, "changed(lead.title)", facts=entered).holds
    assert asked(conditions, 'count("prices-page", "7d") == 1', facts=entered).holds


def test_the_reason_tells_what_was_seen(conditions: Conditions) -> None:
    answer = asked(conditions, 'clicked("checklist") && score >= 60')
    assert answer.reason == 'clicked("checklist") && score >= 60: score is 35'
    assert answer.inputs == {'clicked("checklist")': True, "score": 35}
    assert asked(conditions, 'count("prices-page", "7d") >= 2').reason.endswith("is 1")
    assert asked(conditions, 'clicked("never-sent")').reason == 'clicked("never-sent") does not hold'
    assert asked(conditions, 'in_segment("big")').inputs["lead.employees"] == 50
