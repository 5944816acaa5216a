"""The fakes of all CRMs behind one face, for the tests that hold for every one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from nurture.crm.fake import SECRET
from nurture.demo.crms.hubspot import FakeHubSpot
from nurture.demo.crms.pipedrive import KEYS, OURS, FakePipedrive
from nurture.demo.crms.salesforce import FakeSalesforce
from nurture.demo.crms.server import HALF_CLOSED, FakeServer, Fault
from nurture.demo.crms.webhook import FakeWebhookCrm
from nurture.settings import Settings, load_settings

POLICY: Mapping[str, Any] = {
    "hubspot": {
        "fields": {
            "email": "email",
            "first_name": "firstname",
            "last_name": "lastname",
            "lead.industry": "industry",
            "score": "nurture_score",
            "stage": {
                "as": "lifecyclestage",
                "values": {"lead": "lead", "MQL": "marketingqualifiedlead", "SQL": "salesqualifiedlead"},
            },
        },
        "answers": {
            "hs_lead_status": {
                "IN_PROGRESS": "accepted",
                "OPEN_DEAL": "qualified",
                "UNQUALIFIED": "rejected",
                "NEW": "nothing",
            }
        },
        "why": {"field": "nurture_reason", "values": {"budget": "no-budget"}, "otherwise": "no-fit"},
        "no_mail": {"hs_email_optout": "true"},
    },
    "salesforce": {
        "fields": {
            "email": "Email",
            "first_name": "FirstName",
            "last_name": "LastName",
            "lead.industry": "Industry",
            "score": "Nurture_Score__c",
            "stage": "Nurture_Stage__c",
        },
        "answers": {
            "Status": {
                "Working": "accepted",
                "Qualified": "qualified",
                "Unqualified": "rejected",
                "Open": "nothing",
            }
        },
        "why": {
            "field": "Nurture_Reason__c",
            "values": {"budget": "no-budget"},
            "otherwise": "no-fit",
        },
        "no_mail": {"HasOptedOutOfEmail": "true"},
        "machines": ["005ROBOT"],
    },
    "pipedrive": {
        "fields": {
            "email": "email",
            "first_name": "first_name",
            "last_name": "last_name",
            "lead.industry": "Industry",
            "score": "Nurture Score",
            "stage": "Nurture Stage",
        },
        "answers": {
            "Nurture Answer": {
                "Working": "accepted",
                "Qualified": "qualified",
                "Unqualified": "rejected",
            },
            "deal.stage_id": {"3": "qualified"},
        },
        "why": {"field": "Nurture Reason", "values": {"budget": "no-budget"}, "otherwise": "no-fit"},
        "no_mail": {"No mail": "yes"},
        "machines": ["99"],
    },
    "webhook": {
        "fields": {
            "email": {"as": "mail", "wins": "nurture"},
            "first_name": "first",
            "last_name": "last",
            "lead.industry": "branch",
            "score": "points",
            "stage": {"as": "nurture_stage", "wins": "nurture"},
        },
        "answers": {
            "stage": {"Working": "accepted", "Qualified": "qualified", "Lost": "rejected", "New": "nothing"}
        },
        "why": {"field": "reason", "values": {"budget": "no-budget"}, "otherwise": "no-fit"},
        "machines": ["robot"],
    },
}


class Bench(Protocol):
    def served(self) -> AbstractAsyncContextManager[str]: ...
    def settings(self, url: str) -> Settings: ...
    def people(self) -> list[str]:
        """Our ids of those who stand there."""
        ...

    def known(self) -> str:
        """All that stands there."""
        ...

    def tasks(self) -> int: ...
    def answers(self, status: int, headers: Mapping[str, str]) -> None: ...
    def cuts_off(self) -> None: ...
    def recovers(self) -> None: ...


class ApiBench:
    """``fake``: one of ``nurture.demo.crms``."""

    def __init__(self, fake: FakeServer) -> None:
        self.fake = fake

    def served(self) -> AbstractAsyncContextManager[str]:
        return self.fake.served()

    def answers(self, status: int, headers: Mapping[str, str]) -> None:
        self.fake.moods.faults.append(Fault(status, '{"for": "ann@x.example"}', headers))

    def cuts_off(self) -> None:
        """In the middle of an answer, after it was done."""
        self.fake.moods.faults.append(Fault(HALF_CLOSED, after=True, on=self.writes()))

    def writes(self) -> str:
        return "upsert"

    def recovers(self) -> None:
        self.fake.moods.faults.clear()


class HubSpotBench(ApiBench):
    fake: FakeHubSpot

    def settings(self, url: str) -> Settings:
        return load_settings(
            crm="hubspot", crm_address=url, crm_token="demo-token", internal_hosts="127.0.0.1"
        )

    def people(self) -> list[str]:
        return [one.values.get("nurture_lead_id", "") for one in self.fake.things["contacts"].values()]

    def known(self) -> str:
        return str(self.fake.things["contacts"])

    def tasks(self) -> int:
        return len(self.fake.things["tasks"])


class SalesforceBench(ApiBench):
    fake: FakeSalesforce

    def settings(self, url: str) -> Settings:
        return load_settings(
            crm="salesforce", crm_address=url, crm_token="demo-token", internal_hosts="127.0.0.1"
        )

    def writes(self) -> str:
        return "composite"

    def people(self) -> list[str]:
        return [str(one.get("Nurture_Id__c")) for one in self.fake.things["Lead"].values()]

    def known(self) -> str:
        return str(self.fake.things["Lead"])

    def tasks(self) -> int:
        return len(self.fake.things["Task"])


class PipedriveBench(ApiBench):
    fake: FakePipedrive

    def settings(self, url: str) -> Settings:
        return load_settings(
            crm="pipedrive", crm_address=url, crm_token="demo-token", internal_hosts="127.0.0.1"
        )

    def writes(self) -> str:
        return "activities"

    def people(self) -> list[str]:
        return [str(one["custom_fields"].get(KEYS[OURS])) for one in self.fake.things["persons"].values()]

    def known(self) -> str:
        return str(self.fake.things["persons"])

    def tasks(self) -> int:
        return len(self.fake.things["activities"])


class WebhookBench(ApiBench):
    fake: FakeWebhookCrm

    def settings(self, url: str) -> Settings:
        return load_settings(
            crm_webhook_url=f"{url}/hooks",
            crm_webhook_asks=f"{url}/changes",
            crm_webhook_secret=SECRET,
            internal_hosts="127.0.0.1",
        )

    def writes(self) -> str:
        return "/hooks"

    def people(self) -> list[str]:
        return [str(one["nurture_id"]) for one in self.fake.people.values()]

    def known(self) -> str:
        return str(self.fake.people)

    def tasks(self) -> int:
        return len(self.fake.tasks)


FAKES: Mapping[str, Callable[[], Bench]] = {
    "webhook": lambda: WebhookBench(FakeWebhookCrm()),
    "hubspot": lambda: HubSpotBench(FakeHubSpot()),
    "salesforce": lambda: SalesforceBench(FakeSalesforce()),
    "pipedrive": lambda: PipedriveBench(FakePipedrive()),
}
