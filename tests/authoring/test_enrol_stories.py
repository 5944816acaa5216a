"""Stories at the door: what lets a lead in, what keeps her out, and coming back."""

from textwrap import dedent, indent

import pytest

from nurture.authoring.content import read_content
from tests.authoring.conftest import Make
from tests.authoring.good import CAMPAIGN, DICTIONARY, GOOD, STORIES, tale
from tests.authoring.test_stories import shown

STEPS = "steps:\n  - send: hello\n  - wait: 3d\n  - end: done\n"


def told(content: Make, head: str, text: str, dictionary: str = "") -> str:
    over = dict([tale(text)])
    over[CAMPAIGN] = f"campaign: talk\n{dedent(head)}{STEPS}"
    if dictionary:
        over[DICTIONARY] = dedent(GOOD[DICTIONARY]).replace("happenings:\n", f"happenings:\n{dictionary}")
    return shown(content(over))


def test_coming_into_a_segment_lets_her_in(content: Make) -> None:
    text = """\
        - Mon 2026-03-02 10:00: [becomes lead.employees 50, nothing]
        - Tue 2026-03-03 10:00: [becomes lead.employees 500, gets hello]
        - Fri 2026-03-06 10:00: ends done
        """
    assert told(content, "enrol: {on: enters big}\n", text) == ""


def test_who_is_in_the_segment_already_is_not_let_in(content: Make) -> None:
    text = """\
        - Mon 2026-03-02 10:00: created
        - Tue 2026-03-03 10:00: [becomes lead.employees 600, nothing]
        - Wed 2026-03-04 10:00: [becomes lead.employees 6, nothing]
        """
    head = "enrol: {on: enters big}\n"
    story = dict([tale(text)])
    name, body = next(iter(story.items()))
    story[name] = body.replace("lead: {zone: Europe/Berlin}", "lead: {lead.employees: 500}")
    assert shown(content({**story, CAMPAIGN: f"campaign: talk\n{head}{STEPS}"})) == ""


def test_leaving_a_segment_a_changed_field_and_a_stage(content: Make) -> None:
    text = """\
        - Mon 2026-03-02 10:00: [becomes lead.employees 500, gets hello]
        - Thu 2026-03-05 10:00: ends done
        - Mon 2026-03-09 10:00: [becomes MQL, gets hello]
        - Thu 2026-03-12 10:00: ends done
        - Mon 2026-03-16 10:00: [becomes lead.employees 5, gets hello]
        - Thu 2026-03-19 10:00: ends done
        """
    head = "enrol:\n  on: [leaves big, changes lead.employees, becomes MQL]\n  again: after exit\n"
    assert told(content, head, text) == ""


def test_the_condition_at_the_door_is_asked_once(content: Make) -> None:
    text = """\
        - Mon 2026-03-02 10:00: [does asked-us, nothing]
        - Tue 2026-03-03 10:00: becomes lead.employees 300
        - Tue 2026-03-03 11:00: [does asked-us, gets hello]
        - Wed 2026-03-04 10:00: becomes lead.employees 3
        - Fri 2026-03-06 11:00: ends done
        """
    assert told(content, "enrol:\n  on: asked-us\n  if: lead.employees > 100\n", text) == ""


def test_whoever_is_no_longer_in_the_audience_leaves_at_once(content: Make) -> None:
    text = """\
        - Mon 2026-03-02 10:00: [does asked-us, gets hello]
        - Tue 2026-03-03 10:00: [becomes lead.employees 300, ends not-audience]
        - Fri 2026-03-06 10:00: [does asked-us, nothing]
        """
    head = "enrol:\n  on: asked-us\n  again: after exit\naudience: '!in_segment(\"big\")'\n"
    assert told(content, head, text) == ""


def test_never_twice_and_after_a_while(content: Make) -> None:
    text = """\
        - Mon 2026-03-02 10:00: [does asked-us, gets hello]
        - Thu 2026-03-05 10:00: ends done
        - Fri 2026-03-06 10:00: [does asked-us, nothing]
        - Tue 2026-04-07 10:00: [does asked-us, gets hello]
        """
    assert "gets hello" in told(content, "enrol: {on: asked-us}\n", text)
    assert told(content, "enrol: {on: asked-us, again: after 30d}\n", text) == ""


