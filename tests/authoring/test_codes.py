"""Pools of codes: their files, and the messages that name them."""

from __future__ import annotations

import pytest

from nurture.authoring.content import read_content
from nurture.authoring.problems import render
from tests.authoring.conftest import Make
from tests.authoring.good import CAMPAIGN, MESSAGE

SPRING = """\
    campaign: talk
    codes: {spring: codes/spring.csv}
    steps:
      - send: hello
      - end: done
    """
SHOWN = """\
    ---
    subject: Hello
    layout: none
    ---
    {{ codes.POOL }} [Leave]({{ unsubscribe_url }}), {{ company.address }}
    """


def test_a_pool_is_read_without_its_heading(content: Make) -> None:
    found = read_content(content({CAMPAIGN: SPRING, MESSAGE: SHOWN.replace("POOL", "spring")}))
    assert render(found.problems) == ""
    assert found.codes == {"talk": {"spring": ("SPRING-1", "SPRING-2", "SPRING-3")}}


@pytest.mark.parametrize(
    ("over", "text"),
    [
        ({MESSAGE: SHOWN.replace("POOL", "sprung")}, "codes.sprung is not known"),
        ({"codes/spring.csv": "A\nB\nA\n"}, "codes/spring.csv:3:1: this code stands on line 1 too"),
        ({"codes/spring.csv": "code\n\n"}, "`codes/spring.csv` has no codes"),
        ({"codes/spring.csv": "A,5\n"}, "codes/spring.csv:1:1: expected one code on each line"),
        ({CAMPAIGN: SPRING.replace("codes/spring", "../spring")}, "expected a CSV file of the content"),
    ],
)
def test_what_is_wrong_with_a_pool(content: Make, over: dict[str, str], text: str) -> None:
    assert text in render(read_content(content({CAMPAIGN: SPRING, **over})).problems)


def test_a_message_of_two_campaigns_needs_the_pool_in_both(content: Make) -> None:
    other = SPRING.replace("campaign: talk", "campaign: other").replace(
        "    codes: {spring: codes/spring.csv}\n", ""
    )
    over = {CAMPAIGN: SPRING, "campaigns/other.yaml": other, MESSAGE: SHOWN.replace("POOL", "spring")}
    assert "Name the pool under `codes:` of every campaign" in render(read_content(content(over)).problems)
