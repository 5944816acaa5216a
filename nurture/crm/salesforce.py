"""Salesforce: leads and contacts by our external id, tasks and opportunities by the handoff's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from nurture.crm.api import Answer, Api, refusal
from nurture.crm.connector import CrmDown, CrmRefused, Task
from nurture.crm.dialect import Dialect, Failure, Note, Placed, Write
from nurture.crm.remote import Whom
from nurture.crm.salesforce_reading import (
    BASE,
    CONTACT,
    LEAD,
    LEAD_ONLY,
    OURS,
    SalesforceReading,
    fill_ins,
    object_of,
)
from nurture.domain.crm_policy import CrmMapping
from nurture.http import Reply

A_SECOND = 10.0
A_DAY = 100_000
AT_ONCE = 200
LIMIT = "REQUEST_LIMIT_EXCEEDED"
LIMIT_REST = 900.0
"""Seconds: the day of calls rolls, and nobody tells when it is over."""
LATER = frozenset({"UNABLE_TO_LOCK_ROW", "CANNOT_UPDATE_CONVERTED_LEAD", "SERVER_UNAVAILABLE"})
"""Errors of one record that another try ends: the next look finds the contact of a converted lead."""
DUPLICATE = "DUPLICATES_DETECTED"
USED = re.compile(r"api-usage=(\d+)/(\d+)")
SEVERAL = 300


def judge(reply: Reply) -> CrmDown | None:
    """The end of the calls is 403, without a time to come back."""
    if reply.status == 403 and LIMIT in reply.text:
        return CrmDown("calls of the day used up", reply.retry_after or LIMIT_REST)
    return None


def counted(reply: Reply) -> tuple[int, int] | None:
    used = USED.search(reply.headers.get("sforce-limit-info", ""))
    return (int(used[1]), int(used[2])) if used else None


class Salesforce(Dialect[SalesforceReading]):
    name = "salesforce"

    def __init__(self, api: Api) -> None:
        super().__init__(api, SalesforceReading)

    async def write(self, writes: Sequence[Write], *, urgent: bool) -> Sequence[Placed | Failure]:
        found: dict[str, Placed | Failure] = {}
        for kind in (LEAD, CONTACT):
            new = [one for one in writes if not one.remote_id and _new_kind(one) == kind]
            known = [one for one in writes if one.remote_id and object_of(one.remote_id) == kind]
            found |= await self._batch(f"{BASE}/composite/sobjects/{kind}/{OURS}", kind, new, urgent)
            found |= await self._batch(f"{BASE}/composite/sobjects", kind, known, urgent)
        for one in writes:
            failed = found[one.lead_id]
            if isinstance(failed, CrmRefused) and failed.kind == DUPLICATE.lower():
                found[one.lead_id] = await self._adopt(one, failed, urgent)
        return [found[one.lead_id] for one in writes]

    async def _batch(
        self, path: str, kind: str, writes: Sequence[Write], urgent: bool
    ) -> Mapping[str, Placed | Failure]:
        """One result for each record, in order; the bad ones leave the good ones alone."""
        found: dict[str, Placed | Failure] = {}
        for start in range(0, len(writes), AT_ONCE):
            part = writes[start : start + AT_ONCE]
            body = {"allOrNone": False, "records": [_record(one, kind) for one in part]}
            answer = await self._api.call("PATCH", path, body, urgent=urgent)
            if not answer.ok:
                found |= {one.lead_id: refusal(answer) for one in part}
                continue
            rows = answer.data if isinstance(answer.data, list) else []
            padded = [*rows, *({} for _ in range(len(part) - len(rows)))]
            found |= {one.lead_id: _result(one, row) for one, row in zip(part, padded, strict=True)}
        return found

    async def _adopt(self, one: Write, failed: CrmRefused, urgent: bool) -> Placed | Failure:
        """A rule of theirs says that they are there already: linked, if their address is one person's."""
        same = await self.reading.by_address(one.email)
        if len(same) != 1:
            return CrmRefused("several matches", failed.text)
        body = {OURS: one.lead_id}
        path = f"{BASE}/sobjects/{object_of(same[0])}/{same[0]}"
        answer = await self._api.call("PATCH", path, body, urgent=urgent)
        return Placed(same[0]) if answer.ok else refusal(answer)

    async def task(self, task: Task, remote_id: str, lead_id: str) -> Placed:
        owner = await self._owners.id_of(task.owner) if task.owner else None
        values: dict[str, Any] = {} if task.remote_id else _new_task(task, remote_id)
        values |= {"Status": "Completed"} if task.done else {}
        values |= {"OwnerId": owner} if owner else {}
        made = await self._upsert("Task", task.id, values) if values else task.remote_id or task.id
        if task.owner and not owner:
            text = "Salesforce has no active user with the owner's address: the task is our own user's"
            return Placed(made, (("unknown owner", text),))
        return Placed(made)

    async def own(self, owner: str, remote_id: str) -> None:
        if number := await self._owners.id_of(owner):
            path = f"{BASE}/sobjects/{object_of(remote_id)}/{remote_id}"
            await self._api.call("PATCH", path, {"OwnerId": number}, urgent=True)

    async def note(self, note: Note, remote_id: str) -> None:
        values = {"WhoId": remote_id, "Subject": "Nurture", "Status": "Completed", "Description": note.text}
        await self._upsert("Task", note.id, values)

    async def deal(self, task: Task, remote_id: str) -> None:
        """Of a contact; an unconverted lead has the note alone."""
        if object_of(remote_id) != CONTACT:
            return
        values: dict[str, Any] = {
            "Name": task.subject[:120],
            "StageName": "Closed Won" if task.deal == "won" else "Closed Lost",
            "CloseDate": datetime.now(UTC).date().isoformat(),
            **({"Amount": task.amount} if task.amount is not None else {}),
        }
        await self._upsert("Opportunity", task.id, values)

    async def erase(self, whom: Whom) -> None:
        path = f"{BASE}/sobjects/{LEAD}/{OURS}/{quote(whom.lead_id, safe='')}"
        if whom.remote_id:
            path = f"{BASE}/sobjects/{object_of(whom.remote_id)}/{whom.remote_id}"
        answer = await self._api.call("DELETE", path)
        if not answer.ok and answer.status != 404:
            raise refusal(answer)

    async def missing(self, mapping: CrmMapping) -> Sequence[str]:
        found: list[str] = []
        for kind, wanted in ((LEAD, (OURS, *mapping.reads)), ("Task", (OURS,)), (CONTACT, (OURS,))):
            rows = (await self._api.call("GET", f"{BASE}/sobjects/{kind}/describe")).must()["fields"]
            there = {str(row["name"]) for row in rows}
            found += [f"Salesforce's {kind} has no field `{name}`" for name in wanted if name not in there]
        return found

    async def _upsert(self, kind: str, number: str, values: Mapping[str, Any]) -> str:
        path = f"{BASE}/sobjects/{kind}/{OURS}/{quote(number, safe='')}"
        answer = await self._api.call("PATCH", path, dict(values), urgent=True)
        if answer.status == SEVERAL:
            raise refusal(answer, "several matches")
        if not answer.ok:
            raise _one_error(answer)
        return str((answer.data or {}).get("id") or number)

    async def _read_owners(self) -> Mapping[str, tuple[str, ...]]:
        soql = quote("SELECT Id, Email FROM User WHERE IsActive = true LIMIT 2000")
        rows = (await self._api.call("GET", f"{BASE}/query?q={soql}", urgent=True)).must()["records"]
        return {str(row["Email"]): (str(row["Id"]),) for row in rows}


