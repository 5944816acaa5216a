"""Conditions: what they mean, what they say when they are wrong, and what can change them."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nurture.conditions import Conditions, Steps
from nurture.domain.conditions import Answer, Condition
from nurture.domain.dictionary import Dictionary, Happening
from nurture.domain.facts import Click, EventFact, Facts, HandoffFact, SendFact, Value

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
DAY = timedelta(days=1)
DICTIONARY = Dictionary(
    fields={
        "lead.industry": "text",
        "lead.title": "text",
        "lead.employees": "number",
        "lead.customer": "yes/no",
        "deal.renewal_date": "date",
    },
    happenings={
        "prices-page": Happening("prices-page", "page.viewed", {"path": "/prices*"}),
        "demo-booked": Happening("demo-booked", "demo.booked"),
    },
    lists={"competitors": ("rival.example",)},
    segments={
        "big": ("lead.employees >= 200", 'lead.industry == "software"'),
        "warm": ("score >= 60",),
        "big-and-warm": ('in_segment("big")', 'in_segment("warm")'),
        "turning": ('in_segment("round")',),
        "round": ('score > 1 && in_segment("turning")',),
    },
)
STEPS = Steps(
    sends=["checklist", "your-interest", "never-sent"],
    answers={"your-interest": ["now", "soon", "later"]},
    handoffs=["inside-sales"],
)
FACTS = Facts(
    now=NOW,
    zone=ZoneInfo("Europe/Berlin"),
    entered=NOW - 5 * DAY,
    fields={"lead.industry": "software", "lead.employees": 50},
    score=35,
    fit=10,
    engagement=25,
    stage="MQL",
    tags=frozenset({"webinar"}),
    lists=frozenset({"competitors"}),
    sends={
        "checklist": SendFact(
            "checklist",
            2,
            "sent",
            NOW - 3 * DAY,
            clicks=(Click(NOW - DAY, "https://x.example/prices?a=[1]"),),
        ),
        "your-interest": SendFact("your-interest", 1, "bounced", NOW - DAY, bounced=True),
    },
    events=(
        EventFact("page.viewed", NOW - 20 * DAY, {"path": "/prices/big"}),
        EventFact("page.viewed", NOW - 2 * DAY, {"path": "/prices"}),
        EventFact("page.viewed", NOW - DAY, {"path": "/blog"}),
        EventFact("lead.changed", NOW - 2 * DAY, {"fields": ["lead.title"]}),
    ),
    handoffs={
        ("inside-sales", 1): HandoffFact("accepted", None, NOW),
        ("inside-sales", 2): HandoffFact("open", None, None),
    },
)


@pytest.fixture(scope="module")
def conditions() -> Conditions:
    return Conditions(DICTIONARY)


def asked(conditions: Conditions, *lines: str, facts: Facts = FACTS, every: bool = True) -> Answer:
    return conditions.ask(Condition(lines, every), facts)


def complaint(conditions: Conditions, text: str, kind: str = "if") -> str:
    return " / ".join(f"{one.line}:{one.column} {one}" for one in conditions.check(text, STEPS, kind))


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


def test_the_reason_tells_what_was_seen(conditions: Conditions) -> None:
    answer = asked(conditions, 'clicked("checklist") && score >= 60')
    assert answer.reason == 'clicked("checklist") && score >= 60: score is 35'
    assert answer.inputs == {'clicked("checklist")': True, "score": 35}
    assert asked(conditions, 'count("prices-page", "7d") >= 2').reason.endswith("is 1")
    assert asked(conditions, 'clicked("never-sent")').reason == 'clicked("never-sent") does not hold'
    assert asked(conditions, 'in_segment("big")').inputs["lead.employees"] == 50


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ('clicked("checklist")', {"event:email.clicked"}),
        ('opened("checklist")', {"event:email.opened", "event:email.clicked"}),
        ('answer("your-interest") == "now"', {"event:survey.answered"}),
        ('replied("checklist") || bounced("checklist")', {"event:email.replied", "event:email.bounced"}),
        ('happened("demo-booked")', {"event:demo.booked"}),
        ('count("prices-page", "7d") >= 2', {"event:page.viewed"}),
        ('count("prices-page", "7d") < 1', {"event:page.viewed", "time"}),
        ('!(count("prices-page", "7d") >= 2)', {"event:page.viewed", "time"}),
        ('count("prices-page", "ever") < 1', {"event:page.viewed"}),
        ("score >= 60", {"score"}),
        ("60 <= score", {"score"}),
        ("score < 60", {"score", "time"}),
        ("!(score >= 60)", {"score", "time"}),
        ("fit < 5", {"score"}),
        ('stage == "MQL"', {"stage"}),
        ('stage_at_least("MQL")', {"stage"}),
        ('tagged("x")', {"tag"}),
        ('on_list("competitors")', {"list"}),
        ("known(lead.title)", {"field:lead.title"}),
        ("changed(lead.title)", {"field:lead.title"}),
        ('!changed(lead.title, "7d")', {"field:lead.title", "time"}),
        ("deal.renewal_date < now", {"field:deal.renewal_date", "time"}),
        ('in_segment("big-and-warm")', {"field:lead.employees", "field:lead.industry", "score"}),
        ('!in_segment("warm")', {"score", "time"}),
        ('in_segment("turning")', {"score"}),
        ("lead.gone > 1", set()),
    ],
)
def test_what_can_change_a_condition(conditions: Conditions, text: str, tokens: set[str]) -> None:
    assert conditions.reads(Condition((text,))) == tokens


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
        ('done("sales")', "there is no handoff sales; the only handoff is inside-sales"),
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


def test_many_threads_see_their_own_facts(conditions: Conditions) -> None:
    wrong: list[int] = []

    def ask(tag: str) -> None:
        facts = replace(FACTS, tags=frozenset({tag}))
        text = f'tagged("{tag}") && !tagged("webinar")'
        wrong.append(sum(not asked(conditions, text, facts=facts).holds for _ in range(2000)))

    threads = [threading.Thread(target=ask, args=(f"t{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == [0, 0, 0, 0]


WORDS = """
    lead.industry lead.employees lead.customer deal.renewal_date lead.x now score stage x 5 50.5 true null
    == != < >= in && || ! ( ) [ ] { } , . ? : + - * / % = and // r' " 'a' "software" "checklist" "7d" \\
    clicked( count( known( changed( in_segment( answer( has( timestamp( duration( .contains( .matches(
"""
PIECES = [*WORDS.split(), "\u201c", "\n", "\U0001f600", "\x00"]


def seconds(text: str) -> float:
    """CPU time of this thread for everything that can be asked of a condition never seen before."""
    fresh = Conditions(DICTIONARY)
    began = time.thread_time()
    fresh.check(text, STEPS)
    asked(fresh, text)
    fresh.reads(Condition((text,)))
    return time.thread_time() - began


@settings(max_examples=2000)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join))
def test_no_text_makes_it_fail_or_slow(conditions: Conditions, text: str) -> None:
    problems = conditions.check(text, STEPS)
    answer = asked(conditions, text)
    assert answer.error is None or not answer.holds
    assert all(one.text and one.line >= 1 and one.column >= 1 for one in problems)
    # A collection of garbage may fall into one measurement, not into three.
    assert any(seconds(text) < 0.05 for _ in range(3))


def test_deep_and_long_conditions_are_answered_in_time() -> None:
    for text in ("(" * 900 + "true" + ")" * 900, "!" * 1900 + "true", "score > 1 || " * 150 + "true"):
        assert seconds(text) < 0.5
