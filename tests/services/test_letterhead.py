"""Who our mails are from: made up while they are caught, demanded before they go to people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from nurture.contract import Turn
from nurture.delivery.links import Links
from nurture.delivery.render import render
from nurture.domain.steps.send import Send
from nurture.services.letterhead import LetterheadMissing, letterhead
from nurture.services.to_send import ToSend
from nurture.settings import Settings
from tests.delivery.test_render import message

LINKS = Links("http://127.0.0.1:8080", ["a secret for tests only"])


def test_caught_mail_needs_no_sender() -> None:
    assert letterhead(Settings(delivery="catch"), LINKS).sender_address == "news@your-company.example"


def test_real_mail_names_what_is_missing() -> None:
    settings = Settings(delivery="smtp", smtp_host="mail.ours.example", sender_address="news@ours.example")
    with pytest.raises(LetterheadMissing, match="NURTURE_SENDER_NAME, NURTURE_COMPANY_NAME"):
        letterhead(settings, LINKS)


@pytest.mark.parametrize("blank", ["", " ", "\u00a0\n", " - "])
def test_an_address_that_says_nothing_is_none(blank: str) -> None:
    settings = Settings(
        delivery="smtp",
        smtp_host="mail.ours.example",
        sender_name="Ann",
        sender_address="news@ours.example",
        company_name="Ours",
        company_address=blank,
    )
    with pytest.raises(LetterheadMissing, match="NURTURE_COMPANY_ADDRESS is not set"):
        letterhead(settings, LINKS)


def test_a_mail_knows_its_deal_and_the_clock_of_the_lead() -> None:
    step = Send(name="notice", message="notice")
    mail = ToSend(
        turn=Turn("j", 0, "notice", "send_message", ""),
        send_id="s",
        owner="o",
        campaign="renewal",
        lead_id="l",
        step=step,
        message="notice",
        source=message("{{ deal.renewal|when }} {{ deal.name|default('yours') }}"),
        fields={"lead.email": "ann@people.example", "deal.renewal": datetime(2026, 3, 12, 14, tzinfo=UTC)},
        tracking=False,
        message_id="",
        record="deal",
        zone="Asia/Tokyo",
        now=datetime(2026, 3, 1, tzinfo=UTC),
    )
    context = letterhead(Settings(delivery="catch"), LINKS).context(mail)
    assert render(mail.source, context).text.strip() == "Thursday 12 March, 23:00 JST yours"
    assert context["account"] == {}
    named = {"lead.first_name": "Ann\r\nBcc: evil@x.example", "lead.last_name": " Lee,\u2028Jr "}
    spoiled = replace(mail, fields=named)
    assert letterhead(Settings(delivery="catch"), LINKS).name_of(spoiled) == "Ann Bcc: evil@x.example Lee, Jr"
