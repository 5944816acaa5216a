"""A mail that is ours to send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nurture.contract import Turn
from nurture.delivery.source import MessageSource
from nurture.domain.steps.send import SMS, Send
from nurture.domain.utm import Utm
from nurture.services.ledger import Wanted
from nurture.services.mailing import Sender, Thread
from nurture.services.phones import phone_of


@dataclass(frozen=True)
class ToSend:
    """A claimed mail: everything that rendering and delivery need, outside any transaction."""

    turn: Turn
    send_id: str
    owner: str
    campaign: str
    lead_id: str
    step: Send
    message: str
    """The one of its variants that she gets."""
    source: MessageSource
    fields: Mapping[str, Any]
    tracking: bool
    message_id: str
    codes: Mapping[str, str] = field(default_factory=dict)
    """Pool -> the lead's own code."""
    thread: Thread | None = None
    sender: Sender | None = None
    """None: the company."""
    whose: Mapping[str, str] = field(default_factory=dict)
    """Who has the lead, where the texts say it."""
    record: str = ""
    """What the campaign is for, such as ``deal``: its fields stand in ``fields``."""
    zone: str = "UTC"
    """Of the lead."""
    now: datetime | None = None
    """When it is made; None: as the clock on the wall says."""
    asked: datetime | None = None
    """Of the question whether she wants mail again: when she asked for it."""
    account: str = ""
    """That carries it."""
    wishes: Wanted | None = None
    utm: Utm | None = None
    """How its links are tagged."""

    @property
    def email(self) -> str:
        return str(self.fields.get("lead.email", ""))

    @property
    def phone(self) -> str:
        """Of a text message; of a mail it is empty."""
        return phone_of(self.fields) if self.step.via == SMS else ""

    @property
    def recipient(self) -> str:
        return self.phone or self.email
