"""What a company may have built around our signed webhooks: it takes what it is told, and tells itself."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI, Request, Response
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from nurture.crm.fake import SECRET
from nurture.demo.crms.server import FakeServer, answer

HOOK_SECRET = "whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
"""By which it signs what it tells; for the demo and for tests only."""
PATH = "/hooks/crm/webhook"
PAGE = 50
ADA, ROBOT = {"user": "ada.brandt@sales.example"}, {"user": "robot", "machine": True}
Row = dict[str, Any]


class FakeWebhookCrm(FakeServer):
    title = "Fake CRM of any kind"

    def __init__(self) -> None:
        super().__init__()
        self.people: dict[str, Row] = {}
        self.tasks: dict[str, Row] = {}
        """By the id of the handoff."""
        self.notes: dict[str, str] = {}
        self.deals: dict[str, Row] = {}
        self._taken: dict[str, str] = {}
        self._log: list[tuple[float, Row]] = []
        self._numbers = itertools.count(701)

    def routes(self, app: FastAPI) -> None:
        app.add_api_route("/hooks", self._take, methods=["POST"])
        app.add_api_route("/changes", self._changes, methods=["POST"])

    def signed_in(self, request: Request) -> bool:
        return "webhook-signature" in request.headers  # looked at with the body

    def limited(self) -> Response:
        return answer({}, 429, {"retry-after": "1"})

    async def _message(self, request: Request) -> Row | None:
        body = (await request.body()).decode()
        try:
            Webhook(SECRET).verify(body, dict(request.headers))
        except WebhookVerificationError:
            return None
        found: Row = json.loads(body)
        return found

    async def _take(self, request: Request) -> Response:
        message = await self._message(request)
        if message is None:
            return Response(status_code=401)
        number, data = request.headers["webhook-id"], message["data"]
        if number not in self._taken:
            if self.refused(data.get("fields", {}).values()):
                return answer({"error": "a value is refused", "for": data["lead"]["email"]}, 422)
            self._taken[number] = self._write(data)
        return answer({"id": self._taken[number]})

    def _write(self, data: Row) -> str:
        row = self._person(data["lead"])
        if data["what"] == "erasure":
            self.people.pop(row["id"])
            return str(row["id"])
        for name, value in data.get("fields", {}).items():
            now = row["values"].get(name, "")
            row["values"][name] = value if now in data["before"].get(name, [now]) else now
        if task := data.get("task"):
            self._task(row, task, data["what"])
        if note := data.get("note"):
            self.notes.setdefault(note["id"], note["text"])
        return str(row["id"])

    def _person(self, lead: Row) -> Row:
        for row in self.people.values():
            if row["nurture_id"] == lead["id"] or (lead["email"] and row["email"] == lead["email"]):
                row["nurture_id"] = lead["id"]
                return row
        number = str(next(self._numbers))
        made = {"id": number, "nurture_id": lead["id"], "email": lead["email"], "owner": "", "values": {}}
        self.people[number] = made
        return made

    def _task(self, row: Row, task: Row, what: str) -> None:
        new = task["id"] not in self.tasks
        known = self.tasks.setdefault(task["id"], {"person": row["id"], "done": False})
        known["done"] = known["done"] or task["done"]
        if task["owner"] and (what == "owner" or (new and not row["owner"])):
            row["owner"] = task["owner"]
        if task["deal"]:
            self.deals.setdefault(task["id"], {"state": task["deal"], "amount": task["amount"]})

    async def _changes(self, request: Request) -> Response:
        """From the cursor on, what is as old as the reads are behind the writes."""
        message = await self._message(request)
        if message is None:
            return Response(status_code=401)
        start = int(message["data"]["cursor"] or 0)
        shown = [row for at, row in self._log if at <= time.time() - self.moods.read_lag]
        page = shown[start : start + PAGE]
        following = str(start + len(page))
        return answer({"changes": page, "cursor": following, "more": start + len(page) < len(shown)})

    # What people do there.

    def tell(self, kind: str, person: str, by: Mapping[str, Any] = ADA, **data: Any) -> None:
        row = self.people.get(person, {"nurture_id": ""})
        whom = {"id": person} | ({"nurture_id": row["nurture_id"]} if row["nurture_id"] else {})
        at = datetime.now(UTC).isoformat()
        message = {"type": kind, "timestamp": at, "data": {"person": whom, "by": dict(by), **data}}
        self._log.append((time.time(), message))
        self.told.append({"number": f"msg_{len(self._log)}", **message})

    def change(self, person: str, values: Mapping[str, str], by: Mapping[str, Any] = ADA) -> None:
        self.people[person]["values"] |= values
        self.tell("person.changed", person, by, values=dict(values))

    def give(self, person: str, owner: str) -> None:
        self.people[person]["owner"] = owner
        self.tell("owner.changed", person, owner=owner)

    def complete(self, person: str) -> None:
        (number,) = [number for number, task in self.tasks.items() if task["person"] == person]
        self.tasks[number]["done"] = True
        self.tell("task.completed", person, task={"id": number})

    def log(self, person: str, kind: str, by: Mapping[str, Any] = ADA) -> None:
        self.tell(f"{kind}.logged", person, by, **{kind: {"id": str(next(self._numbers))}})

    def merge(self, loser: str, winner: str) -> None:
        self.people.pop(loser)
        for task in self.tasks.values():
            task["person"] = winner if task["person"] == loser else task["person"]
        self.tell("person.merged", winner, was=[loser])

    def remove(self, person: str) -> None:
        self.tell("person.deleted", person)
        self.people.pop(person)

    def by_lead(self, lead_id: str) -> Row:
        return next(row for row in self.people.values() if row["nurture_id"] == lead_id)

    @staticmethod
    def webhook(told: Mapping[str, Any], secret: str = HOOK_SECRET) -> tuple[bytes, Mapping[str, str]]:
        """Body and headers of one call, signed now."""
        body = json.dumps({name: value for name, value in told.items() if name != "number"})
        now = datetime.now(UTC)
        headers = {
            "webhook-id": str(told["number"]),
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign(str(told["number"]), now, body),
        }
        return body.encode(), headers
