"""What a lead of a story chooses and allows holds there as it does in the engine."""

from __future__ import annotations

import pytest

from tests.authoring.conftest import Make
from tests.authoring.good import CAMPAIGN, DICTIONARY, GOOD, STORIES
from tests.authoring.test_sending_stories import campaign, story
from tests.authoring.test_stories import shown

MORE = """\
        topics: {news: News, tips: Tips}
        consent: {needed: [CA], given_by: {asked-us: enquiry}}
        """
STEPS = "  - send: hello\n  - wait: 3d\n  - send: question\n    answers: {now: Now}\n"
GERMAN = "{zone: Europe/Berlin, lead.country: DE}"
CANADIAN = "{zone: America/Toronto, lead.country: CA}"
LATER = "Thu 2026-03-05 10:00: [gets question, ends done]"
NOW = "Mon 2026-03-02 10:00"


def told(content: Make, tale: str, head: str = "topic: news\n", lead: str = GERMAN) -> str:
    declared = (
        GOOD[DICTIONARY].rstrip(" ").replace("lead.renewal: date}", "lead.renewal: date, lead.country: text}")
    )
    files = {DICTIONARY: declared + MORE, CAMPAIGN: campaign(STEPS, head), STORIES: story(tale, lead)}
    return shown(content(files))


@pytest.mark.parametrize(
    ("choice", "second"),
    [
        ("weekly", "Mon 2026-03-09 10:00: [gets question, ends done]"),
        ("monthly", "Thu 2026-03-05 10:00: [skips question, ends done]"),
        ("without news", "Thu 2026-03-05 10:00: [skips question, ends done]"),
        ("without tips", "Thu 2026-03-05 10:00: [gets question, ends done]"),
        ("pause 1 month", "Thu 2026-04-02 12:00: [skips question, ends done]"),
    ],
)
def test_what_she_prefers_is_obeyed(choice: str, second: str, content: Make) -> None:
    tale = f"{NOW}: [does asked-us, gets hello]\nMon 2026-03-02 12:00: prefers {choice}\n{second}"
    assert told(content, tale) == ""


def test_a_pause_that_is_over_lets_what_was_held_go_on(content: Make) -> None:
    tale = (
        f"{NOW}: [does asked-us, gets hello]\nTue 2026-03-03 12:00: prefers pause 1 month\n"
        "Fri 2026-03-06 12:00: [prefers pause over, gets question, ends done]"
    )
    assert told(content, tale) == ""


@pytest.mark.parametrize("wrong", ["pause 9 months", "without nothing", "weekly news", "hourly"])
def test_what_nobody_can_choose_is_told(wrong: str, content: Make) -> None:
    with pytest.raises(AssertionError, match=r"campaigns/talk.stories.yaml:6:\d+"):
        told(content, f"{NOW}: [does asked-us, prefers {wrong}]")


@pytest.mark.parametrize(
    ("lead", "tale"),
    [
        (CANADIAN, f"{NOW}: [enters, skips hello]\nThu 2026-03-05 10:00: [skips question, ends done]"),
        (
            CANADIAN,
            f"{NOW}: [does asked-us, gets hello]\nThu 2026-03-05 10:00: [gets question, ends done]",
        ),
        (
            CANADIAN.replace("{", "{consent: express, "),
            f"{NOW}: [enters, gets hello]\nThu 2026-03-05 10:00: [gets question, ends done]",
        ),
        (
            CANADIAN,
            f"{NOW}: [enters, skips hello]\nTue 2026-03-03 10:00: consents express\n{LATER}",
        ),
        (GERMAN, f"{NOW}: [enters, gets hello]\nThu 2026-03-05 10:00: [gets question, ends done]"),
    ],
)
def test_where_a_consent_is_needed_it_must_be_given(lead: str, tale: str, content: Make) -> None:
    assert told(content, tale, lead=lead) == ""


ASKS = """\
  - send: question
    kind: operational
    answers: {yes: Write to me}
    opt_in: yes
  - wait: 3d
  - send: hello
"""


@pytest.mark.parametrize(
    ("act", "second"), [("answers question yes", "gets hello"), ("opens question", "skips hello")]
)
def test_a_confirmed_address_is_a_consent(act: str, second: str, content: Make) -> None:
    asked = f"{NOW}: [enters, gets question]\nTue 2026-03-03 12:00: {act}\n"
    tale = f"{asked}Thu 2026-03-05 10:00: [{second}, ends done]"
    declared = GOOD[DICTIONARY].rstrip(" ").replace("given_by: {asked-us: enquiry}", "")
    declared = declared.replace("lead.renewal: date}", "lead.renewal: date, lead.country: text}")
    files = {DICTIONARY: declared + MORE, CAMPAIGN: campaign(ASKS, ""), STORIES: story(tale, CANADIAN)}
    assert shown(content(files)) == ""


def test_why_she_does_not_come_in_stands_in_the_timeline(content: Make) -> None:
    shut = f"{NOW}: [becomes complained, does asked-us, gets hello]"
    assert "not let in: complained" in told(content, shut)
