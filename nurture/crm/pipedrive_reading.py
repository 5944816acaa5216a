"""Reading Pipedrive: persons, their activities and deals, and who has changed since."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from nurture.crm.api import Api
from nurture.crm.dialect import Reading, instant
from nurture.crm.owners import KEPT, Owners
from nurture.crm.remote import Act, Doer, Sale, Seen, Whom
from nurture.domain.crm_merge import text
from nurture.domain.crm_policy import CrmMapping

OURS = "Nurture Id"
"""Name of the field of persons that holds our id."""
DEAL_STAGE = "deal.stage_id"
"""As if a person had it: of their newest deal."""
BY_PEOPLE = frozenset({"app", "web", "mobile", "ios", "android"})
AT_ONCE = 100
ACTS: Mapping[str, str] = {"call": "call", "meeting": "meeting", "lunch": "meeting", "email": "mail"}


def marker(number: str) -> str:
    """In the text of what we make, so that it is found again."""
    return f"[nurture:{number}]"


class PipedriveReading(Reading):
    lag = timedelta(seconds=60)

    def __init__(self, api: Api, owners: Owners) -> None:
        super().__init__(api, owners)
        self._keys: Mapping[str, str] = {}
        self._keys_at = float("-inf")

    async def keys(self) -> Mapping[str, str]:
        """Name -> key of the fields of persons."""
        if time.monotonic() - self._keys_at > KEPT:
            rows = (await self._api.call("GET", "/v1/personFields", urgent=True)).must()["data"]
            self._keys = {str(row["name"]): str(row["key"]) for row in rows}
            self._keys_at = time.monotonic()
        return self._keys

    async def look(
        self, people: Sequence[Whom], mapping: CrmMapping, *, beside: bool, urgent: bool = False
    ) -> Sequence[Seen]:
        rows: dict[str, Mapping[str, Any]] = {}
        gone: dict[str, Seen] = {}
        was: dict[str, list[str]] = {}
        known = await self._persons([one.remote_id for one in people if one.remote_id], urgent)
        for one in people:
            row = known.get(one.remote_id) if one.remote_id else await self._found(one, urgent)
            if row and (into := str(row.get("merge_what_id") or "")):
                was.setdefault(into, []).append(str(row["id"]))
                row = (await self._persons([into], urgent)).get(into)
            if row and not row.get("is_deleted"):
                rows[str(row["id"])] = row
            elif one.remote_id:
                gone[one.remote_id] = Seen(one.remote_id, lead_id=one.lead_id, gone=True)
        seen = [await self._seen(row, mapping, was.get(id_, ()), beside) for id_, row in rows.items()]
        return [*seen, *gone.values()]

    async def _persons(self, ids: Sequence[str], urgent: bool) -> dict[str, Mapping[str, Any]]:
        found: dict[str, Mapping[str, Any]] = {}
        for start in range(0, len(ids), AT_ONCE):
            path = f"/api/v2/persons?ids={','.join(ids[start : start + AT_ONCE])}&limit={AT_ONCE}"
            rows = (await self._api.call("GET", path, urgent=urgent)).must()["data"] or []
            found |= {str(row["id"]): row for row in rows}
        return found

    async def _found(self, one: Whom, urgent: bool) -> Mapping[str, Any] | None:
        """The index of the search is late: somebody who was made a moment ago is found at the next try."""
        for term, fields in ((one.lead_id, "custom_fields"), (one.email, "email")):
            if not term:
                continue
            path = f"/api/v2/persons/search?term={quote(term)}&fields={fields}&exact_match=true"
            items = (await self._api.call("GET", path, urgent=urgent)).must()["data"]["items"]
            ids = [str(item["item"]["id"]) for item in items]
            if ids:
                return (await self._persons(sorted(ids, key=int)[:1], urgent)).get(min(ids, key=int))
        return None

    async def _seen(
        self, row: Mapping[str, Any], mapping: CrmMapping, was: Sequence[str], beside: bool
    ) -> Seen:
        keys = await self.keys()
        own = row.get("custom_fields") or {}
        values = {name: _value(row, own, keys, name) for name in mapping.reads}
        deals = await self.deals(str(row["id"])) if beside or DEAL_STAGE in mapping.answers else []
        if deals and DEAL_STAGE in values:
            values[DEAL_STAGE] = text(max(deals, key=lambda deal: int(deal["id"])).get("stage_id"))
        return Seen(
            remote_id=str(row["id"]),
            values=values,
            lead_id=str(own.get(keys.get(OURS, "")) or ""),
            email=_first(row, "emails"),
            owner=await self._owners.email_of(str(row.get("owner_id") or "")),
            changed=await self._history(row, deals, keys) if beside else {},
            was=tuple(was),
            acts=await self._acts(str(row["id"])) if beside else (),
            sales=[await self._sale(deal) for deal in deals],
        )

    async def _history(
        self, row: Mapping[str, Any], deals: Sequence[Mapping[str, Any]], keys: Mapping[str, str]
    ) -> Mapping[str, Doer]:
        """Who changed what last; of the newest deal its stage."""
        names = {key: name for name, key in keys.items()} | {"owner_id": "owner"}
        found = await self._changelog(f"/v1/persons/{row['id']}/changelog", names)
        if deals:
            newest = max(deals, key=lambda deal: int(deal["id"]))
            path = f"/v1/deals/{newest['id']}/changelog"
            found |= await self._changelog(path, {"stage_id": DEAL_STAGE})
        return found

    async def _changelog(self, path: str, names: Mapping[str, str]) -> dict[str, Doer]:
        rows = (await self._api.call("GET", path)).must()["data"] or []
        found: dict[str, Doer] = {}
        for line in sorted(rows, key=lambda one: str(one["time"]), reverse=True):
            name = names.get(str(line["field_key"]), str(line["field_key"]))
            if name not in found:
                who = await self._owners.email_of(str(line.get("actor_user_id") or ""))
                person = str(line.get("change_source") or "app") in BY_PEOPLE
                found[name] = Doer(person, who, instant(line["time"]))
        return found

    async def _acts(self, person: str) -> Sequence[Act]:
        found = []
        for row in await self._list(f"/api/v2/activities?person_id={person}&limit=500"):
            note = str(row.get("note") or "")
            ours = note.partition("[nurture:")[2].partition("]")[0]
            kind = ACTS.get(str(row.get("type")), "task")
            if kind != "task" or ours:
                at = row.get("marked_as_done_time") or row.get("update_time")
                by = Doer(True, await self._owners.email_of(str(row.get("owner_id") or "")), instant(at))
                done = bool(row.get("done"))
                found.append(Act(kind, f"activity/{row['id']}", by, done, ours))  # type: ignore[arg-type]
        return tuple(found)

    async def activity_of(self, handoff: str, person: str) -> str | None:
        rows = await self._list(f"/api/v2/activities?person_id={person}&limit=500", urgent=True)
        return next((str(row["id"]) for row in rows if marker(handoff) in str(row.get("note"))), None)

    async def deals(self, person: str) -> list[Mapping[str, Any]]:
        return await self._list(f"/api/v2/deals?person_id={person}&limit=500")

    async def _sale(self, row: Mapping[str, Any]) -> Sale:
        who = await self._owners.email_of(str(row.get("owner_id") or ""))
        state = str(row.get("status"))
        return Sale(
            str(row["id"]),
            state if state in ("won", "lost") else "open",  # type: ignore[arg-type]
            Doer(True, who, instant(row.get("update_time"))),
            row.get("value"),
            row.get("currency"),
        )

    async def _list(self, path: str, *, urgent: bool = False) -> list[Mapping[str, Any]]:
        rows: list[Mapping[str, Any]] = []
        more = ""
        while True:
            data = (await self._api.call("GET", path + more, urgent=urgent)).must()
            rows += data.get("data") or []
            cursor = (data.get("additional_data") or {}).get("next_cursor")
            if not cursor:
                return rows
            more = f"&cursor={quote(str(cursor))}"

    async def _since(self, since: datetime) -> tuple[Sequence[Whom], datetime | None]:
        """One list of all that has changed: persons, and whose activities and deals."""
        stamp = quote(since.strftime("%Y-%m-%d %H:%M:%S"))
        path = f"/v1/recents?since_timestamp={stamp}&items=person,activity,deal&limit=500"
        rows: list[Mapping[str, Any]] = []
        start: int | None = 0
        while start is not None:
            data = (await self._api.call("GET", f"{path}&start={start}")).must()
            rows += data.get("data") or []
            pages = (data.get("additional_data") or {}).get("pagination") or {}
            start = pages.get("next_start") if pages.get("more_items_in_collection") else None
        named = [row["id"] if row["item"] == "person" else _person_of(row["data"]) for row in rows]
        return [Whom(remote_id=str(one)) for one in dict.fromkeys(named) if one], None


def _person_of(row: Mapping[str, Any]) -> Any:
    found = row.get("person_id")
    return found.get("value") if isinstance(found, Mapping) else found


def _value(row: Mapping[str, Any], own: Mapping[str, Any], keys: Mapping[str, str], name: str) -> str:
    if name in ("email", "phone"):
        return _first(row, f"{name}s")
    if name in row:
        return text(row[name])
    return text(own.get(keys.get(name, name)))


def _first(row: Mapping[str, Any], name: str) -> str:
    """The primary one of several."""
    rows = row.get(name) or []
    chosen = next((one for one in rows if one.get("primary")), rows[0] if rows else {})
    return str(chosen.get("value") or "")
