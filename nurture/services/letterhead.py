"""Who our mails are from, and what their templates may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nurture.delivery.links import Links
from nurture.services.sending import ToSend
from nurture.settings import Settings


@dataclass(frozen=True)
class Letterhead:
    sender_name: str
    sender_address: str
    company_name: str
    company_address: str
    links: Links

    @property
    def domain(self) -> str:
        return self.sender_address.rpartition("@")[2] or "localhost"

    def name_of(self, mail: ToSend) -> str:
        names = (str(mail.fields.get(f"lead.{part}_name", "")) for part in ("first", "last"))
        return " ".join(name for name in names if name)

    def context(self, mail: ToSend) -> dict[str, Any]:
        """The names of docs/templates.md, as plain values."""
        return {
            "lead": _part(mail.fields, "lead."),
            "account": _part(mail.fields, "account."),
            "sender": {"name": self.sender_name, "address": self.sender_address},
            "company": {"name": self.company_name, "address": self.company_address},
            "unsubscribe_url": self.links.unsubscribe(mail.lead_id, mail.campaign),
            "answers": [
                {"name": name, "label": label, "url": self.links.answer(mail.send_id, name)}
                for name, label in mail.step.answers.items()
            ],
        }


def letterhead(settings: Settings, links: Links) -> Letterhead:
    return Letterhead(
        sender_name=settings.sender_name,
        sender_address=settings.sender_address,
        company_name=settings.company_name,
        company_address=settings.company_address,
        links=links,
    )


def _part(fields: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {
        name.removeprefix(prefix): value.isoformat() if isinstance(value, datetime) else value
        for name, value in fields.items()
        if name.startswith(prefix)
    }
