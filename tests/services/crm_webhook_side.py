"""What a rep does in a CRM that is spoken to by signed webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nurture.demo.crms.server import Fault
from nurture.demo.crms.webhook import ADA, HOOK_SECRET, PATH, ROBOT, FakeWebhookCrm
from tests.contracts.crms import Bench, WebhookBench
from tests.services.crm_side import LATE, Hook


class OfWebhook:
    name = "webhook"
    secrets: Mapping[str, str] = {"crm_hook_key": HOOK_SECRET}
    fields: Mapping[str, str] = {"first_name": "first", "industry": "branch"}
    says: Mapping[str, Mapping[str, str]] = {
        "accepted": {"stage": "Working"},
        "qualified": {"stage": "Qualified"},
        "rejected": {"stage": "Lost", "reason": "budget"},
    }
    troubles: tuple[Fault, ...] = (Fault(429), Fault(429, "", LATE), Fault(502, "<html>"))
    updates = "/hooks"
    at_once = 1

    def __init__(self) -> None:
        self.fake = FakeWebhookCrm()
        self.bench: Bench = WebhookBench(self.fake)

    def id_of(self, lead: str) -> str:
        return str(self.fake.by_lead(lead)["id"])

    def value(self, lead: str, name: str) -> str:
        return str(self.fake.by_lead(lead)["values"].get(name, ""))

    def set(self, lead: str, values: Mapping[str, str], *, machine: bool = False) -> None:
        self.fake.change(self.id_of(lead), values, ROBOT if machine else ADA)

    def complete(self, lead: str) -> None:
        self.fake.complete(self.id_of(lead))

    def log(self, lead: str, kind: str, *, machine: bool = False) -> None:
        self.fake.log(self.id_of(lead), kind, ROBOT if machine else ADA)

    def give(self, lead: str, owner: str) -> None:
        self.fake.give(self.id_of(lead), owner)

    def win(self, lead: str, amount: int) -> None:
        self.fake.tell("deal.won", self.id_of(lead), deal={"id": f"d-{lead}", "amount": amount})

    def merge(self, loser: str, winner: str) -> None:
        self.fake.merge(loser, winner)

    def owner(self, lead: str) -> str:
        return str(self.fake.by_lead(lead)["owner"])

    def tasks(self) -> Mapping[str, bool]:
        return {number: task["done"] for number, task in self.fake.tasks.items()}

    def called(self, told: list[Any]) -> Hook:
        body, headers = self.fake.webhook(told[0])
        return Hook(PATH, body, headers)
