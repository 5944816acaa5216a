"""Stories of somebody who writes back, or is with sales."""

from __future__ import annotations

from nurture.authoring.content import read_content
from nurture.authoring.problems import render
from tests.authoring.conftest import Make
from tests.authoring.good import CAMPAIGN, DICTIONARY, GOOD, steps, tale
from tests.authoring.test_stories import shown

MAILS = steps("""\
    - send: hello
    - wait: 3d
    - send: question
      answers: {now: Now, later: Later}
    - end: over
    """)
HOLDS = (DICTIONARY, GOOD[DICTIONARY].replace("window: office,", "window: office, reply_hold: 4d,", 1))


def test_it_waits_until_she_is_answered(content: Make) -> None:
    text = """\
        - Mon 2026-03-02 10:00: [enters, gets hello]
        - Tue 2026-03-03 10:00: [replies hello, task reply]
        - Thu 2026-03-05 10:00: nothing
        - Fri 2026-03-06 11:00: [sales done reply, gets question, ends over]
        """
    assert shown(content(dict([MAILS, tale(text)]))) == ""


def test_a_call_waits_until_she_is_answered(content: Make) -> None:
    text = """\
        - Mon 2026-03-02 10:00: [enters, gets hello]
        - Tue 2026-03-03 10:00: [replies hello, task reply]
        - Fri 2026-03-06 11:00: [sales done reply, task call-her]
        - Fri 2026-03-06 12:00: [sales done call-her, ends over]
        """
    call = """\
    - send: hello
    - wait: 2d
    - task: call-her
      kind: call
      team: sales
      text: Call her
      due: 2d
    - end: over
    """
    assert shown(content(dict([steps(call), tale(text)]))) == ""


def test_after_its_time_it_goes_on_and_another_reply_is_another_task(content: Make) -> None:
    text = """\
        - Mon 2026-03-02 10:00: [enters, gets hello]
        - Tue 2026-03-03 10:00: [replies hello, task reply]
        - Wed 2026-03-04 10:00: replies hello
        - Mon 2026-03-09 09:00: [gets question, replies question, task reply]
        - Tue 2026-03-10 09:00: ends over
        """
    waits = MAILS[1].replace("- end: over", "- wait: 1d\n- end: over")
    assert shown(content(dict([(CAMPAIGN, waits), HOLDS, tale(text)]))) == ""


def test_a_campaign_may_say_otherwise(content: Make) -> None:
    text = """\
        - Mon 2026-03-02 10:00: [enters, gets hello]
        - Tue 2026-03-03 10:00: replies hello
        - Thu 2026-03-05 10:00: [gets question, ends over]
        """
    own = MAILS[1].replace("steps:", "sending: {on_reply: go-on}\nsteps:", 1)
    assert shown(content(dict([(CAMPAIGN, own), HOLDS, tale(text)]))) == ""


def test_another_word_is_refused(content: Make) -> None:
    wrong = (CAMPAIGN, MAILS[1].replace("steps:", "sending: {on_reply: stop}\nsteps:", 1))
    assert "hold-company" in render(read_content(content(dict([wrong]))).problems)


def test_marketing_waits_while_sales_has_her(content: Make) -> None:
    text = """\
        - Mon 2026-03-02 10:00: [enters, gets hello]
        - Tue 2026-03-03 10:00: becomes with-sales
        - Thu 2026-03-05 10:00: nothing
        - Fri 2026-03-06 11:00: [becomes free-of-sales, gets question, ends over]
        """
    assert shown(content(dict([MAILS, tale(text)]))) == ""
