"""Whose time it is: the lead's own zone, else the country's, else the account's, else the company's."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from nurture.domain.dictionary import Dictionary
from nurture.domain.sending_policy import Sending
from nurture.services.facts import zone_of

COMPANY = Dictionary(sending=Sending(zone_fallback="Europe/Vienna"))


@pytest.mark.parametrize(
    ("zone", "country", "account", "found"),
    [
        ("Asia/Tokyo", "DE", "US", "Asia/Tokyo"),
        (None, "DE", "US", "Europe/Berlin"),
        (None, "US", None, "America/New_York"),
        (None, "AU", None, "Australia/Sydney"),
        (None, None, "JP", "Asia/Tokyo"),
        ("Mars/Base", "FR", None, "Europe/Paris"),
        ("../../etc/passwd", None, None, "Europe/Vienna"),
        (None, "XX", None, "Europe/Vienna"),
        (None, None, None, "Europe/Vienna"),
        ("", "", "", "Europe/Vienna"),
    ],
)
def test_whose_time_it_is(zone: str | None, country: str | None, account: str | None, found: str) -> None:
    lead = SimpleNamespace(zone=zone, country=country, account_country=account)
    assert str(zone_of(lead, COMPANY)) == found


def test_where_nobody_says_anything_it_is_utc() -> None:
    lead = SimpleNamespace(zone=None, country=None, account_country=None)
    assert str(zone_of(lead, Dictionary())) == "UTC"
    wrong = Dictionary(sending=Sending(zone_fallback="Nowhere"))
    assert str(zone_of(lead, wrong)) == "UTC"
