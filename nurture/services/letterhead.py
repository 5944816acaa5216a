"""Who our mails are from, and what their templates may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nurture.delivery.links import Links
from nurture.delivery.moments import NOW, ZONE
from nurture.domain.errors import NurtureError
from nurture.domain.utm import Utm, tagged
from nurture.services.to_send import ToSend
from nurture.settings import Settings

PLACEHOLDERS = {
    "sender_name": "Your company",
    "sender_address": "news@your-company.example",
    "company_name": "Your company",
    "company_address": "1 Your Street, Your Town",
}


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
        """On one line: a name that came with a line break in it is a name all the same."""
        names = (str(mail.fields.get(f"lead.{part}_name", "")) for part in ("first", "last"))
        return " ".join(" ".join(names).split())

    def sender_of(self, mail: ToSend) -> tuple[str, str]:
        """Name and address."""
        own = mail.sender
        return (own.name, own.address) if own else (self.sender_name, self.sender_address)

    def tagged(self, mail: ToSend, utm: Utm, url: str) -> str:
        """Our own links, such as the way out, stay as they are."""
        return url if self.links.owns(url) else tagged(url, utm, mail.campaign, mail.message)

    def context(self, mail: ToSend) -> dict[str, Any]:
        """The names of docs/templates.md, as plain values."""
        return {
            **{kind: _part(mail.fields, f"{kind}.") for kind in ("lead", "account", mail.record) if kind},
            ZONE: mail.zone,
            NOW: mail.now.isoformat() if mail.now else "",
            "sender": dict(zip(("name", "address"), self.sender_of(mail), strict=True)),
            "owner": {"name": "", "address": "", "booking": "", **mail.whose},
            "company": {"name": self.company_name, "address": self.company_address},
            "codes": dict(mail.codes),
            "unsubscribe_url": self.links.unsubscribe(mail.lead_id, mail.campaign),
            "preferences_url": self.links.preferences(mail.lead_id, mail.campaign),
            "answers": [
                {"name": name, "label": label, "url": self.links.answer(mail.send_id, name)}
                for name, label in mail.step.answers.items()
            ],
        }


class LetterheadMissing(NurtureError):
    """Mail to real people needs a sender and a postal address; the message names the variables."""


def letterhead(settings: Settings, links: Links) -> Letterhead:
    """While mail is only caught, what is not set is made up. Raises LetterheadMissing, also of spaces."""
    missing = [name for name in PLACEHOLDERS if not any(map(str.isalnum, getattr(settings, name)))]
    if missing and settings.delivery != "catch":
        variables = ", ".join(f"NURTURE_{name.upper()}" for name in missing)
        raise LetterheadMissing(
            f"Mail is to go to real people, and {variables} is not set.",
            "Set it, or set NURTURE_DELIVERY=catch.",
        )
    given = {name: getattr(settings, name) or made_up for name, made_up in PLACEHOLDERS.items()}
    return Letterhead(**given, links=links)


def _part(fields: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {
        name.removeprefix(prefix): value.isoformat() if isinstance(value, datetime) else value
        for name, value in fields.items()
        if name.startswith(prefix)
    }
