"""What a lead has asked for or forbidden, as it stands with her row and her address."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Row

from nurture.domain.campaign import Campaign
from nurture.domain.dictionary import Dictionary
from nurture.domain.preferences import NO_WISHES, Wishes
from nurture.services.desk import Desk
from nurture.services.suppress import standing, suppressed

Lead = SimpleNamespace | Row[Any]
"""As `facts.py` reads it."""


def gone(conn: Connection, desk: Desk, lead: Lead, campaign: str) -> str | None:
    """Why the lead may get nothing more: leaves every campaign under that name."""
    if lead.erased_at or not lead.email:
        return "erased" if lead.erased_at else None
    return suppressed(conn, desk.secrets, lead.email, campaign)


def wanted_by(
    conn: Connection, desk: Desk, dictionary: Dictionary, lead: Lead, campaign: Campaign, now: datetime
) -> tuple[str | None, Wishes]:
    """As ``gone``, and her wishes; by one statement."""
    if campaign.topic is None or lead.erased_at or not lead.email:
        return gone(conn, desk, lead, campaign.name), _wishes(lead, dictionary, now, "")
    whose = desk.secrets, lead.email, campaign.name, campaign.topic
    left, without = standing(conn, *whose)
    return left, _wishes(lead, dictionary, now, campaign.topic if without else "")


def _wishes(lead: Lead, dictionary: Dictionary, now: datetime, without: str) -> Wishes:
    policy = dictionary.consent
    if not (lead.often or lead.mail_pause_until or without or policy.needed):
        return NO_WISHES
    country = lead.country or lead.account_country or ""
    barred = policy.barred(country, lead.consent, lead.consent_until, now)
    return Wishes(lead.often, lead.mail_pause_until, frozenset([without] if without else []), barred)