def test_each_value_of_the_key_has_a_journey_of_its_own(content: Make) -> None:
    text = """\
        - Mon 2026-03-02 10:00: [does spring, gets hello]
        - Tue 2026-03-03 10:00: [does spring, does autumn, gets hello]
        - Thu 2026-03-05 10:00: ends done
        - Fri 2026-03-06 10:00: ends done
        - Mon 2026-03-09 10:00: [does spring, does autumn, nothing]
        """
    dictionary = (
        "  spring: {event: webinar.registered, webinar: spring}\n"
        "  autumn: {event: webinar.registered, webinar: autumn}\n"
    )
    head = "enrol:\n  on: [spring, autumn]\n  key: event.webinar\n"
    assert told(content, head, text, dictionary) == ""
    always = text.replace("does spring, does autumn, nothing", "does spring, gets hello")
    assert told(content, f"{head}  again: always\n", always, dictionary) == ""
    one_by_one = """\
        - Mon 2026-03-02 10:00: [does spring, gets hello]
        - Tue 2026-03-03 10:00: [does autumn, nothing]
        - Thu 2026-03-05 10:00: ends done
        - Fri 2026-03-06 10:00: [does autumn, gets hello]
        """
    assert told(content, f"{head}  again: after exit\n", one_by_one, dictionary) == ""


def test_a_date_lets_her_in_when_it_comes_and_not_twice(content: Make) -> None:
    text = """\
        - Mon 2026-03-02 10:00: becomes lead.renewal 2026-05-04
        - Wed 2026-04-01 23:00: becomes lead.employees 3
        - Fri 2026-04-03 10:00: nothing
        - Thu 2026-04-09 09:00: gets hello
        - Sun 2026-04-12 09:00: ends done
        - Mon 2026-04-13 10:00: becomes lead.renewal 2026-05-04
        - Tue 2026-04-14 10:00: nothing
        - Wed 2026-04-15 10:00: becomes lead.renewal 2026-05-14
        - Mon 2026-04-20 09:00: gets hello
        """
    head = "enrol:\n  at: lead.renewal - 25d\n  again: after exit\n"
    assert told(content, head, text) == ""


def test_the_day_comes_where_she_is(content: Make) -> None:
    """The engine says the same: tests/services/test_scans.py."""
    text = """\
        - Mon 2026-03-02 10:00: becomes lead.renewal 2026-03-06
        - Wed 2026-03-04 00:00: gets hello
        - Sat 2026-03-07 00:00: gets hello-again
        - Sun 2026-03-08 18:00: ends done
        """
    story = dict([tale(text)])
    ((name, body),) = story.items()
    steps = (
        "steps:\n  - send: hello\n    window: any-time\n  - wait: 3d\n  - send: hello-again\n"
        "    message: hello\n    window: any-time\n  - wait: to lead.renewal + 2d at 18:00\n  - end: done\n"
    )
    for zone in ("Pacific/Kiritimati", "Europe/Berlin", "America/Los_Angeles"):
        over = {name: body.replace("Europe/Berlin", zone)}
        over[CAMPAIGN] = f"campaign: talk\nenrol: {{at: lead.renewal - 2d}}\n{steps}"
        assert shown(content(over)) == "", zone


def test_whose_date_is_past_is_not_let_in(content: Make) -> None:
    text = """\
        - Mon 2026-03-02 10:00: becomes lead.renewal 2026-03-20
        - Fri 2026-03-20 10:00: nothing
        """
    assert told(content, "enrol: {at: lead.renewal - 25d}\n", text) == ""


def test_everybody_is_asked_again_and_again(content: Make) -> None:
    text = """\
        - Mon 2026-03-02 10:00: becomes lead.employees 300
        - Mon 2026-03-09 10:00: gets hello
        - Thu 2026-03-12 10:00: ends done
        - Mon 2026-03-16 10:00: gets hello
        - Tue 2026-03-17 10:00: becomes lead.employees 3
        - Thu 2026-03-19 10:00: ends done
        - Mon 2026-03-23 10:00: nothing
        """
    head = "enrol:\n  every: monday 09:00\n  if: lead.employees > 100\n  again: after exit\n"
    assert told(content, head, text) == ""


def test_who_comes_into_a_segment_by_time_alone_is_let_in_the_next_morning(content: Make) -> None:
    dictionary = dedent(GOOD[DICTIONARY]).replace("  big: ", "  due: lead.renewal < now\n  big: ")
    text = """\
        - Mon 2026-03-02 10:00: becomes lead.renewal 2026-03-20T20:00
        - Sun 2026-03-22 10:00: nothing
        - Mon 2026-03-23 09:00: gets hello
        """
    over = dict([tale(text)]) | {DICTIONARY: dictionary}
    over[CAMPAIGN] = f"campaign: talk\nenrol: {{on: enters due}}\n{STEPS}"
    assert shown(content(over)) == ""


