"""What a message says of a deal stands only in messages of campaigns that are for deals."""

from __future__ import annotations

from nurture.authoring.content import read_content
from nurture.authoring.problems import render
from tests.authoring.conftest import Make
from tests.authoring.good import CAMPAIGN, MESSAGE

FOR_DEALS = """\
    campaign: talk
    for: deal
    steps:
      - send: hello
      - end: done
    """
SHOWN = """\
    ---
    subject: Hello
    layout: none
    ---
    {{ deal.renewal|default("")|day }} [Leave]({{ unsubscribe_url }}), {{ company.address }}
    """


def test_a_campaign_for_deals_shows_them(content: Make) -> None:
    assert render(read_content(content({CAMPAIGN: FOR_DEALS, MESSAGE: SHOWN})).problems) == ""


def test_another_campaign_cannot(content: Make) -> None:
    over = {CAMPAIGN: FOR_DEALS.replace("    for: deal\n", ""), MESSAGE: SHOWN}
    found = render(read_content(content(over)).problems)
    assert "deal.renewal is not known" in found
    assert "`for: deal`" in found


def test_nor_a_message_that_a_second_campaign_sends(content: Make) -> None:
    other = FOR_DEALS.replace("campaign: talk", "campaign: other").replace("    for: deal\n", "")
    over = {CAMPAIGN: FOR_DEALS, "campaigns/other.yaml": other, MESSAGE: SHOWN}
    assert "deal.renewal is not known" in render(read_content(content(over)).problems)
