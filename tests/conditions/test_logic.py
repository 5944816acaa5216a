"""What is proven of conditions agrees with what CEL makes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurture.conditions import Conditions
from nurture.conditions.logic.proving import Proving
from nurture.conditions.logic.spans import Span, Spans, both, compared, whole, without
from nurture.domain.conditions import Condition
from nurture.domain.facts import Click, EventFact, Facts, SendFact
from nurture.domain.stages import STAGES
from tests.conditions.world import DAY, DICTIONARY, FACTS, NOW, STEPS

ALL = Conditions(DICTIONARY)
PROVING = Proving(ALL, {name: tuple(answers) for name, answers in STEPS.answers.items()})

CONTRADICTIONS = [
    ("score > 80", "score < 40"),
    ("score > 59 && score < 60",),
    ("2 * score > 100", "score < 51"),
    ('in_segment("big")', "lead.employees < 200"),
    ('lead.industry == "food"', 'lead.industry in ["steel", "wood"]'),
    ('lead.title == "Head"', '!lead.title.contains("ea")'),
    ('count("prices-page", "7d") >= 3', 'count("prices-page", "30d") < 2'),
    ('happened("prices-page")', 'count("prices-page", "ever") == 0'),
    ("!known(lead.employees)", "lead.employees > 2"),
    ('stage == "SQL"', '!stage_at_least("MQL")'),
    ('answer("your-interest") != "now"', '!(answer("your-interest") in ["soon", "later"])'),
    ('!clicked("checklist")', 'clicked("checklist", "/x*")'),
    ('clicked("checklist")', '!opened("checklist")'),
    ('now - deal.renewal_date > duration("72h")', "now < deal.renewal_date"),
    ("lead.customer", "!lead.customer"),
    ("lead.customer == false", "lead.customer"),
    ('answer("your-interest") == "now"', '!answered("your-interest")'),
]
POSSIBLE = [
    ("lead.employees > 59 && lead.employees < 60",),
    ("score > 3 || lead.customer", "score < 3"),
    ('happened("prices-page")', 'count("prices-page", "7d") == 0'),
    ('count("prices-page", "30d") > 2', 'count("prices-page", "7d") == 0'),
    ('stage == "recycled"', 'stage_at_least("lead")'),
    ('lead.industry != "food"', 'lead.title != "food"'),
]


@pytest.mark.parametrize("lines", CONTRADICTIONS, ids=" / ".join)
def test_what_cannot_be_is_found_with_all_its_parts(lines: tuple[str, ...]) -> None:
    blamed = PROVING.blame([*PROVING.pieces(Condition(("fit > 3",))), *PROVING.pieces(Condition(lines))])
    assert blamed is not None
    assert len(blamed) == 2


@pytest.mark.parametrize("lines", POSSIBLE, ids=" / ".join)
def test_what_can_be_is_let_be(lines: tuple[str, ...]) -> None:
    assert PROVING.blame(PROVING.pieces(Condition(lines))) is None


def test_an_empty_field_makes_a_condition_neither_true_nor_false() -> None:
    either = Condition(("lead.employees < 10 || lead.employees >= 10",))
    assert PROVING.possible([PROVING.fails(either)])
    assert not PROVING.possible([PROVING.false(either)])


ATOMS = st.sampled_from(
    [
        "score >= 60",
        "score < 40",
        "score - fit > 20",
        "fit == 10",
        "lead.employees >= 200",
        "lead.employees < 50.5",
        "lead.employees in [50, 60]",
        "lead.customer",
        "lead.customer == true",
        "known(lead.employees)",
        'lead.industry == "software"',
        'lead.industry in ["software", "steel"]',
        'lead.industry.contains("ft")',
        'lead.industry.matches("^s")',
        'stage == "MQL"',
        'stage_at_least("SAL")',
        'count("prices-page", "7d") >= 1',
        'count("prices-page", "30d") >= 2',
        'count("prices-page", "ever") == 0',
        'happened("prices-page")',
        'clicked("checklist")',
        'clicked("checklist", "/a")',
        'opened("checklist")',
        'sent("checklist")',
        'answered("your-interest")',
        'answer("your-interest") == "now"',
        'answer("your-interest") != "soon"',
        'in_segment("big")',
        'in_segment("warm")',
        'tagged("webinar")',
        'deal.renewal_date > timestamp("2026-03-01T00:00:00Z")',
        'deal.renewal_date - now < duration("72h")',
    ]
)
LINES = st.recursive(
    ATOMS,
    lambda below: st.one_of(
        below.map("!({})".format),
        st.tuples(below, st.sampled_from(["&&", "||"]), below).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
        st.tuples(below, below, below).map(lambda t: f"({t[0]}) ? ({t[1]}) : ({t[2]})"),
    ),
    max_leaves=5,
)


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    fields = {
        "lead.employees": draw(st.sampled_from([None, 50, 50.25, 60, 300])),
        "lead.industry": draw(st.sampled_from([None, "software", "steel", "wood"])),
        "lead.customer": draw(st.sampled_from([None, True, False])),
        "deal.renewal_date": draw(st.sampled_from([None, NOW - 20 * DAY, NOW + DAY, NOW + 9 * DAY])),
    }
    sent = draw(st.sampled_from([None, "sent", "bounced"]))
    clicks = draw(
        st.lists(st.sampled_from(["/a", "/b"]).map(lambda link: Click(NOW - DAY, link)), max_size=2)
    )
    answers = draw(st.lists(st.sampled_from(["now", "soon", "later"]), max_size=2))
    sends = {
        "checklist": SendFact(
            "checklist", 1, "sent", NOW, opened=draw(st.sampled_from([None, NOW])), clicks=clicks
        ),
        "your-interest": SendFact("your-interest", 1, "sent", NOW, answers=[(NOW, one) for one in answers]),
    }
    ages = sorted(draw(st.lists(st.integers(0, 60), max_size=3)), reverse=True)
    return replace(
        FACTS,
        fields={name: value for name, value in fields.items() if value is not None},
        score=draw(st.sampled_from([0, 30, 45, 60, 90])),
        fit=draw(st.sampled_from([0, 10, 40])),
        stage=draw(st.sampled_from(STAGES)),
        tags=draw(st.sampled_from([frozenset[str](), frozenset({"webinar"})])),
        sends={name: send for name, send in sends.items() if sent},
        events=[EventFact("page.viewed", NOW - timedelta(days=age), {"path": "/prices"}) for age in ages],
    )  # fmt: skip


@given(st.lists(LINES, min_size=1, max_size=4), facts())
def test_what_is_so_is_never_proven_impossible(lines: list[str], world: Facts) -> None:
    formulas = []
    for line in lines:
        condition = Condition((line,))
        answer = ALL.ask(condition, world)
        assert answer.error is None
        formulas.append(PROVING.holds(condition) if answer.holds else PROVING.fails(condition))
        if not answer.holds and not answer.empty:
            formulas.append(PROVING.false(condition))
    assert PROVING.possible(formulas)


NUMBERS = st.sampled_from([-2.0, -1.5, 0.0, 1.0, 2.5, 7.0])
SPANS = st.lists(
    st.tuples(st.sampled_from(["_>_", "_>=_", "_<_", "_<=_", "_==_", "_!=_"]), NUMBERS),
    min_size=1,
    max_size=3,
)


@given(SPANS, NUMBERS)
def test_spans_hold_the_numbers_that_are_compared(asked: list[tuple[str, float]], number: float) -> None:
    spans = compared(*asked[0])
    for one in asked[1:]:
        spans = both(spans, compared(*one))
    holds = all(_holds(operator, number, limit) for operator, limit in asked)
    assert _in(spans, number) is holds
    assert _in(without(spans), number) is not holds
    if number == int(number):
        assert _in(whole(spans), number) is holds


def _in(spans: Spans, number: float) -> bool:
    return any(_inside(span, number) for span in spans)


def _inside(span: Span, number: float) -> bool:
    above = number > span.low or (number == span.low and span.with_low)
    return above and (number < span.high or (number == span.high and span.with_high))


def _holds(operator: str, number: float, limit: float) -> bool:
    return {
        "_>_": number > limit,
        "_>=_": number >= limit,
        "_<_": number < limit,
        "_<=_": number <= limit,
        "_==_": number == limit,
        "_!=_": number != limit,
    }[operator]
