"""Variants of a send that differ in nothing but the subject: in the check, in stories, in a preview."""

from __future__ import annotations

import pytest

from nurture.authoring.content import read_content
from nurture.authoring.problems import render
from nurture.authoring.stories.telling import told
from nurture.delivery.titles import sources_of
from nurture.domain.steps.send import Send
from tests.authoring.conftest import Make
from tests.authoring.good import CAMPAIGN, STORIES

TEST = """\
campaign: talk
steps:
  - send: hello
    window: any-time
    variants:
      asks: {share: 50, subject: "Late again, {{ lead.first_name|default('you') }}?"}
      tells: {share: 50, subject: 41% fewer delays}
    winner: {by: clicked, after: 14d}
  - end: done
"""
TALE = """\
campaign: talk
stories:
  - story: draws the other subject
    lead: {takes: {hello: tells}}
    tale:
      - Mon 2026-03-02 10:00: [enters, gets hello, takes hello tells, ends done]
"""


def test_both_go_out_with_the_text_of_the_message(content: Make) -> None:
    read = read_content(content({CAMPAIGN: TEST, STORIES: TALE}))
    assert render(read.errors) == ""
    campaign = read.campaigns["talk"].campaign
    assert campaign is not None
    assert [told_.holds for told_ in told(read.stories[0], campaign, read.rules())] == [True]
    assert list(campaign.messages()) == ["hello"]
    step = campaign.steps["hello"]
    assert isinstance(step, Send)
    found = {name: (one.subject, one.body) for name, one in sources_of(step, read.messages)}
    assert [subject for subject, _ in found.values()] == [
        "Late again, {{ lead.first_name|default('you') }}?",
        "41% fewer delays",
    ]
    assert len({body for _, body in found.values()}) == 1


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("lead.first_name|", "lead.frist_name|", "the subject of `asks`"),
        ("{share: 50, subject: 41% fewer delays}", "50", "some variants are messages"),
        ("tells: {share: 50", "tells: {share: 40", "the shares add up to 90"),
        ("subject: 41% fewer delays", "text: other", "a variant needs `subject:`"),
        ("|default('you')", "", "may be empty when `hello` is sent"),
        ("    window: any-time\n", "    via: sms\n", "a text message has no subject"),
    ],
)
def test_what_is_wrong_with_one_is_told(content: Make, old: str, new: str, says: str) -> None:
    assert old in TEST
    assert says in " ".join(
        render(read_content(content({CAMPAIGN: TEST.replace(old, new)})).problems).split()
    )
