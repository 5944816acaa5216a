"""Salesforce as its documentation describes it, as far as Nurture speaks to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, Response

from nurture.demo.crms.salesforce_book import OURS, SalesforceBook
from nurture.demo.crms.server import answer, is_number

BASE = "/services/data/v61.0"
LEAD = (
    *("Id", OURS, "Email", "FirstName", "LastName", "Company", "Status", "Industry", "OwnerId", "Phone"),
    *("IsConverted", "ConvertedContactId", "IsDeleted", "MasterRecordId", "SystemModstamp", "Country"),
    *("Nurture_Score__c", "Nurture_Stage__c", "Nurture_Reason__c", "HasOptedOutOfEmail"),
)
LACKING = ("Status", "Company", "Industry", "Country", "IsConverted", "ConvertedContactId")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "Lead": LEAD,
    "Contact": tuple(name for name in LEAD if name not in LACKING),
    "Task": (OURS,),
}
ROBOT = "005ROBOT"
"""The user as whom we sign in."""
NUMBERS = ("Nurture_Score__c",)
SOQL = re.compile(r"SELECT (.+?) FROM (\w+)(?: WHERE (.+?))?(?: ORDER BY (\w+)( DESC)?)?(?: LIMIT (\d+))?$")
IN = re.compile(r"^(\w+) IN \((.*)\)$")
OTHER = re.compile(r"^(\w+) (>=|=) (.+)$")


class FakeSalesforce(SalesforceBook):
    title = "Fake Salesforce"

    def routes(self, app: FastAPI) -> None:
        app.add_api_route(f"{BASE}/query", self._query, methods=["GET"])
        app.add_api_route(f"{BASE}/queryAll", self._query_all, methods=["GET"])
        app.add_api_route(f"{BASE}/composite/sobjects", self._update_many, methods=["PATCH"])
        app.add_api_route(f"{BASE}/composite/sobjects/{{kind}}/{OURS}", self._upsert_many, methods=["PATCH"])
        app.add_api_route(f"{BASE}/sobjects/{{kind}}/describe", self._describe, methods=["GET"])
        app.add_api_route(f"{BASE}/sobjects/{{kind}}/{OURS}/{{key}}", self._one, methods=["PATCH", "DELETE"])
        app.add_api_route(f"{BASE}/sobjects/{{kind}}/{{number}}", self._by_id, methods=["PATCH", "DELETE"])
        app.add_api_route("/services/oauth2/token", self._token, methods=["POST"])

    def open_paths(self) -> tuple[str, ...]:
        return ("/services/oauth2/",)

    def unsigned(self) -> Response:
        return answer([{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}], 401)

    def limited(self) -> Response:
        """403, and nothing says when to come back."""
        message = {"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}
        return answer([message], 403)

    def _said(self, data: Any, status: int = 200) -> Response:
        self.used += 1
        return answer(data, status, {"sforce-limit-info": f"api-usage={self.used}/100000"})

    async def _token(self) -> Response:
        self.moods.token = f"session-{next(self._numbers)}"
        return answer({"access_token": self.moods.token, "instance_url": "", "token_type": "Bearer"})

    async def _describe(self, kind: str) -> Response:
        return self._said({"fields": [{"name": name} for name in FIELDS[kind]]})

    async def _query(self, q: str) -> Response:
        return self._said(self._select(q, deleted=False))

    async def _query_all(self, q: str) -> Response:
        return self._said(self._select(q, deleted=True))

    def _select(self, soql: str, *, deleted: bool) -> dict[str, Any]:
        found = SOQL.match(soql)
        assert found is not None, f"a query that the fake does not know: {soql}"
        columns, kind, where, order, down, limit = found.groups()
        if kind.endswith("History"):
            rows = [row for row in self.history if row["kind"] == kind]
        else:
            rows = [self.shown(number, row) for number, row in self.things[kind].items()]
        rows = [row for row in rows if (deleted or not row.get("IsDeleted")) and _meets(row, where)]
        if order:
            rows.sort(key=lambda row: str(row[order]), reverse=bool(down))
        rows = rows[: int(limit or 2000)]
        names = columns.split(", ")
        return {"done": True, "records": [{name: row.get(name) for name in names} for row in rows]}

    async def _upsert_many(self, kind: str, request: Request) -> Response:
        return self._said([self._put(kind, one, OURS) for one in (await request.json())["records"]])

    async def _update_many(self, request: Request) -> Response:
        records = (await request.json())["records"]
        return self._said([self._put(one["attributes"]["type"], one, "id") for one in records])

    def _put(self, kind: str, one: Mapping[str, Any], key: str) -> dict[str, Any]:
        """One result of a collection; a bad one leaves the others alone."""
        same = self._same(kind, "Id" if key == "id" else key, one[key])
        given = {name: value for name, value in one.items() if name not in ("attributes", "id")}
        code = self._wrong(kind, same, given)
        if code:
            message = f"{code} {given.get('Email', '')}"
            return {"success": False, "errors": [{"statusCode": code, "message": message}]}
        row = same[0] if same else self.make(kind, {}, by=ROBOT)
        self.change(row["Id"], given, by=ROBOT)
        return {"success": True, "id": row["Id"], "created": not same, "errors": []}

    def _wrong(self, kind: str, same: list[dict[str, Any]], given: Mapping[str, Any]) -> str:
        if len(same) > 1:
            return "DUPLICATE_EXTERNAL_ID"
        if same and same[0].get("IsConverted"):
            return "CANNOT_UPDATE_CONVERTED_LEAD"
        if same and same[0]["Id"] in self.locked:
            return "UNABLE_TO_LOCK_ROW"
        if unknown := [name for name in given if kind in ("Lead", "Contact") and name not in FIELDS[kind]]:
            return f"INVALID_FIELD {unknown[0]}"
        if self.refused(given.values()):
            return "FIELD_CUSTOM_VALIDATION_EXCEPTION"
        if any(not is_number(str(given.get(name, "0"))) for name in NUMBERS):
            return "INVALID_TYPE_ON_FIELD_IN_RECORD"
        mail = str(given.get("Email", "")).lower()
        there = [row for row in self.things[kind].values() if mail and str(row.get("Email")).lower() == mail]
        return "DUPLICATES_DETECTED" if self.refuses_duplicates and there and not same else ""

    async def _one(self, kind: str, key: str, request: Request) -> Response:
        same = self._same(kind, OURS, key)
        if len(same) > 1:
            return self._said([f"{BASE}/sobjects/{kind}/{row['Id']}" for row in same], 300)
        if request.method == "DELETE":
            return self._deleted(same)
        row = same[0] if same else self.make(kind, {OURS: key}, by=ROBOT)
        self.change(row["Id"], await request.json(), by=ROBOT)
        return self._said({"id": row["Id"], "success": True, "created": not same}, 200 if same else 201)

    async def _by_id(self, kind: str, number: str, request: Request) -> Response:
        same = self._same(kind, "Id", number)
        if request.method == "DELETE" or not same:
            return self._deleted(same)
        if code := self._wrong(kind, same, given := await request.json()):
            return self._said([{"errorCode": code}], 400)
        self.change(number, given, by=ROBOT)
        self.used += 1
        return Response(status_code=204)

    def _deleted(self, same: list[dict[str, Any]]) -> Response:
        for row in same:
            self.remove(row["Id"], erased=True)
        return Response(status_code=204 if same else 404)


def _meets(row: Mapping[str, Any], where: str | None) -> bool:
    return all(_holds(row, part) for part in re.split(r" AND (?=\w+ )", where)) if where else True


def _holds(row: Mapping[str, Any], part: str) -> bool:
    if found := IN.match(part):
        wanted = [one.replace("\\'", "'").lower() for one in re.findall(r"'((?:[^'\\]|\\.)*)'", found[2])]
        return str(row.get(found[1]) or "").lower() in wanted
    other = OTHER.match(part)
    assert other is not None, f"a condition that the fake does not know: {part}"
    name, sign, value = other.groups()
    if sign == "=":
        return str(row.get(name)).lower() == value.lower()
    return str(row.get(name, "")) >= value.rstrip("Z")
