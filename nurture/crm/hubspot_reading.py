"""Reading HubSpot: contacts, what stands beside them, and who has changed since."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from nurture.crm.api import Answer, Api
from nurture.crm.dialect import Reading, instant
from nurture.crm.remote import Act, Doer, Sale, Seen, Whom
from nurture.domain.crm_policy import CrmMapping

OBJECTS = "/crm/v3/objects"
LEAD, HANDOFF = "nurture_lead_id", "nurture_handoff_id"
OWNER = "hubspot_owner_id"
MERGED = "hs_merged_object_ids"
FIXED = (LEAD, "email", OWNER, MERGED)
BY_PEOPLE = frozenset(
    {"CRM_UI", "CRM_UI_BULK_ACTION", "MOBILE_IOS", "MOBILE_ANDROID", "SALES", "CONTACTS_WEB"}
)
"""Sources of a change that a person makes; workflows, imports and programs are others."""
AT_ONCE = 50
"""Of contacts with their history."""
PAGE = 100
SAME = timedelta(milliseconds=1)
"""The search compares by it."""
ACTS: Mapping[str, tuple[str, ...]] = {
    "tasks": ("hs_task_status", "hs_timestamp", "hs_lastmodifieddate", HANDOFF),
    "calls": ("hs_timestamp",),
    "meetings": ("hs_timestamp",),
    "emails": ("hs_timestamp", "hs_email_direction"),
    "deals": ("dealstage", "amount", "deal_currency_code", "hs_lastmodifieddate", OWNER),
}
KINDS = {"tasks": "task", "calls": "call", "meetings": "meeting", "emails": "mail"}
SOURCES = ("hs_object_source", "hs_updated_by_user_id", "hs_created_by_user_id", OWNER)
INCOMING = "INCOMING_EMAIL"


class HubSpotReading(Reading):
    lag = timedelta(seconds=90)  # of the search's index

    async def look(
        self, people: Sequence[Whom], mapping: CrmMapping, *, beside: bool, urgent: bool = False
    ) -> Sequence[Seen]:
        """By the CRM's id, then by ours, then by address: never by the search, whose index is late."""
        found: dict[str, Seen] = {}
        left = list(people)
        for key, of in (("", "remote_id"), (LEAD, "lead_id"), ("email", "email")):
            asked = {getattr(one, of): one for one in left if getattr(one, of)}
            rows = await self._read(list(asked), key, mapping, urgent)
            for row in rows:
                seen = await self._seen(row, mapping)
                found.setdefault(seen.remote_id, seen)
            met = {_met(row, key) for row in rows} | {old for row in rows for old in _was(row)}
            left = [one for one in left if getattr(one, of) not in met]
            if key == "":
                gone = [one for one in left if one.remote_id]
                found |= {one.remote_id: Seen(one.remote_id, lead_id=one.lead_id, gone=True) for one in gone}
                left = [one for one in left if not one.remote_id]
        if beside:
            await self._fill(found, mapping)
        return list(found.values())

    async def _read(
        self, ids: Sequence[str], key: str, mapping: CrmMapping, urgent: bool
    ) -> list[Mapping[str, Any]]:
        rows: list[Mapping[str, Any]] = []
        tracked = [*mapping.answers, OWNER]
        for start in range(0, len(ids), AT_ONCE):
            body: dict[str, Any] = {
                "inputs": [{"id": one} for one in ids[start : start + AT_ONCE]],
                "properties": [*FIXED, *mapping.reads],
                "propertiesWithHistory": tracked,
            }
            if key:
                body["idProperty"] = key
            path = f"{OBJECTS}/contacts/batch/read"
            rows += _results(await self._api.call("POST", path, body, urgent=urgent))
        return rows

    async def _seen(self, row: Mapping[str, Any], mapping: CrmMapping) -> Seen:
        given = {name: str(value or "") for name, value in (row.get("properties") or {}).items()}
        history = row.get("propertiesWithHistory") or {}
        changed = {
            "owner" if name == OWNER else name: await self._doer(versions[0])
            for name, versions in history.items()
            if versions
        }
        return Seen(
            remote_id=str(row["id"]),
            values={name: given.get(name, "") for name in mapping.reads},
            lead_id=given.get(LEAD, ""),
            email=given.get("email", ""),
            owner=await self._owners.email_of(given.get(OWNER, "")),
            changed=changed,
            was=_was(row),
        )

    async def _doer(self, version: Mapping[str, Any]) -> Doer:
        who = str(version.get("updatedByUserId") or "")
        if not who and str(version.get("sourceId", "")).startswith("userId:"):
            who = str(version["sourceId"]).removeprefix("userId:")
        person = str(version.get("sourceType", "")) in BY_PEOPLE
        return Doer(person, await self._owners.email_of(who), instant(version.get("timestamp")))

    async def _fill(self, found: dict[str, Seen], mapping: CrmMapping) -> None:
        """What stands beside each: two calls for each kind, however many the contacts are."""
        living = [one for one in found.values() if not one.gone]
        if not living:
            return
        by_kind = await asyncio.gather(*(self._beside(kind, living) for kind in ACTS))
        for seen in living:
            acts, sales = [], []
            for kind, rows in zip(ACTS, by_kind, strict=True):
                for row in rows.get(seen.remote_id, ()):
                    if kind == "deals":
                        sales.append(await self._sale(row))
                    elif (row.get("properties") or {}).get("hs_email_direction") != INCOMING:
                        acts.append(await self._act(kind, row))
            found[seen.remote_id] = replace(seen, acts=tuple(acts), sales=tuple(sales))

    async def _beside(self, kind: str, people: Sequence[Seen]) -> Mapping[str, list[Mapping[str, Any]]]:
        """By contact."""
        of: dict[str, list[str]] = {}
        body = {"inputs": [{"id": one.remote_id} for one in people]}
        path = f"/crm/v4/associations/contacts/{kind}/batch/read"
        for row in _results(await self._api.call("POST", path, body)):
            for to in row.get("to", []):
                of.setdefault(str(to["toObjectId"]), []).append(str(row["from"]["id"]))
        found: dict[str, list[Mapping[str, Any]]] = {}
        ids = list(of)
        for start in range(0, len(ids), PAGE):
            asked = {
                "inputs": [{"id": one} for one in ids[start : start + PAGE]],
                "properties": [*ACTS[kind], *SOURCES],
            }
            for row in _results(await self._api.call("POST", f"{OBJECTS}/{kind}/batch/read", asked)):
                for person in of[str(row["id"])]:
                    found.setdefault(person, []).append(row)
        return found

    async def _act(self, kind: str, row: Mapping[str, Any]) -> Act:
        given = row.get("properties") or {}
        return Act(
            kind=KINDS[kind],  # type: ignore[arg-type]
            id=f"{kind}/{row['id']}",
            by=await self._by(given),
            done=kind != "tasks" or given.get("hs_task_status") == "COMPLETED",
            handoff=str(given.get(HANDOFF) or ""),
        )

    async def _sale(self, row: Mapping[str, Any]) -> Sale:
        given = row.get("properties") or {}
        stage = str(given.get("dealstage") or "")
        state = "won" if stage.endswith("closedwon") else "lost" if stage.endswith("closedlost") else "open"
        amount = str(given.get("amount") or "")
        return Sale(
            id=str(row["id"]),
            state=state,  # type: ignore[arg-type]
            by=await self._by(given),
            amount=float(amount) if amount.replace(".", "", 1).isdigit() else None,
            currency=given.get("deal_currency_code"),
        )

    async def _by(self, given: Mapping[str, Any]) -> Doer:
        user = given.get("hs_updated_by_user_id") or given.get("hs_created_by_user_id") or ""
        who = await self._owners.email_of(str(given.get(OWNER) or user or ""))
        at = given.get("hs_lastmodifieddate") or given.get("hs_timestamp")
        return Doer(str(given.get("hs_object_source") or "CRM_UI") in BY_PEOPLE, who, instant(at))

    async def _since(self, since: datetime) -> tuple[Sequence[Whom], datetime | None]:
        """By time of change; then our own tasks, which name the lead themselves."""
        contacts, first = await self._newer("contacts", "lastmodifieddate", since)
        tasks, second = await self._newer("tasks", "hs_lastmodifieddate", since, LEAD)
        people = [Whom(remote_id=str(row["id"])) for row in contacts]
        people += [Whom(lead_id=lead) for row in tasks if (lead := (row["properties"] or {}).get(LEAD))]
        return people, min((at for at in (first, second) if at), default=None)

    async def _newer(
        self, what: str, modified: str, since: datetime, known: str = ""
    ) -> tuple[list[Mapping[str, Any]], datetime | None]:
        """And how far they reach if there are more. Many may have changed at the same moment: then all of its
        pages are read, as a list that begins there would never end."""
        filters = [{"propertyName": modified, "operator": "GTE", "value": str(int(since.timestamp() * 1000))}]
        if known:
            filters.append({"propertyName": known, "operator": "HAS_PROPERTY"})
        body: dict[str, Any] = {
            "filterGroups": [{"filters": filters}],
            "sorts": [{"propertyName": modified, "direction": "ASCENDING"}],
            "properties": [modified, *([known] if known else [])],
            "limit": PAGE,
        }
        rows: list[Mapping[str, Any]] = []
        while True:
            answer = await self._api.call("POST", f"{OBJECTS}/{what}/search", body)
            rows += _results(answer)
            more = ((answer.data.get("paging") or {}).get("next") or {}).get("after")
            last = instant((rows[-1]["properties"] or {}).get(modified)) if rows else None
            if not more or (last and last > since + SAME):
                return rows, last if more else None
            body["after"] = more


async def lacking(api: Api, what: str, wanted: Sequence[str], unique: str) -> Sequence[str]:
    rows = _results(await api.call("GET", f"/crm/v3/properties/{what}"))
    there = {str(row["name"]): row for row in rows}
    found = [f"HubSpot's {what} have no property `{name}`" for name in wanted if name not in there]
    if unique in there and not there[unique].get("hasUniqueValue"):
        found.append(f"the property `{unique}` of HubSpot's {what} must have unique values")
    return found


def _results(answer: Answer) -> list[Any]:
    """Of 207 those that are there; the others are told as not found."""
    return list((answer.must() or {}).get("results", []))


def _met(row: Mapping[str, Any], key: str) -> str:
    return str((row.get("properties") or {}).get(key) or "") if key else str(row["id"])


def _was(row: Mapping[str, Any]) -> tuple[str, ...]:
    given = str((row.get("properties") or {}).get(MERGED) or "")
    return tuple(part for part in given.split(";") if part and part != str(row["id"]))
