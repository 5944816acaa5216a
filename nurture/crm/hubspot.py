"""HubSpot: contacts by our own unique property, tasks, notes and deals by the handoff's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from nurture.crm.api import Answer, Api, refusal
from nurture.crm.connector import CrmDown, CrmRefused, Task
from nurture.crm.dialect import Dialect, Failure, Note, Placed, Write
from nurture.crm.hubspot_reading import HubSpotReading, lacking
from nurture.crm.remote import Whom
from nurture.domain.crm_policy import CrmMapping
from nurture.http import Reply

ADDRESS = "https://api.hubapi.com"
TOKENS = "https://api.hubapi.com/oauth/v1/token"
A_SECOND = 10.0
A_DAY = 650_000
LEAD, HANDOFF, CHANGE = "nurture_lead_id", "nurture_handoff_id", "nurture_change_id"
"""Unique properties that an administrator makes: of contacts, of tasks and deals, of notes."""
DAILY_REST = 3600.0
"""Seconds; the day of a portal ends at its own midnight, which nobody tells."""
AT_ONCE = 100
EXISTS = re.compile(r"Existing ID: (\d+)")
PATH = ("subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer")
STAGE = "lifecyclestage"
OBJECTS = "/crm/v3/objects"


def judge(reply: Reply) -> CrmDown | None:
    """429 tells which limit it was: of the day, or of some seconds, then mostly without a time."""
    if reply.status != 429:
        return None
    if '"DAILY"' in reply.text:
        return CrmDown("calls of the day used up", reply.retry_after or DAILY_REST)
    return CrmDown("http 429", reply.retry_after or 10.0)


class HubSpot(Dialect[HubSpotReading]):
    name = "hubspot"

    def __init__(self, api: Api) -> None:
        super().__init__(api, HubSpotReading)

    async def write(self, writes: Sequence[Write], *, urgent: bool) -> Sequence[Placed | Failure]:
        new = [one for one in writes if not one.remote_id]
        known = [one for one in writes if one.remote_id]
        found: dict[str, Placed | Failure] = {}
        found |= await self._batch("upsert", new, urgent)
        found |= await self._batch("update", known, urgent)
        for one in new:
            failed = found[one.lead_id]
            if isinstance(failed, CrmRefused) and (there := EXISTS.search(failed.text)):
                found[one.lead_id] = await self._adopt(one, there[1], urgent)
        return [found[one.lead_id] for one in writes]

    async def _batch(self, how: str, writes: Sequence[Write], urgent: bool) -> Mapping[str, Placed | Failure]:
        found: dict[str, Placed | Failure] = {}
        for start in range(0, len(writes), AT_ONCE):
            part = writes[start : start + AT_ONCE]
            if how == "update":
                await self._clear_stages(part, urgent)
            body = {"inputs": [_input(one, how) for one in part]}
            answer = await self._api.call("POST", f"{OBJECTS}/contacts/batch/{how}", body, urgent=urgent)
            if not answer.ok and len(part) > 1:  # one bad property refuses the whole: each for itself
                for one in part:
                    found |= await self._batch(how, [one], urgent)
            else:
                found |= _each(answer, part)
        return found

    async def _clear_stages(self, writes: Sequence[Write], urgent: bool) -> None:
        """A lifecycle stage goes back only after it was cleared."""
        inputs = [{"id": one.remote_id, "properties": {STAGE: ""}} for one in writes if STAGE in one.values]
        if inputs:
            await self._api.call(
                "POST", f"{OBJECTS}/contacts/batch/update", {"inputs": inputs}, urgent=urgent
            )

    async def _adopt(self, one: Write, remote_id: str, urgent: bool) -> Placed | Failure:
        """Somebody made them there meanwhile: linked, and what a person wrote there stays."""
        body = {"properties": {LEAD: one.lead_id}}
        answer = await self._api.call("PATCH", f"{OBJECTS}/contacts/{remote_id}", body, urgent=urgent)
        return Placed(remote_id) if answer.ok else refusal(answer)

    async def task(self, task: Task, remote_id: str, lead_id: str) -> Placed:
        owner, park = await self._owner(task.owner)
        properties = {} if task.remote_id else _new_task(task, lead_id)
        properties |= {"hs_task_status": "COMPLETED"} if task.done else {}
        properties |= {"hubspot_owner_id": owner} if owner else {}
        made = await self._upsert("tasks", HANDOFF, task.id, properties)
        await self._associate("tasks", made, remote_id)
        return Placed(made, park)

    async def own(self, owner: str, remote_id: str) -> None:
        if number := await self._owners.id_of(owner):
            body = {"properties": {"hubspot_owner_id": number}}
            await self._api.call("PATCH", f"{OBJECTS}/contacts/{remote_id}", body, urgent=True)

    async def note(self, note: Note, remote_id: str) -> None:
        properties = {"hs_note_body": note.text, "hs_timestamp": _millis(datetime.now().astimezone())}
        made = await self._upsert("notes", CHANGE, note.id, properties)
        await self._associate("notes", made, remote_id)

    async def deal(self, task: Task, remote_id: str) -> None:
        properties = {
            "dealname": task.subject,
            "dealstage": f"closed{task.deal}",
            **({"amount": str(task.amount)} if task.amount is not None else {}),
        }
        made = await self._upsert("deals", HANDOFF, task.id, properties)
        await self._associate("deals", made, remote_id)

    async def erase(self, whom: Whom) -> None:
        """For good, as the law asks; one who is not there any more needs no erasing."""
        given: dict[str, str] = {"objectId": whom.remote_id}
        if not whom.remote_id:
            given = {"objectId": whom.lead_id, "idProperty": LEAD}
        answer = await self._api.call("POST", f"{OBJECTS}/contacts/gdpr-delete", given)
        if not answer.ok and answer.status != 404:
            raise refusal(answer)

    async def missing(self, mapping: CrmMapping) -> Sequence[str]:
        found = list(await lacking(self._api, "contacts", [LEAD, *mapping.reads], unique=LEAD))
        found += await lacking(self._api, "tasks", [HANDOFF, LEAD], unique=HANDOFF)
        found += await lacking(self._api, "notes", [CHANGE], unique=CHANGE)
        return [*found, *await lacking(self._api, "deals", [HANDOFF], unique=HANDOFF)]

    async def _upsert(self, what: str, key: str, number: str, properties: Mapping[str, str]) -> str:
        one = {"idProperty": key, "id": number, "properties": {key: number, **properties}}
        answer = await self._api.call(
            "POST", f"{OBJECTS}/{what}/batch/upsert", {"inputs": [one]}, urgent=True
        )
        results = answer.must().get("results") or []
        if not results:
            raise refusal(answer, "refused in a batch")
        return str(results[0]["id"])

    async def _associate(self, what: str, made: str, remote_id: str) -> None:
        path = f"/crm/v4/objects/{what}/{made}/associations/default/contacts/{remote_id}"
        (await self._api.call("PUT", path, urgent=True)).must()

    async def _owner(self, email: str | None) -> tuple[str, tuple[tuple[str, str], ...]]:
        if not email:
            return "", ()
        found = await self._owners.id_of(email)
        if found:
            return found, ()
        return "", (("unknown owner", "HubSpot has no user with the owner's address: nobody owns the task"),)

    async def _read_owners(self) -> Mapping[str, tuple[str, ...]]:
        """Address -> its ids: as an owner, and as a user."""
        found: dict[str, tuple[str, ...]] = {}
        after = ""
        while True:
            data = (await self._api.call("GET", f"/crm/v3/owners?limit=100{after}", urgent=True)).must()
            for row in data["results"]:
                found[str(row.get("email", ""))] = (str(row["id"]), str(row.get("userId", "")))
            step = (data.get("paging") or {}).get("next") or {}
            if not step:
                return found
            after = f"&after={step['after']}"


def _new_task(task: Task, lead_id: str) -> dict[str, str]:
    return {
        "hs_task_subject": task.subject,
        "hs_task_body": task.text,
        "hs_timestamp": _millis(task.due),
        "hs_task_status": "NOT_STARTED",
        "hs_task_priority": "HIGH",
        "hs_task_type": "CALL",
        LEAD: lead_id,
    }


def _input(one: Write, how: str) -> dict[str, Any]:
    values = {LEAD: one.lead_id, **one.values} if how == "upsert" or not one.linked else dict(one.values)
    if how == "update":
        return {"id": one.remote_id, "properties": values, "objectWriteTraceId": one.lead_id}
    if one.email:
        values.setdefault("email", one.email)
    return {"id": one.lead_id, "idProperty": LEAD, "properties": values, "objectWriteTraceId": one.lead_id}


def _each(answer: Answer, writes: Sequence[Write]) -> Mapping[str, Placed | Failure]:
    """Of 207 the good ones stand under ``results``, the bad ones under ``errors``, each with our mark."""
    if not answer.ok:
        return {one.lead_id: refusal(answer) for one in writes}
    found: dict[str, Placed | Failure] = {}
    for row in (answer.data or {}).get("results", []):
        mark = row.get("objectWriteTraceId") or (row.get("properties") or {}).get(LEAD) or ""
        found[str(mark)] = Placed(str(row["id"]))
    by_remote = {done.id: done for done in found.values() if isinstance(done, Placed)}
    for error in (answer.data or {}).get("errors", []):
        context = error.get("context") or {}
        for mark in [*context.get("objectWriteTraceId", []), *context.get("ids", [])]:
            found[str(mark)] = CrmRefused(str(error.get("category", "refused")).lower(), str(error))
    lost = CrmDown("no answer in a batch")
    return {
        one.lead_id: found.get(one.lead_id)
        or by_remote.get(one.remote_id)
        or found.get(one.remote_id)
        or lost
        for one in writes
    }


def _millis(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))
