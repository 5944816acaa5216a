"""What stands in the fake HubSpot, and what people there do with it."""

from __future__ import annotations

import hmac
import itertools
import json
import time
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from nurture.demo.crms.server import SELLERS, FakeServer

SECRET = "hubspot-client-secret"
STAGES = (
    *("subscriber", "lead", "marketingqualifiedlead"),
    *("salesqualifiedlead", "opportunity", "customer"),
)
UNIQUE = {
    "contacts": ("nurture_lead_id", "email"),
    "tasks": ("nurture_handoff_id",),
    "notes": ("nurture_change_id",),
    "deals": ("nurture_handoff_id",),
}
TYPES: Mapping[str, Mapping[str, str]] = {
    "contacts": {
        **dict.fromkeys(("nurture_lead_id", "email", "firstname", "lastname", "phone", "company"), "string"),
        **dict.fromkeys(("lifecyclestage", "hs_lead_status", "nurture_reason", "industry"), "string"),
        "nurture_score": "number",
        "hs_email_optout": "bool",
        "hubspot_owner_id": "string",
        "country": "string",
        "hs_merged_object_ids": "string",
        "lastmodifieddate": "datetime",
    },
    "tasks": dict.fromkeys(("nurture_handoff_id", "nurture_lead_id"), "string"),
    "notes": {"nurture_change_id": "string"},
    "deals": {"nurture_handoff_id": "string"},
}
BY_US = ("INTEGRATION", "")
LINK = {"tasks", "notes", "deals", "calls", "meetings", "emails"}


@dataclass
class Thing:
    id: str
    values: dict[str, str] = field(default_factory=dict)
    history: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    modified: float = field(default_factory=time.time)
    gone: bool = False


class HubSpotBook(FakeServer):
    def __init__(self) -> None:
        super().__init__()
        self.things: dict[str, dict[str, Thing]] = {
            kind: {} for kind in ("contacts", "tasks", "notes", "deals", "calls", "meetings", "emails")
        }
        self.links: dict[tuple[str, str, str], float] = {}
        """(kind, id, contact) -> since when."""
        self.owners = {str(number): email for number, email in enumerate(SELLERS, 71)}
        self.merged: dict[str, str] = {}
        self._numbers = itertools.count(1001)

    def make(self, kind: str, values: Mapping[str, str], by: Sequence[str] = ("CRM_UI", "71")) -> Thing:
        thing = Thing(str(next(self._numbers)))
        self.things[kind][thing.id] = thing
        self.change(kind, thing.id, values, by)
        return thing

    def change(
        self, kind: str, number: str, values: Mapping[str, str], by: Sequence[str] = ("CRM_UI", "71")
    ) -> None:
        thing = self.things[kind][number]
        at = datetime.now(UTC).isoformat()
        for name, value in values.items():
            if name == "lifecyclestage" and not self._forward(thing.values.get(name, ""), value):
                continue
            if thing.values.get(name, "") == value and name in thing.values:
                continue
            thing.values[name] = value
            user = f"userId:{int(by[1]) + 9000}" if by[1] else "app:1"
            line = {"value": value, "timestamp": at, "sourceType": by[0], "sourceId": user}
            thing.history.setdefault(name, []).insert(0, line)
            self._tell(kind, thing, "propertyChange", propertyName=name, propertyValue=value)
        thing.values["hs_object_source"] = by[0]
        thing.modified = time.time()
        self.keep((kind, number), thing)

    def log(self, kind: str, contact: str, by: Sequence[str] = ("CRM_UI", "71"), **values: str) -> Thing:
        """A call, a meeting or a mail beside a contact; its contact has changed by it."""
        thing = self.make(kind, {"hubspot_owner_id": by[1], **values}, by)
        self.link(kind, thing.id, contact)
        self.things["contacts"][contact].modified = time.time()
        return thing

    def link(self, kind: str, number: str, contact: str) -> None:
        self.links.setdefault((kind, number, contact), time.time())

    def merge(self, loser: str, winner: str) -> None:
        contacts = self.things["contacts"]
        gone = contacts.pop(loser)
        known = contacts[winner].values
        known["hs_merged_object_ids"] = ";".join(filter(None, (known.get("hs_merged_object_ids"), loser)))
        for name, value in gone.values.items():
            known.setdefault(name, value)
        self.merged[loser] = winner
        contacts[winner].modified = time.time()
        self._tell("contacts", contacts[winner], "merge", primaryObjectId=int(winner))

    def remove(self, contact: str) -> None:
        thing = self.things["contacts"].pop(contact)
        self._tell("contacts", thing, "deletion")

    def webhook(self, events: Iterable[Mapping[str, Any]], url: str) -> tuple[bytes, dict[str, str]]:
        """Body and headers of one call."""
        body = json.dumps(list(events)).encode()
        stamp = str(int(time.time() * 1000))
        message = b"POST" + url.encode() + body + stamp.encode()
        signature = b64encode(hmac.new(SECRET.encode(), message, sha256).digest()).decode()
        return body, {"x-hubspot-signature-v3": signature, "x-hubspot-request-timestamp": stamp}

    def by_lead(self, lead_id: str) -> Thing:
        found = self._by("contacts", "nurture_lead_id", lead_id)
        assert found is not None, "the lead was not told"
        return found

    def beside(self, kind: str, contact: str) -> list[Thing]:
        return [self.things[kind][id_] for of, id_, to in sorted(self.links) if of == kind and to == contact]

    def _tell(self, kind: str, thing: Thing, what: str, **more: Any) -> None:
        if kind == "contacts":
            event = {"eventId": len(self.told) + 1, "subscriptionType": f"contact.{what}"}
            self.told.append({**event, "objectId": int(thing.id), **more})

    def _get(self, kind: str, number: str) -> Thing | None:
        return self.things[kind].get(self.merged.get(number, number) if kind == "contacts" else number)

    def _by(self, kind: str, key: str | None, value: str) -> Thing | None:
        things = self.things[kind].values()
        return next((one for one in things if one.values.get(str(key), "").lower() == value.lower()), None)

    @staticmethod
    def _forward(before: str, after: str) -> bool:
        if not before or not after or before not in STAGES or after not in STAGES:
            return True
        return STAGES.index(after) >= STAGES.index(before)
