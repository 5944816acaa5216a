"""Conditions without CEL answer as CEL does, to the word, whatever the line and whatever is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nurture.conditions import Conditions
from nurture.conditions.program import Compiler, Program
from nurture.domain.conditions import Condition
from nurture.domain.facts import Click, EventFact, Facts, HandoffFact, SendFact
from tests.amount import examples
from tests.conditions.world import DICTIONARY, FACTS, NOW

FAST, CEL = Conditions(DICTIONARY), Conditions(DICTIONARY, closures=False)

TEXTS = st.one_of(
    st.sampled_from(["lead.industry", "lead.title", "stage", 'answer("your-interest")', '"soon"', '"é🙂"']),
    st.sampled_from(['lead.title + "x"', '"" + lead.industry']),
)
COUNTS = [
    f'count("{name}", "{window}")' for name in ("prices-page", "gone") for window in ("7d", "ever", "soon")
]
NUMBERS = st.recursive(
    st.sampled_from(["lead.employees", "score", "fit", "engagement", "0", "35", "2.5", *COUNTS]),
    lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(" ".join).map("({})".format),
    max_leaves=3,
)
DATES = st.sampled_from(["now", "deal.renewal_date", 'timestamp("2026-03-10T09:00:00Z")'])
SIGNS = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
LEAVES = st.one_of(
    *(st.tuples(kind, SIGNS, kind).map(" ".join) for kind in (TEXTS, NUMBERS, DATES)),
    st.tuples(TEXTS, st.lists(TEXTS, min_size=1, max_size=3).map(", ".join)).map(
        lambda both: f"{both[0]} in [{both[1]}]"
    ),
    st.tuples(TEXTS, st.sampled_from(["contains", "startsWith", "endsWith", "matches"])).map(
        lambda both: f'({both[0]}).{both[1]}("s")'
    ),
    st.sampled_from(
        ["lead.customer", "true", "false", "known(lead.title)", "changed(lead.title)"]
        + ['changed(lead.title, "1d")', 'changed(lead.title, "x")', "lead.customer == true"]
        + [f'{name}("checklist")' for name in ("sent", "opened", "clicked", "replied", "bounced", "answered")]
        + ['clicked("checklist", "*/prices*")', 'done("inside-sales")', 'happened("prices-page")']
        + ['happened("gone")', 'stage_at_least("MQL")', 'stage_at_least("recycled")', 'tagged("webinar")']
        + [f'in_segment("{name}")' for name in ("big", "big-and-warm", "turning", "none")]
        + ['on_list("competitors")', 'now - deal.renewal_date > duration("72h")']
    ),
)
LINES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map("!({})".format),
        st.tuples(inner, st.sampled_from([" && ", " || "]), inner).map("".join).map("({})".format),
        st.tuples(inner, inner, inner).map(lambda it: f"({it[0]} ? {it[1]} : {it[2]})"),
    ),
    max_leaves=5,
)
INSTANTS = st.integers(-40 * 24, 24).map(lambda hours: NOW + timedelta(hours=hours))
WRONG = st.sampled_from(["", "many", 5, True])
FIELDS: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {},
    optional={
        "lead.industry": st.one_of(st.sampled_from(["software", "media", "é"]), WRONG),
        "lead.title": st.text(max_size=3),
        "lead.employees": st.one_of(st.integers(), st.floats(), st.sampled_from([50, 35.0]), WRONG),
        "lead.customer": st.one_of(st.booleans(), WRONG),
        "deal.renewal_date": st.one_of(INSTANTS, st.just(datetime(2026, 3, 10, 9)), WRONG),
    },
)
DATA: list[dict[str, object]] = [{}, {"path": "/prices"}, {"fields": ["lead.title"]}, {"path": 5}]
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["page.viewed", "demo.booked", "lead.changed"]),
        INSTANTS,
        st.sampled_from(DATA),
    ).map(lambda it: EventFact(*it)),
    max_size=4,
)


def _send(name: str) -> st.SearchStrategy[SendFact]:
    return st.builds(
        SendFact,
        st.just(name),
        st.just(1),
        st.sampled_from(["sent", "skipped", "bounced"]),
        INSTANTS,
        opened=st.none() | INSTANTS,
        clicks=st.lists(st.builds(Click, INSTANTS, st.sampled_from(["https://x/prices", "y"])), max_size=2),
        replied=st.none() | INSTANTS,
        bounced=st.booleans(),
        answers=st.lists(st.tuples(INSTANTS, st.sampled_from(["soon", "later"])), max_size=2),
    )


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    return replace(
        FACTS,
        fields=draw(FIELDS),
        events=draw(EVENTS),
        sends={
            name: draw(_send(name)) for name in draw(st.sets(st.sampled_from(["checklist", "your-interest"])))
        },
        stage=draw(st.sampled_from(["lead", "MQL", "recycled"])),
        tags=draw(st.frozensets(st.sampled_from(["webinar", "hot"]))),
        score=draw(st.integers(-5, 90)),
        handoffs=draw(
            st.sampled_from([{}, FACTS.handoffs, {("inside-sales", 1): HandoffFact("accepted", None, NOW)}])
        ),
    )


@settings(max_examples=examples(200, 600), deadline=None)
@given(LINES, facts())
def test_one_line_answers_as_cel_does(line: str, known: Facts) -> None:
    assert _answer(FAST, (line,), True, known) == _answer(CEL, (line,), True, known)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=3), st.booleans(), facts())
def test_several_lines_answer_as_cel_does(lines: list[str], every: bool, known: Facts) -> None:
    assert _answer(FAST, tuple(lines), every, known) == _answer(CEL, tuple(lines), every, known)


def _answer(conditions: Conditions, lines: tuple[str, ...], every: bool, known: Facts) -> Any:
    try:
        answer = conditions.ask(Condition(lines, every), known)
    except OverflowError:
        return "too large"
    return (answer.holds, answer.error, answer.reason, list(answer.inputs.items()), answer.empty)


@pytest.mark.parametrize(
    ("text", "by_hand"),
    [
        ('clicked("checklist") && score >= 60', True),
        ('lead.industry in ["software", "media"] || !lead.customer', True),
        ('count("prices-page", "7d") >= 2 && deal.renewal_date > now', True),
        ('lead.title.matches("^s.*e$")', False),
        ('now - deal.renewal_date > duration("72h")', False),
        ("clicked(lead.title)", False),
    ],
)
def test_what_is_not_known_to_mean_the_same_is_left_to_cel(text: str, by_hand: bool) -> None:
    program = Compiler(DICTIONARY).compile(text)
    assert isinstance(program, Program)
    assert bool(program.closure) is by_hand
    assert bool(program.quiet) is by_hand
