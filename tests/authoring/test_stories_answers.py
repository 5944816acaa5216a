"""Stories of questions that close, named links, and pages that were read for long."""

from __future__ import annotations

from nurture.authoring.content import read_content
from nurture.authoring.problems import render
from tests.authoring.conftest import Make
from tests.authoring.good import DICTIONARY, GOOD, MESSAGE, steps, tale
from tests.authoring.test_stories import shown

ASKS = steps("""\
    - send: question
      answers: {now: Now, later: Later}
      open_for: 5d
      counts: first
    - wait: 10d
    - send: hello
      if: answer("question") == "now"
    - end: over
    """)


def test_an_answer_after_the_end_does_not_count(content: Make) -> None:
    text = """\
        - Mon 2026-03-02 10:00: [enters, gets question]
        - Mon 2026-03-09 10:00: answers question now
        - Thu 2026-03-12 10:00: [skips hello, ends over]
        """
    assert shown(content(dict([ASKS, tale(text)]))) == ""


def test_the_first_answer_counts(content: Make) -> None:
    text = """\
        - Mon 2026-03-02 10:00: [enters, gets question]
        - Tue 2026-03-03 10:00: answers question now
        - Wed 2026-03-04 10:00: answers question later
        - Thu 2026-03-12 10:00: [gets hello, ends over]
        """
    assert shown(content(dict([ASKS, tale(text)]))) == ""


def test_a_link_by_its_name_and_a_long_read(content: Make) -> None:
    dictionary = GOOD[DICTIONARY].replace(
        "asked-us:",
        "long-read: {event: page.viewed, path: /guide*, seconds: at least 30}\n          asked-us:",
    )
    campaign = steps("""\
        - send: hello
        - wait: up to 5d
          until: clicked("hello", "prices")
        - wait: up to 5d
          until: happened("long-read")
        - end: over
        """)
    text = """\
        - Mon 2026-03-02 10:00: [enters, gets hello]
        - Tue 2026-03-03 10:00: clicks hello guide
        - Wed 2026-03-04 10:00: clicks hello prices
        - Thu 2026-03-05 10:00: [does long-read, ends over]
        """
    named = GOOD[MESSAGE] + '        [Prices](https://ours.example/prices "prices")\n'
    assert shown(content(dict([campaign, tale(text), (DICTIONARY, dictionary), (MESSAGE, named)]))) == ""


def test_what_is_no_number_is_refused(content: Make) -> None:
    dictionary = GOOD[DICTIONARY].replace("form: contact}", "form: contact, seconds: at least long}")
    assert "such as `at least 30`" in render(read_content(content({DICTIONARY: dictionary})).problems)


def test_a_closed_question_needs_answers(content: Make) -> None:
    problems = read_content(content(dict([steps("- send: hello\n  open_for: 5d\n- end: over\n")]))).problems
    assert "`open_for` belongs to a question" in render(problems)
