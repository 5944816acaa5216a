"""Reading Salesforce: leads, contacts, what stands beside them, and who has changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from nurture.crm.dialect import Reading, instant
from nurture.crm.remote import Act, Doer, Sale, Seen, Whom
from nurture.domain.crm_merge import text
from nurture.domain.crm_policy import CrmMapping

BASE = "/services/data/v61.0"
LEAD, CONTACT = "Lead", "Contact"
OURS = "Nurture_Id__c"
LEAD_ONLY = frozenset(
    {"Status", "Company", "Industry", "Country", "Rating", "AnnualRevenue", "NumberOfEmployees"}
)
"""Fields that a contact does not have: after a conversion the lead's own stand for them."""
AT_ONCE = 100
PAGE = 200
MORE = 10
SAME = timedelta(seconds=1)
"""Queries compare by it."""
SUBTYPES: Mapping[str, str] = {"Call": "call", "Email": "mail"}


def object_of(remote_id: str) -> str:
    """The first three letters of an id say of what it is."""
    return CONTACT if remote_id.startswith("003") else LEAD


def fill_ins(kind: str, email: str) -> Mapping[str, str]:
    """What Salesforce wants of everybody, where we know none. Read back, it is nobody's word."""
    name, _, domain = email.partition("@")
    company = {"Company": domain or "unknown"} if kind == LEAD else {}
    return {"LastName": name or "unknown", **company}


