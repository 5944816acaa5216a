"""Pipedrive: nothing is upserted there, so persons, activities, notes and deals are looked for before they
are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nurture.crm.api import Api, refusal
from nurture.crm.connector import CrmDown, CrmGone, CrmRefused, Task
from nurture.crm.dialect import Dialect, Failure, Note, Placed, Write
from nurture.crm.pipedrive_reading import OURS, PipedriveReading, marker
from nurture.crm.remote import Whom
from nurture.domain.crm_policy import CrmMapping
from nurture.http import Reply

ADDRESS = "https://api.pipedrive.com"
TOKENS = "https://oauth.pipedrive.com/oauth/token"
A_SECOND = 5.0
A_DAY = 30_000
"""Calls; the budget of tokens is larger, and most calls cost several."""
BLOCKED_REST = 3600.0
WINDOW = 2.0
"""Seconds of its bursts."""


def judge(reply: Reply) -> CrmDown | None:
    """429 of a burst says when the window ends in a header of its own; who goes on all the same gets 403."""
    left = reply.headers.get("x-ratelimit-reset", "")
    if reply.status == 429:
        if "daily" in reply.text.lower():
            return CrmDown("calls of the day used up", reply.retry_after or BLOCKED_REST)
        return CrmDown("http 429", reply.retry_after or (float(left) if left.isdigit() else WINDOW))
    if reply.status == 403 and not reply.text.lstrip().startswith("{"):
        return CrmDown("shut out for calling too much", reply.retry_after or BLOCKED_REST)
    return None


class Pipedrive(Dialect[PipedriveReading]):
    name = "pipedrive"

    def __init__(self, api: Api) -> None:
        super().__init__(api, PipedriveReading)

    async def write(self, writes: Sequence[Write], *, urgent: bool) -> Sequence[Placed | Failure]:
        """One by one: there are no batches."""
        found: list[Placed | Failure] = []
        for one in writes:
            try:
                found.append(await self._write(one, urgent))
            except (CrmDown, CrmRefused, CrmGone) as failed:
                found.append(failed)
        return found

    async def _write(self, one: Write, urgent: bool) -> Placed:
        body = await self._body(one)
        if one.remote_id:
            answer = await self._api.call("PATCH", f"/api/v2/persons/{one.remote_id}", body, urgent=urgent)
        else:
            body.setdefault("name", one.email or one.lead_id)
            answer = await self._api.call("POST", "/api/v2/persons", body, urgent=urgent, again=False)
        return Placed(str(answer.must()["data"]["id"]))

    async def _body(self, one: Write) -> dict[str, Any]:
        """By the keys that fields have there: long numbers for those that an administrator made."""
        keys = await self.reading.keys()
        values = dict(one.values) if one.linked else {**one.values, OURS: one.lead_id}
        body: dict[str, Any] = {}
        for name, value in values.items():
            if name in ("email", "phone"):
                body[f"{name}s"] = [{"value": value, "primary": True, "label": "work"}]
            elif name in ("name", "first_name", "last_name"):
                body[name] = value
            elif name in keys:
                body.setdefault("custom_fields", {})[keys[name]] = value
            else:
                raise CrmRefused("unknown field", f"Pipedrive's persons have no field {name}")
        if "name" not in body and not one.remote_id:
            named = [str(body.get(part, "")) for part in ("first_name", "last_name")]
            body |= {"name": " ".join(part for part in named if part)} if any(named) else {}
        return body

    async def task(self, task: Task, remote_id: str, lead_id: str) -> Placed:
        owner = await self._owners.id_of(task.owner) if task.owner else None
        made = task.remote_id or await self.reading.activity_of(task.id, remote_id)
        body: dict[str, Any] = {} if made else _new_task(task, remote_id)
        body |= {"done": True} if task.done else {}
        body |= {"owner_id": int(owner)} if owner else {}
        if made and body:
            (await self._api.call("PATCH", f"/api/v2/activities/{made}", body, urgent=True)).must()
        elif not made:
            answer = await self._api.call("POST", "/api/v2/activities", body, urgent=True, again=False)
            made = str(answer.must()["data"]["id"])
        if task.owner and not owner:
            text = "Pipedrive has no active user with the owner's address: the activity is our own user's"
            return Placed(str(made), (("unknown owner", text),))
        return Placed(str(made))

    async def own(self, owner: str, remote_id: str) -> None:
        if number := await self._owners.id_of(owner):
            body = {"owner_id": int(number)}
            await self._api.call("PATCH", f"/api/v2/persons/{remote_id}", body, urgent=True)

    async def note(self, note: Note, remote_id: str) -> None:
        rows = (await self._api.call("GET", f"/v1/notes?person_id={remote_id}", urgent=True)).must()["data"]
        if any(marker(note.id) in str(row.get("content")) for row in rows or ()):
            return
        body = {"content": f"{note.text}<br>{marker(note.id)}", "person_id": int(remote_id)}
        (await self._api.call("POST", "/v1/notes", body, urgent=True, again=False)).must()

    async def deal(self, task: Task, remote_id: str) -> None:
        rows = await self.reading.deals(remote_id)
        if any(row.get("title") == task.subject for row in rows):
            return
        body: dict[str, Any] = {"title": task.subject, "person_id": int(remote_id), "status": task.deal}
        body |= {"value": task.amount} if task.amount is not None else {}
        (await self._api.call("POST", "/api/v2/deals", body, urgent=True, again=False)).must()

    async def erase(self, whom: Whom) -> None:
        for seen in await self.reading.look([whom], CrmMapping(), beside=False, urgent=False):
            answer = await self._api.call("DELETE", f"/api/v2/persons/{seen.remote_id}")
            if not answer.ok and answer.status not in (404, 410):
                raise refusal(answer)

    async def missing(self, mapping: CrmMapping) -> Sequence[str]:
        there = {*await self.reading.keys(), "email", "phone", "name", "first_name", "last_name"}
        wanted = [name for name in (OURS, *mapping.reads) if not name.startswith("deal.")]
        return [f"Pipedrive's persons have no field `{name}`" for name in wanted if name not in there]

    async def _read_owners(self) -> Mapping[str, tuple[str, ...]]:
        rows = (await self._api.call("GET", "/v1/users", urgent=True)).must()["data"]
        return {str(row["email"]): (str(row["id"]),) for row in rows if row.get("active_flag")}


def _new_task(task: Task, remote_id: str) -> dict[str, Any]:
    return {
        "subject": task.subject,
        "type": "task",
        "due_date": task.due.date().isoformat(),
        "note": f"{task.text}\n{marker(task.id)}",
        "participants": [{"person_id": int(remote_id), "primary": True}],
    }
