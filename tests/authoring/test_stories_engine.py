"""What stories once told otherwise than the engine did it: found by lives made up by chance."""

from __future__ import annotations

import pytest

from tests.authoring.conftest import Make
from tests.authoring.good import SCORING, steps, tale
from tests.authoring.test_stories import shown

POINTS = """\
    half_life: 100 weeks
    rules:
      answered: {on: survey.answered, points: 10}
      gone: {on: email.unsubscribed, points: -40}
    thresholds: {MQL: 30}
    """
GIVES_UP = steps("""\
    - handoff: sales
    - wait: 10d
    - end: over
    """)


def of(content: Make, campaign: tuple[str, str], told: str) -> str:
    """Without the breaks of its lines."""
    return " ".join(shown(content(dict([campaign, tale(told), (SCORING, POINTS)]))).split())


def test_a_handoff_that_nobody_answered_is_closed(content: Make) -> None:
    told = """\
        - Mon 2026-03-02 10:00: [enters, handed to sales]
        - Mon 2026-03-09 10:00: sales accepted
        """
    assert "sales accepted; no handoff is open" in of(content, GIVES_UP, told)


def test_who_accepted_qualifies_later_and_that_moves_nobody(content: Make) -> None:
    told = """\
        - Mon 2026-03-02 10:00: [enters, handed to sales]
        - Mon 2026-03-02 11:00: [sales accepted, stage SAL, ends accepted]
        - Tue 2026-03-03 11:00: [sales qualified, stage SQL]
        """
    assert of(content, GIVES_UP, told) == ""
    assert "no handoff is open" in of(content, GIVES_UP, told.replace("qualified", "accepted"))


def test_a_task_that_a_rule_leaves_behind_is_closed(content: Make) -> None:
    rule = 'rules:\n  - rule: asked\n    when: happened("asked-us")\n    then: [{go: later}]\n'
    later = "sections:\n  later:\n    - wait: 5d\n    - end: over\n"
    campaign = (GIVES_UP[0], GIVES_UP[1].replace("- end: over", "- go: later") + rule + later)
    told = """\
        - Mon 2026-03-02 10:00: [enters, handed to sales]
        - Mon 2026-03-02 11:00: does asked-us
        - Mon 2026-03-02 12:00: sales accepted
        """
    assert "no handoff is open" in of(content, campaign, told)


def test_the_points_of_a_step_bring_her_to_a_stage(content: Make) -> None:
    campaign = steps("- do: points\n  score: 30\n- wait: 1d\n- end: over\n")
    told = """\
        - Mon 2026-03-02 10:00: [enters, stage MQL]
        - Tue 2026-03-03 10:00: ends over
        """
    assert of(content, campaign, told) == ""


def test_the_same_answer_again_is_no_news_and_gives_no_points(content: Make) -> None:
    campaign = steps("""\
        - send: question
          answers: {now: Now, later: Later}
          window: any-time
        - wait: 5d
        - end: over
        """)
    told = """\
        - Mon 2026-03-02 10:00: [enters, gets question]
        - Mon 2026-03-02 11:00: [answers question now, answers question now, score 10]
        - Mon 2026-03-02 12:00: [answers question later, score 20]
        - Sat 2026-03-07 10:00: ends over
        """
    assert of(content, campaign, told) == ""


def test_who_unsubscribes_loses_points_once(content: Make) -> None:
    told = """\
        - Mon 2026-03-02 10:00: [enters, handed to sales]
        - Mon 2026-03-02 11:00: [becomes unsubscribed, ends unsubscribed, score -40]
        - Mon 2026-03-02 12:00: [becomes unsubscribed, score -40]
        """
    assert of(content, GIVES_UP, told) == ""


def test_who_unsubscribes_after_a_bounce_loses_points_too(content: Make) -> None:
    told = """\
        - Mon 2026-03-02 10:00: [enters, handed to sales]
        - Mon 2026-03-02 11:00: [becomes bounced, ends bounced]
        - Mon 2026-03-02 12:00: [becomes unsubscribed, score -40]
        - Mon 2026-03-02 13:00: [becomes bounced, becomes unsubscribed, score -40]
        """
    assert of(content, GIVES_UP, told) == ""


def test_a_reply_after_the_end_asks_nobody(content: Make) -> None:
    campaign = steps("- send: hello\n- wait: 1d\n- end: over\n")
    told = """\
        - Mon 2026-03-02 10:00: [enters, gets hello]
        - Tue 2026-03-03 10:00: ends over
        - Wed 2026-03-04 10:00: replies hello
        """
    assert of(content, campaign, told) == ""


def test_who_leaves_already_when_she_enters_is_looked_at_before_her_first_step(content: Make) -> None:
    first = "- send: hello\n  window: office\n- wait: 1d\n- end: over\n"
    campaign = (GIVES_UP[0], "campaign: talk\nleave:\n  early: known(lead.first_name)\nsteps:\n" + first)
    story = tale("""\
        - Mon 2026-03-02 20:00: enters
        - Tue 2026-03-03 09:00: ends early
        """)
    knows = (
        story[0],
        story[1].replace("{zone: Europe/Berlin}", "{zone: Europe/Berlin, lead.first_name: Ann}"),
    )
    assert shown(content(dict([campaign, knows]))) == ""


@pytest.mark.parametrize("again", ["short", "long"])
def test_a_test_is_decided_once(content: Make, again: str) -> None:
    ways = "  - {way: short, share: 50, then: next}\n  - {way: long, share: 50, then: next}\n"
    campaign = steps(f"- split: length\n  ways:\n{ways}- wait: 1d\n- end: over\n")
    told = f"""\
        - Mon 2026-03-02 10:00: [decided length long, enters, takes length long]
        - Mon 2026-03-02 11:00: decided length {again}
        """
    assert "decided length; long has won already" in of(content, campaign, told)


def test_a_rule_that_may_act_again_is_asked_by_what_it_looks_at(content: Make) -> None:
    """Or when the journey wakes: not by something else that happens."""
    rule = """\
rules:
  - rule: asked
    when: happened("asked-us")
    again: after 5d
    then: [{do: points, score: 10}]
"""
    campaign = steps("- send: hello\n  window: any-time\n- wait: 30d\n- end: over\n")
    told = """\
        - Mon 2026-03-02 10:00: [enters, gets hello]
        - Tue 2026-03-03 10:00: [does asked-us, score 10]
        - Wed 2026-03-11 10:00: [opens hello, score 10]
        - Thu 2026-03-12 10:00: [does asked-us, score 20]
        - Wed 2026-04-01 10:00: [stage MQL, score 30, ends over]
        """
    assert of(content, (campaign[0], campaign[1] + rule), told) == ""


def test_a_rule_acts_at_once_on_what_a_step_has_changed(content: Make) -> None:
    rule = 'rules:\n  - rule: hot\n    when: tagged("hot")\n    then: [{end: hot}]\n'
    campaign = steps("- do: mark\n  tag: hot\n- wait: 3d\n- end: over\n")
    told = "- Mon 2026-03-02 10:00: [enters, tag hot, ends hot]\n"
    assert of(content, (campaign[0], campaign[1] + rule), told) == ""
