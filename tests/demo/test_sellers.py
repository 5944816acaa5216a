from __future__ import annotations

from collections import Counter
from dataclasses import replace

from nurture.demo.sellers import Task, decide
from tests.demo.cast import NOW

REASONS = ["no-budget", "not-now"]


def task(number: int) -> Task:
    return Task(str(number), f"p{number}@hanse.example", "Europe/Berlin", NOW, 0)


def test_the_same_lead_gets_the_same_answer_whoever_owns_the_task() -> None:
    assert decide(task(1), REASONS, 7) == decide(task(1), REASONS, 7)


def test_all_answers_occur_and_some_tasks_are_left_alone() -> None:
    answers = [decide(task(number), REASONS, 7) for number in range(200)]
    words = Counter(found[0].word if found else "" for found in answers)
    assert set(words) == {"accepted", "rejected", ""}
    assert min(words.values()) > 30
    assert {reply.reason for found in answers for reply in found if reply.word == "rejected"} == set(REASONS)
    qualified = [found for found in answers if len(found) == 2]
    assert qualified
    assert all(found[0].at < found[1].at and set(found[1].bant) for found in qualified)


def test_most_who_write_are_answered() -> None:
    answers = [decide(replace(task(number), kind="reply"), REASONS, 7) for number in range(200)]
    words = Counter(reply.word for found in answers for reply in found)
    assert set(words) == {"done"}
    assert 150 < words["done"] < 190
