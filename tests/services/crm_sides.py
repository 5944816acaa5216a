"""What a rep does in each CRM, and what stands there, behind one face."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any

from nurture.crm.fake import SECRET as OUR_SECRET
from nurture.demo.crms.hubspot import FakeHubSpot
from nurture.demo.crms.hubspot_book import SECRET
from nurture.demo.crms.pipedrive import HOOK_KEY, KEYS, FakePipedrive
from nurture.demo.crms.salesforce import ROBOT, FakeSalesforce
from nurture.demo.crms.salesforce_book import WORD
from nurture.demo.crms.server import Fault
from tests.contracts.crms import Bench, HubSpotBench, PipedriveBench, SalesforceBench
from tests.rows import HOME
from tests.services.crm_side import LATE, Hook, Side
from tests.services.crm_webhook_side import OfWebhook


class OfHubSpot:
    name = "hubspot"
    secrets: Mapping[str, str] = {"crm_client_secret": SECRET}
    fields: Mapping[str, str] = {"first_name": "firstname", "industry": "industry"}
    says: Mapping[str, Mapping[str, str]] = {
        "accepted": {"hs_lead_status": "IN_PROGRESS"},
        "qualified": {"hs_lead_status": "OPEN_DEAL"},
        "rejected": {"hs_lead_status": "UNQUALIFIED", "nurture_reason": "budget"},
    }
    troubles: tuple[Fault, ...] = (
        Fault(429, '{"policyName": "TEN_SECONDLY_ROLLING"}'),
        Fault(429, '{"policyName": "SECONDLY"}', LATE),
        Fault(207, '{"status": "COMPLETE", "results": [], "errors": []}', on="batch/up"),
    )
    updates = "contacts/batch/update"
    at_once = 3
    kinds: Mapping[str, str] = {"call": "calls", "meeting": "meetings", "mail": "emails"}

    def __init__(self) -> None:
        self.fake = FakeHubSpot()
        self.bench: Bench = HubSpotBench(self.fake)

    def id_of(self, lead: str) -> str:
        return self.fake.by_lead(lead).id

    def value(self, lead: str, name: str) -> str:
        return self.fake.by_lead(lead).values.get(name, "")

    def set(self, lead: str, values: Mapping[str, str], *, machine: bool = False) -> None:
        by = ("AUTOMATION_PLATFORM", "") if machine else ("CRM_UI", "71")
        self.fake.change("contacts", self.id_of(lead), values, by)

    def complete(self, lead: str) -> None:
        (made,) = self.fake.beside("tasks", self.id_of(lead))
        self.fake.change("tasks", made.id, {"hs_task_status": "COMPLETED"})

    def log(self, lead: str, kind: str, *, machine: bool = False) -> None:
        by = ("AUTOMATION_PLATFORM", "") if machine else ("CRM_UI", "71")
        self.fake.log(self.kinds[kind], self.id_of(lead), by)

    def give(self, lead: str, owner: str) -> None:
        number = next(number for number, email in self.fake.owners.items() if email == owner)
        self.set(lead, {"hubspot_owner_id": number})

    def win(self, lead: str, amount: int) -> None:
        self.fake.log("deals", self.id_of(lead), dealstage="closedwon", amount=str(amount))

    def merge(self, loser: str, winner: str) -> None:
        self.fake.merge(loser, winner)

    def owner(self, lead: str) -> str:
        return self.fake.owners.get(self.value(lead, "hubspot_owner_id"), "")

    def tasks(self) -> Mapping[str, bool]:
        rows = [one.values for one in self.fake.things["tasks"].values()]
        return {row["nurture_handoff_id"]: row.get("hs_task_status") == "COMPLETED" for row in rows}

    def called(self, told: list[Any]) -> Hook:
        body, headers = self.fake.webhook(told, f"{HOME}/hooks/crm/hubspot")
        return Hook("/hooks/crm/hubspot", body, headers)


class OfSalesforce:
    name = "salesforce"
    secrets: Mapping[str, str] = {"crm_hook_key": WORD}
    fields: Mapping[str, str] = {"first_name": "FirstName", "industry": "Industry"}
    says: Mapping[str, Mapping[str, str]] = {
        "accepted": {"Status": "Working"},
        "qualified": {"Status": "Qualified"},
        "rejected": {"Status": "Unqualified", "Nurture_Reason__c": "budget"},
    }
    troubles: tuple[Fault, ...] = (
        Fault(403, '[{"errorCode": "REQUEST_LIMIT_EXCEEDED"}]'),
        Fault(503, "", LATE),
        Fault(200, "[]", on="composite"),
    )
    updates = "composite/sobjects"
    at_once = 3
    kinds: Mapping[str, str] = {"call": "Call", "mail": "Email"}

    def __init__(self) -> None:
        self.fake = FakeSalesforce()
        self.bench: Bench = SalesforceBench(self.fake)

    def id_of(self, lead: str) -> str:
        return str(self.fake.by_lead(lead)["Id"])

    def value(self, lead: str, name: str) -> str:
        return str(self.fake.by_lead(lead).get(name) or "")

    def set(self, lead: str, values: Mapping[str, str], *, machine: bool = False) -> None:
        self.fake.change(self.id_of(lead), values, ROBOT if machine else "005ADA")

    def complete(self, lead: str) -> None:
        rows = self.fake.beside("Task", self.id_of(lead))
        (made,) = [row for row in rows if row.get("Nurture_Id__c") in self.tasks()]
        self.fake.change(made["Id"], {"Status": "Completed"})

    def log(self, lead: str, kind: str, *, machine: bool = False) -> None:
        by = ROBOT if machine else "005ADA"
        who = {"WhoId": self.id_of(lead)}
        if kind == "meeting":
            self.fake.make("Event", who, by)
        else:
            self.fake.make("Task", {**who, "TaskSubtype": self.kinds[kind], "Status": "Completed"}, by)

    def give(self, lead: str, owner: str) -> None:
        rows = self.fake.things["User"].values()
        number = next(str(row["Id"]) for row in rows if row["Email"] == owner)
        self.set(lead, {"OwnerId": number})

    def win(self, lead: str, amount: int) -> None:
        values = {"ContactId": self.id_of(lead), "StageName": "Closed Won", "Amount": amount}
        self.fake.make("Opportunity", values)

    def merge(self, loser: str, winner: str) -> None:
        self.fake.merge(loser, winner)

    def owner(self, lead: str) -> str:
        found = self.fake.things["User"].get(self.value(lead, "OwnerId"), {})
        return str(found.get("Email", ""))

    def tasks(self) -> Mapping[str, bool]:
        rows = [row for row in self.fake.things["Task"].values() if row.get("Nurture_Id__c")]
        ours = [row for row in rows if not row["Nurture_Id__c"].startswith("crm_")]
        return {row["Nurture_Id__c"]: row["IsClosed"] for row in ours}

    def called(self, told: list[Any]) -> Hook:
        kind = {"content-type": "text/xml"}
        return Hook(f"/hooks/crm/salesforce/{WORD}", self.fake.outbound(told), kind)


class OfPipedrive:
    name = "pipedrive"
    secrets: Mapping[str, str] = {"crm_hook_key": HOOK_KEY}
    fields: Mapping[str, str] = {"first_name": "first_name", "industry": "Industry"}
    says: Mapping[str, Mapping[str, str]] = {
        "accepted": {"Nurture Answer": "Working"},
        "qualified": {"Nurture Answer": "Qualified"},
        "rejected": {"Nurture Reason": "budget", "Nurture Answer": "Unqualified"},
    }
    troubles: tuple[Fault, ...] = (
        Fault(429, '{"error": "rate limit"}', {"x-ratelimit-reset": "1"}),
        Fault(429, '{"error": "rate limit"}', LATE),
        Fault(403, "<html>blocked</html>"),
    )
    updates = "/api/v2/persons/"
    at_once = 1
    ada, robot = ("app", 81), ("api", 99)

    def __init__(self) -> None:
        self.fake = FakePipedrive()
        self.bench: Bench = PipedriveBench(self.fake)

    def id_of(self, lead: str) -> str:
        return str(self.fake.by_lead(lead)["id"])

    def value(self, lead: str, name: str) -> str:
        row = self.fake.by_lead(lead)
        return str(row.get(name) or row["custom_fields"].get(KEYS.get(name)) or "")

    def set(self, lead: str, values: Mapping[str, str], *, machine: bool = False) -> None:
        for name, value in values.items():
            given = {"custom_fields": {KEYS[name]: value}} if name in KEYS else {name: value}
            self._change(lead, given, self.robot if machine else self.ada)

    def _change(self, lead: str, values: Mapping[str, Any], by: tuple[str, int]) -> None:
        self.fake.change("persons", int(self.id_of(lead)), values, by)

    def complete(self, lead: str) -> None:
        rows = self.fake.beside("activities", int(self.id_of(lead)))
        (made,) = [row for row in rows if "[nurture:" in str(row.get("note"))]
        self.fake.change("activities", made["id"], {"done": True})

    def log(self, lead: str, kind: str, *, machine: bool = False) -> None:
        by = self.robot if machine else self.ada
        self.fake.log({"mail": "email"}.get(kind, kind), int(self.id_of(lead)), by)

    def give(self, lead: str, owner: str) -> None:
        number = next(number for number, email in self.fake.users.items() if email == owner)
        self._change(lead, {"owner_id": number}, self.ada)

    def win(self, lead: str, amount: int) -> None:
        values = {"person_id": int(self.id_of(lead)), "status": "won", "value": amount, "title": "x"}
        self.fake.make("deals", values)

    def merge(self, loser: str, winner: str) -> None:
        self.fake.merge(int(loser), int(winner))

    def owner(self, lead: str) -> str:
        return self.fake.users.get(self.fake.by_lead(lead)["owner_id"], "")

    def tasks(self) -> Mapping[str, bool]:
        found = {}
        for row in self.fake.things["activities"].values():
            if ours := str(row.get("note") or "").partition("[nurture:")[2].partition("]")[0]:
                found[ours] = bool(row.get("done"))
        return found

    def called(self, told: list[Any]) -> Hook:
        word = b64encode(HOOK_KEY.encode()).decode()
        return Hook("/hooks/crm/pipedrive", json.dumps(told[0]).encode(), {"authorization": f"Basic {word}"})


def settings_of(side: Side, url: str) -> Mapping[str, Any]:
    """By which a worker speaks to it."""
    if side.name != "webhook":
        return {"crm": side.name, "crm_address": url, "crm_token": "demo-token"}
    there = {"crm_webhook_url": f"{url}/hooks", "crm_webhook_asks": f"{url}/changes"}
    return {"crm": side.name, "crm_webhook_secret": OUR_SECRET, **there}


SIDES: Mapping[str, Callable[[], Side]] = {
    "hubspot": OfHubSpot,
    "salesforce": OfSalesforce,
    "pipedrive": OfPipedrive,
    "webhook": OfWebhook,
}