def test_other_campaigns_are_let_in_and_take_her_out(content: Make) -> None:
    campaign = """\
        campaign: talk
        enrol: {on: asked-us, again: after exit}
        never_with: other
        steps:
          - send: hello
          - do: on
            enrol: other
            leave: other
          - wait: 3d
          - end: done
        """
    text = """\
        - Mon 2026-03-02 10:00: [does asked-us, gets hello, enrols other, leaves other]
        - Tue 2026-03-03 10:00: [becomes left, ends left]
        - Wed 2026-03-04 10:00: [does asked-us, gets hello]
        - Thu 2026-03-05 10:00: [becomes replaced, ends replaced]
        """
    other = {"campaigns/other.yaml": "campaign: other\nsteps:\n  - end: done\n"}
    assert shown(content({CAMPAIGN: campaign, **dict([tale(text)]), **other})) == ""


def test_another_campaign_must_be_there(content: Make) -> None:
    campaign = """\
        campaign: talk
        never_with: [nobody, talk]
        steps:
          - do: on
            enrol: nowhere
          - end: done
        """
    found = read_content(content({CAMPAIGN: campaign})).problems
    assert [(one.rule, one.text) for one in found] == [
        ("unknown-campaign", "there is no campaign `nobody` in campaigns/"),
        ("unknown-campaign", "`talk` is this campaign itself"),
        ("unknown-campaign", "there is no campaign `nowhere` in campaigns/"),
    ]


DEALS = "  won: {event: deal.won}\n"
RECORDS = """\
    campaign: talk
    stories:
      - story: two deals
        lead:
          zone: Europe/Berlin
          records:
            D-1: {deal.renewal: 2026-04-10, deal.value: 10}
            D-2: {deal.renewal: 2026-05-10, deal.value: 50}
        tale:
    """


def of_deals(content: Make, head: str, text: str) -> str:
    dictionary = dedent(GOOD[DICTIONARY]).replace("happenings:\n", f"happenings:\n{DEALS}")
    dictionary = dictionary.replace("{deal", "{deal.value: number, deal")
    told = dedent(RECORDS) + indent(dedent(text), " " * 6)
    campaign = f"campaign: talk\nfor: deal\n{head}{STEPS}"
    return shown(content({DICTIONARY: dictionary, STORIES: told, CAMPAIGN: campaign}))


def test_each_deal_has_a_journey_of_its_own(content: Make) -> None:
    text = """\
        - Mon 2026-03-02 10:00: [does won D-2, gets hello]
        - Tue 2026-03-03 10:00: [does won D-1, nothing]
        - Thu 2026-03-05 10:00: ends done
        """
    assert of_deals(content, "enrol:\n  on: won\n  if: deal.value > 20\n", text) == ""


def test_a_line_may_say_which_deal(content: Make) -> None:
    right = """\
        - Mon 2026-03-02 10:00: [does won D-2, gets hello D-2]
        - Tue 2026-03-03 10:00: [does won D-1, gets hello D-1]
        - Thu 2026-03-05 10:00: ends done D-2
        - Fri 2026-03-06 10:00: ends done D-1
        """
    assert of_deals(content, "enrol: {on: won}\n", right) == ""
    told = of_deals(content, "enrol: {on: won}\n", right.replace("gets hello D-1", "gets hello D-2"))
    assert "! gets hello D-1" in told
    with pytest.raises(AssertionError, match="the lead has no deal `D-3`"):
        of_deals(content, "enrol: {on: won}\n", right.replace("hello D-1", "hello D-3"))


def test_the_date_of_each_deal(content: Make) -> None:
    text = """\
        - Mon 2026-03-02 10:00: created
        - Wed 2026-03-11 09:00: gets hello
        - Sat 2026-03-14 09:00: ends done
        - Fri 2026-04-10 09:00: gets hello
        - Mon 2026-04-13 09:00: ends done
        """
    assert of_deals(content, "enrol: {at: deal.renewal - 30d}\n", text) == ""


def test_by_hand_one_deal_or_all(content: Make) -> None:
    text = """\
        - Mon 2026-03-02 10:00: [enters D-1, gets hello]
        - Tue 2026-03-03 10:00: [enters, gets hello]
        - Thu 2026-03-05 10:00: ends done
        - Fri 2026-03-06 10:00: ends done
        """
    assert of_deals(content, "", text) == ""
