"""Conditions under threads and under texts that nobody would write."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from nurture.conditions import Conditions
from nurture.domain.conditions import Condition
from tests.amount import examples
from tests.conditions.world import DICTIONARY, FACTS, STEPS, asked


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


@settings(max_examples=examples(400, 2000))
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