def _new_kind(one: Write) -> str:
    return CONTACT if one.mapping.kind == "contact" else LEAD


def _record(one: Write, kind: str) -> dict[str, Any]:
    given = {name: value for name, value in one.values.items() if kind == LEAD or name not in LEAD_ONLY}
    record: dict[str, Any] = {"attributes": {"type": kind}, **given}
    if one.remote_id:
        record["id"] = one.remote_id
        return record if one.linked else {**record, OURS: one.lead_id}
    record[OURS] = one.lead_id
    record |= {name: value for name, value in fill_ins(kind, one.email).items() if name not in record}
    if one.email:
        record.setdefault("Email", one.email)
    return record


def _result(one: Write, row: Mapping[str, Any]) -> Placed | Failure:
    if row.get("success"):
        return Placed(str(row.get("id") or one.remote_id))
    errors = row.get("errors") or []
    if not errors:
        return CrmDown("no answer in a batch")
    return _failure(str(errors[0].get("statusCode", "refused")), str(errors))


def _one_error(answer: Answer) -> Failure:
    rows = answer.data if isinstance(answer.data, list) and answer.data else [{}]
    return _failure(str(rows[0].get("errorCode", f"http {answer.status}")), answer.text[:2000])


def _failure(code: str, text: str) -> Failure:
    return CrmDown(code.lower()) if code in LATER else CrmRefused(code.lower(), text)


def _new_task(task: Task, remote_id: str) -> dict[str, Any]:
    return {
        "WhoId": remote_id,
        "Subject": task.subject,
        "Description": task.text,
        "ActivityDate": task.due.date().isoformat(),
        "Status": "Not Started",
        "Priority": "High",
    }
