"""What a lead has asked for or forbidden, as it stands with her row and her address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Row

from nurture.domain.campaign import Campaign
from nurture.domain.dictionary import Dictionary
from nurture.domain.preferences import NO_WISHES, TOPIC, Wishes
from nurture.services.desk import Desk
from nurture.services.phones import phone_of
from nurture.services.suppress import scopes_of, standing, suppressed

Lead = SimpleNamespace | Row[Any]
"""As `facts.py` reads it."""


def gone(conn: Connection, desk: Desk, lead: Lead, campaign: str) -> str | None:
    """Why the lead may get nothing more: leaves every campaign under that name."""
    if lead.erased_at or not lead.email:
        return "erased" if lead.erased_at else None
    return suppressed(conn, desk.secrets, lead.email, campaign)


def not_from_here(allowed: Sequence[str] | None, email: str) -> str:
    """Why this installation never writes to the address; empty: it may. ``allowed``: None for any."""
    if not email:
        return "no address"
    if allowed is None or any(email.endswith(end) if end[0] == "@" else email == end for end in allowed):
        return ""
    return "this installation may not write to the address"


@dataclass(frozen=True)
class Getting:
    """What somebody gets now, by the rules that the gates ask."""

    nothing: str = ""
    """Why; empty: something."""
    no_marketing: str = ""
    paused: datetime | None = None
    """Until when no marketing comes, if she has paused it."""
    but: tuple[str, ...] = ()
    """Topics, and campaigns with the reason, of which nothing comes."""
    no_texts: str = ""


def getting(conn: Connection, desk: Desk, dictionary: Dictionary, lead: Lead, now: datetime) -> Getting:
    email = lead.email or ""
    nothing = gone(conn, desk, lead, "") or not_from_here(desk.allowed, email)
    if nothing:
        return Getting(nothing)
    wishes = _wishes(lead, dictionary, now, "")
    paused = wishes.paused if wishes.paused and wishes.paused > now else None
    number = phone_of({"lead.phone": lead.phone})
    texts = suppressed(conn, desk.secrets, number) if number else None
    return Getting("", wishes.barred, paused, tuple(_but(conn, desk, email)), texts or "")


def _but(conn: Connection, desk: Desk, email: str) -> Iterator[str]:
    for scope, reason in scopes_of(conn, desk.secrets, email):
        yield scope.removeprefix(TOPIC) if scope.startswith(TOPIC) else f"{scope} ({reason})"


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
