"""What stands in the fake Salesforce, and what people there do with it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from nurture.demo.crms.server import SELLERS, FakeServer

OURS = "Nurture_Id__c"
WORD = "salesforce-word"
"""At the end of the address of its outbound messages."""
PREFIX = {"Lead": "00Q", "Contact": "003", "Task": "00T", "Event": "00U", "Opportunity": "006", "User": "005"}
PEOPLE = ("Lead", "Contact")
ENVELOPE = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
    '<notifications xmlns="http://soap.sforce.com/2005/09/outbound">{}</notifications>'
    "</soapenv:Body></soapenv:Envelope>"
)


class SalesforceBook(FakeServer):
    def __init__(self) -> None:
        super().__init__()
        self.things: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in PREFIX}
        self.history: list[dict[str, Any]] = []
        self.refuses_duplicates = False
        """A rule of the administrator: the same address is there once."""
        self.locked: set[str] = set()
        """Ids of records that somebody else is writing."""
        self.used = 0
        self._numbers = itertools.count(1)
        for email in SELLERS:
            number = f"005{email[:3].upper()}"
            self.things["User"][number] = {"Id": number, "Email": email, "IsActive": True}

    def make(self, kind: str, values: Mapping[str, Any], by: str = "005ADA") -> dict[str, Any]:
        number = f"{PREFIX[kind]}{next(self._numbers):012d}"
        row: dict[str, Any] = {"Id": number, "OwnerId": by, "CreatedById": by, "CreatedDate": now()}
        self.things[kind][number] = row
        self.change(number, values, by)
        return row

    def change(self, number: str, values: Mapping[str, Any], by: str = "005ADA") -> None:
        kind, row = self.find(number)
        for name, value in values.items():
            if row.get(name) != value:
                field = "Owner" if name == "OwnerId" else name
                line = {"kind": f"{kind}History", f"{kind}Id": number, "Field": field}
                self.history.append({**line, "CreatedById": by, "CreatedDate": now()})
            row[name] = value
        row |= {"LastModifiedById": by, "LastModifiedDate": now(), "SystemModstamp": now()}
        row["IsClosed"] = row.get("Status") == "Completed" or str(row.get("StageName", "")).startswith(
            "Closed"
        )
        row["IsWon"] = row.get("StageName") == "Closed Won"
        self.keep(number, row)
        if about := number if kind in PEOPLE else row.get("WhoId"):
            self.told.append({"Id": about})
        time.sleep(0.001)  # history is told apart by its time

    def convert(self, lead: str, by: str = "005ADA") -> str:
        """The lead ends, and a contact goes on without our id."""
        row = self.things["Lead"][lead]
        carried = {name: row.get(name) for name in ("Email", "FirstName", "LastName")}
        contact = self.make("Contact", carried, by)
        self.change(lead, {"Status": "Qualified"}, by)
        row |= {"IsConverted": True, "ConvertedContactId": contact["Id"]}
        return str(contact["Id"])

    def merge(self, loser: str, winner: str) -> None:
        self.remove(loser)
        self.find(loser)[1]["MasterRecordId"] = winner

    def remove(self, number: str, *, erased: bool = False) -> None:
        kind, row = self.find(number)
        if erased:
            del self.things[kind][number]
        row |= {"IsDeleted": True, "SystemModstamp": now()}

    def find(self, number: str) -> tuple[str, dict[str, Any]]:
        return next((kind, rows[number]) for kind, rows in self.things.items() if number in rows)

    def by_lead(self, lead_id: str) -> dict[str, Any]:
        (row,) = [*self._same("Lead", OURS, lead_id), *self._same("Contact", OURS, lead_id)]
        return row

    def beside(self, kind: str, person: str) -> list[dict[str, Any]]:
        return [row for row in self.things[kind].values() if row.get("WhoId") == person]

    def outbound(self, told: Sequence[Mapping[str, Any]]) -> bytes:
        """One outbound message: up to a hundred notifications."""
        rows = (
            f"<Notification><Id>04l{row['Id'][3:]}</Id>"
            '<sObject xmlns:sf="urn:sobject.enterprise.soap.sforce.com">'
            f"<sf:Id>{row['Id']}</sf:Id></sObject></Notification>"
            for row in told
        )
        return ENVELOPE.format("".join(rows)).encode()

    def _same(self, kind: str, key: str, value: str) -> list[dict[str, Any]]:
        rows = self.things[kind].values()
        return [row for row in rows if row.get(key) == value and not row.get("IsDeleted")]


def now() -> str:
    return datetime.now(UTC).isoformat()