class SalesforceReading(Reading):
    lag = timedelta(seconds=60)

    async def look(
        self, people: Sequence[Whom], mapping: CrmMapping, *, beside: bool, urgent: bool = False
    ) -> Sequence[Seen]:
        """By the CRM's id, then by ours, then by address; first among contacts, whom leads become."""
        found: dict[str, Seen] = {}
        left = list(people)
        for name, of in (("Id", "remote_id"), (OURS, "lead_id"), ("Email", "email")):
            for kind in (CONTACT, LEAD):
                wanted = [getattr(one, of) for one in left if getattr(one, of)]
                if name == "Id":
                    wanted = [one for one in wanted if object_of(one) == kind]
                rows = await self._rows(kind, name, wanted, mapping, urgent)
                for row in rows:
                    seen = await self._seen(kind, row, mapping, beside)
                    known = found.get(seen.remote_id)
                    was = (*known.was, *seen.was) if known else seen.was
                    found[seen.remote_id] = replace(seen, was=was)
                met = {str(row.get(name) or "").lower() for row in rows}
                left = [one for one in left if getattr(one, of).lower() not in met]
        if beside:
            await self._fill(found)
        return list(found.values())

    async def _rows(
        self, kind: str, name: str, wanted: Sequence[str], mapping: CrmMapping, urgent: bool
    ) -> list[Mapping[str, Any]]:
        """Deleted ones only where they are asked for by their id."""
        own = [one for one in mapping.reads if kind == LEAD or one not in LEAD_ONLY]
        more = ("IsConverted", "ConvertedContactId") if kind == LEAD else ()
        columns = dict.fromkeys(("Id", OURS, "Email", "OwnerId", "IsDeleted", "MasterRecordId", *more, *own))
        rows: list[Mapping[str, Any]] = []
        for start in range(0, len(wanted), AT_ONCE):
            part = ", ".join(_quoted(one) for one in wanted[start : start + AT_ONCE])
            soql = f"SELECT {', '.join(columns)} FROM {kind} WHERE {name} IN ({part})"
            rows += await self._query(soql, urgent, everything=name == "Id")
        return rows if name == "Id" else [row for row in rows if not row.get("IsDeleted")]

    async def _query(
        self, soql: str, urgent: bool = False, *, everything: bool = False
    ) -> list[Mapping[str, Any]]:
        path = f"{BASE}/{'queryAll' if everything else 'query'}?q={quote(soql)}"
        rows: list[Mapping[str, Any]] = []
        while path:
            data = (await self._api.call("GET", path, urgent=urgent)).must()
            rows += data["records"]
            path = str(data.get("nextRecordsUrl") or "")
        return rows

    async def by_address(self, email: str) -> Sequence[str]:
        rows = []
        for kind in (CONTACT, LEAD):
            rows += await self._query(f"SELECT Id FROM {kind} WHERE Email IN ({_quoted(email)})")
        return [str(row["Id"]) for row in rows]

    async def _seen(self, kind: str, row: Mapping[str, Any], mapping: CrmMapping, beside: bool) -> Seen:
        """A converted lead is its contact; a merged one is the one that is left."""
        number = str(row["Id"])
        if row.get("IsConverted") and row.get("ConvertedContactId"):
            return await self._became(CONTACT, str(row["ConvertedContactId"]), row, mapping, beside)
        if row.get("IsDeleted") and row.get("MasterRecordId"):
            return await self._became(kind, str(row["MasterRecordId"]), row, mapping, beside)
        email = str(row.get("Email") or "")
        values = {name: text(row.get(name)) for name in mapping.reads}
        ours = fill_ins(kind, email) if row.get(OURS) else {}
        return Seen(
            remote_id=number,
            values={name: "" if value == ours.get(name) else value for name, value in values.items()},
            lead_id=str(row.get(OURS) or ""),
            email=email,
            owner=await self._owners.email_of(str(row.get("OwnerId") or "")),
            changed=await self._history(kind, number, mapping) if beside else {},
            gone=bool(row.get("IsDeleted")),
        )

    async def _became(
        self, kind: str, number: str, row: Mapping[str, Any], mapping: CrmMapping, beside: bool
    ) -> Seen:
        rows = await self._rows(kind, "Id", [number], mapping, urgent=False)
        if not rows:
            return Seen(str(row["Id"]), lead_id=str(row.get(OURS) or ""), gone=True)
        now = await self._seen(kind, {**row, "IsConverted": False, **rows[0]}, mapping, beside)
        was = (str(row["Id"]), *now.was)
        before = await self._history(LEAD, str(row["Id"]), mapping) if beside else {}
        changed = {**before, **now.changed}
        return replace(now, was=was, changed=changed, lead_id=str(rows[0].get(OURS) or ""))

    async def _history(self, kind: str, number: str, mapping: CrmMapping) -> Mapping[str, Doer]:
        """Who changed what last, as far as their administrator lets it be tracked."""
        named = [*mapping.answers, "Owner"]
        fields = ", ".join(_quoted(name) for name in named)
        soql = (
            f"SELECT Field, CreatedById, CreatedDate FROM {kind}History WHERE {kind}Id IN ({_quoted(number)})"
            f" AND Field IN ({fields}) ORDER BY CreatedDate DESC LIMIT {PAGE}"
        )
        found: dict[str, Doer] = {}
        for row in await self._query(soql):
            name = "owner" if row["Field"] == "Owner" else str(row["Field"])
            if name not in found:
                found[name] = await self._doer(row, "CreatedById", "CreatedDate")
        return found

    async def _doer(self, row: Mapping[str, Any], who: str, at: str) -> Doer:
        """A program works there as a user too: the mapping names these."""
        return Doer(True, await self._owners.email_of(str(row.get(who) or "")), instant(row.get(at)))

    async def _fill(self, found: dict[str, Seen]) -> None:
        ids = ", ".join(_quoted(number) for seen in found.values() if not seen.gone for number in _ids(seen))
        if not ids:
            return
        tasks = await self._query(
            "SELECT Id, WhoId, OwnerId, IsClosed, TaskSubtype, LastModifiedById, LastModifiedDate,"
            f" {OURS} FROM Task WHERE WhoId IN ({ids})"
        )
        events = await self._query(
            f"SELECT Id, WhoId, OwnerId, CreatedById, CreatedDate FROM Event WHERE WhoId IN ({ids})"
        )
        deals = await self._query(
            "SELECT Id, ContactId, IsWon, IsClosed, Amount, OwnerId, LastModifiedDate"
            f" FROM Opportunity WHERE ContactId IN ({ids})"
        )
        for number, seen in found.items():
            mine = _ids(seen)
            acts = [await self._task(row) for row in tasks if row["WhoId"] in mine and _counts(row)]
            acts += [await self._event(row) for row in events if row["WhoId"] in mine]
            sales = [await self._sale(row) for row in deals if row["ContactId"] in mine]
            found[number] = replace(seen, acts=tuple(acts), sales=tuple(sales))

    async def _task(self, row: Mapping[str, Any]) -> Act:
        kind = SUBTYPES.get(str(row.get("TaskSubtype") or ""), "task")
        by = await self._doer(row, "LastModifiedById", "LastModifiedDate")
        ours = str(row.get(OURS) or "")
        return Act(kind, f"task/{row['Id']}", by, bool(row.get("IsClosed")), ours)  # type: ignore[arg-type]

    async def _event(self, row: Mapping[str, Any]) -> Act:
        return Act("meeting", f"event/{row['Id']}", await self._doer(row, "CreatedById", "CreatedDate"))

    async def _sale(self, row: Mapping[str, Any]) -> Sale:
        state = "won" if row.get("IsWon") else "lost" if row.get("IsClosed") else "open"
        by = await self._doer(row, "OwnerId", "LastModifiedDate")
        return Sale(str(row["Id"]), state, by, row.get("Amount"))  # type: ignore[arg-type]

    async def _since(self, since: datetime) -> tuple[Sequence[Whom], datetime | None]:
        """By the stamp that every change moves; deleted ones too."""
        people: list[Whom] = []
        reached: list[datetime] = []
        for kind, number in ((LEAD, "Id"), (CONTACT, "Id"), ("Task", "WhoId"), ("Event", "WhoId")):
            rows, last = await self._newer(kind, number, since)
            people += [Whom(remote_id=str(row[number])) for row in rows if row.get(number)]
            reached += [last] if last else []
        return people, min(reached, default=None)

    async def _newer(
        self, kind: str, number: str, since: datetime
    ) -> tuple[Sequence[Mapping[str, Any]], datetime | None]:
        """And how far they reach if there are more. A load of many records gives all the same stamp: then
        more are read, as a list that begins there would never end."""
        after, many = since.strftime("%Y-%m-%dT%H:%M:%SZ"), PAGE
        while True:
            rows = await self._query(
                f"SELECT {number}, SystemModstamp FROM {kind} WHERE SystemModstamp >= {after}"
                f" ORDER BY SystemModstamp LIMIT {many}",
                everything=number == "Id",
            )
            last = instant(rows[-1]["SystemModstamp"]) if rows else None
            if len(rows) < many or (last and last >= since + SAME):
                return rows, last if len(rows) == many else None
            many *= MORE


def _ids(seen: Seen) -> tuple[str, ...]:
    return (seen.remote_id, *seen.was)


def _counts(row: Mapping[str, Any]) -> bool:
    """Our own notes are done tasks too."""
    return not str(row.get(OURS) or "").startswith("crm_")


def _quoted(value: str) -> str:
    """As a text of SOQL."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", " ").replace("\r", " ") + "'"
