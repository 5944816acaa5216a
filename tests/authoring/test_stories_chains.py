"""What the engine tells by itself is heard in stories: the end of a journey, answers of sales, lists."""

from __future__ import annotations

from textwrap import dedent

from tests.authoring.conftest import Make
from tests.authoring.good import DICTIONARY, GOOD, steps, tale
from tests.authoring.test_stories import shown

HEARD = dedent(GOOD[DICTIONARY]).replace(
    "segments:",
    """\
  talk-late: {event: journey.ended, campaign: talk, outcome: late}
  was-called: {event: task.answered, answer: done}
  joined: {event: list.changed}
segments:""",
)
NEXT = """\
campaign: after
enrol:
  on: talk-late
  if: lead.employees > 5
steps:
  - send: hello
  - end: done
"""
CALLS = """\
- do: join
  list: competitors
- task: call-her
  team: sales
  kind: call
  due: 2 business days
  time_up: [{end: late}]
- end: called
  if: happened("was-called") && happened("joined")
- end: silent
"""
OTHER = "campaigns/after.yaml"


def files(told: str, lead: str = "") -> dict[str, str]:
    path, text = tale(told)
    own = text.replace("zone: Europe/Berlin", f"zone: Europe/Berlin{lead}")
    return {**dict([steps(CALLS)]), DICTIONARY: HEARD, OTHER: NEXT, path: own}


def test_answers_of_sales_and_lists_are_happenings(content: Make) -> None:
    told = """\
        - Mon 2026-03-02 10:00: [enters, task call-her]
        - Tue 2026-03-03 15:00: [sales done call-her, ends called]
        """
    assert shown(content(files(told))) == ""


def test_the_end_of_a_journey_opens_another_campaign(content: Make) -> None:
    told = """\
        - Mon 2026-03-02 10:00: [enters, task call-her]
        - Wed 2026-03-04 10:00: [ends late, enrols after]
        """
    assert shown(content(files(told, ", lead.employees: 10"))) == ""
    assert "! -" in shown(content(files(told, ", lead.employees: 1"))), "its door is shut"


def test_in_the_story_of_the_other_it_is_what_she_does(content: Make) -> None:
    stories = """\
campaign: after
stories:
  - story: follows the talk
    lead: {lead.employees: 10}
    tale:
      - Mon 2026-03-02 10:00: [does talk-late, gets hello, ends done]
"""
    told = "- Mon 2026-03-02 10:00: [enters, task call-her]\n"
    assert shown(content({**files(told), "campaigns/after.stories.yaml": stories})) == ""


def test_a_campaign_can_begin_again_by_its_own_end(content: Make) -> None:
    """At the very minute, though time ended it."""
    path, text = steps(CALLS)
    text = text.replace("steps:", "enrol: {on: [asked-us, talk-late], again: after exit}\nsteps:", 1)
    told = """\
        - Mon 2026-03-02 10:00: [does asked-us, task call-her]
        - Wed 2026-03-04 10:00: [ends late, task call-her]
        - Thu 2026-03-05 12:00: [sales done call-her, ends called]
        """
    assert shown(content({**files(told), path: text})) == ""
