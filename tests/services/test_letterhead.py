"""Who our mails are from: made up while they are caught, demanded before they go to people."""

from __future__ import annotations

import pytest

from nurture.delivery.links import Links
from nurture.services.letterhead import LetterheadMissing, letterhead
from nurture.settings import Settings

LINKS = Links("http://127.0.0.1:8080", ["a secret for tests only"])


def test_caught_mail_needs_no_sender() -> None:
    assert letterhead(Settings(delivery="catch"), LINKS).sender_address == "news@your-company.example"


def test_real_mail_names_what_is_missing() -> None:
    settings = Settings(delivery="smtp", smtp_host="mail.ours.example", sender_address="news@ours.example")
    with pytest.raises(LetterheadMissing, match="NURTURE_SENDER_NAME, NURTURE_COMPANY_NAME"):
        letterhead(settings, LINKS)
