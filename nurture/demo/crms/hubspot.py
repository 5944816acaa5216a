"""HubSpot as its documentation describes it, as far as Nurture speaks to it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI, Request, Response

from nurture.demo.crms.hubspot_book import BY_US, TYPES, UNIQUE, HubSpotBook, Thing
from nurture.demo.crms.server import answer, is_number


class FakeHubSpot(HubSpotBook):
    title = "Fake HubSpot"

    def routes(self, app: FastAPI) -> None:
        app.add_api_route("/crm/v3/owners", self._list_owners, methods=["GET"])
        app.add_api_route("/crm/v3/properties/{kind}", self._properties, methods=["GET"])
        app.add_api_route("/crm/v3/objects/contacts/gdpr-delete", self._erase, methods=["POST"])
        app.add_api_route("/crm/v3/objects/{kind}/batch/{how}", self._batch, methods=["POST"])
        app.add_api_route("/crm/v3/objects/{kind}/search", self._search, methods=["POST"])
        app.add_api_route("/crm/v3/objects/{kind}/{number}", self._patch, methods=["PATCH"])
        app.add_api_route("/crm/v4/associations/contacts/{kind}/batch/read", self._linked, methods=["POST"])
        app.add_api_route(
            "/crm/v4/objects/{kind}/{number}/associations/default/contacts/{to}",
            self._link,
            methods=["PUT"],
        )
        app.add_api_route("/oauth/v1/token", self._token, methods=["POST"])

    def open_paths(self) -> tuple[str, ...]:
        return ("/oauth/",)

    def limited(self) -> Response:
        """Of the seconds: no Retry-After, only the policy's name."""
        body = {"errorType": "RATE_LIMIT", "policyName": "TEN_SECONDLY_ROLLING", "status": "error"}
        return answer(body, 429, {"x-hubspot-ratelimit-interval-milliseconds": "10000"})

    async def _list_owners(self) -> Response:
        rows = [
            {"id": number, "email": email, "userId": int(number) + 9000}
            for number, email in self.owners.items()
        ]
        return answer({"results": rows})

    async def _properties(self, kind: str) -> Response:
        rows = [
            {"name": name, "type": of, "hasUniqueValue": name in UNIQUE.get(kind, ())}
            for name, of in TYPES[kind].items()
        ]
        return answer({"results": rows})

    async def _batch(self, kind: str, how: str, request: Request) -> Response:
        body = await request.json()
        results: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        for one in body["inputs"]:
            mark = one.get("objectWriteTraceId") or one["id"]
            found, problem = getattr(self, f"_{how}")(kind, one, body)
            if problem:
                context = {"ids": [one["id"]], "objectWriteTraceId": [mark]}
                errors.append({"status": "error", "context": context, **problem})
            else:
                results.append(self._row(found, body, mark))
        if errors and results:
            return answer({"status": "COMPLETE", "results": results, "errors": errors}, 207)
        if errors and how == "read":
            return answer({"status": "COMPLETE", "results": [], "errors": errors}, 207)
        if errors:
            status = 409 if errors[0].get("category") == "CONFLICT" else 400
            return answer({**errors[0]}, status)
        return answer({"status": "COMPLETE", "results": results})

    def _read(self, kind: str, one: Mapping[str, Any], body: Mapping[str, Any]) -> Any:
        key = body.get("idProperty")
        found = self._by(kind, key, one["id"]) if key else self._get(kind, one["id"])
        found = self.shown((kind, found.id), found) if found else None
        return found, None if found else {"category": "OBJECT_NOT_FOUND", "message": "not found"}

    def _upsert(self, kind: str, one: Mapping[str, Any], _body: Mapping[str, Any]) -> Any:
        if problem := self._wrong(kind, one["properties"]):
            return None, problem
        found = self._by(kind, one["idProperty"], one["id"])
        mail = one["properties"].get("email")
        taken = self._by("contacts", "email", mail) if kind == "contacts" and mail else None
        if taken and taken is not found:
            message = f"Contact already exists. Existing ID: {taken.id}"
            return None, {"category": "CONFLICT", "message": message}
        new = found is None
        thing = found or self.make(kind, {one["idProperty"]: one["id"]}, by=BY_US)
        self.change(kind, thing.id, one["properties"], by=BY_US)
        thing.values["_new"] = "1" if new else ""
        return thing, None

    def _update(self, kind: str, one: Mapping[str, Any], _body: Mapping[str, Any]) -> Any:
        found = self._get(kind, one["id"])
        if found is None:
            return None, {"category": "OBJECT_NOT_FOUND", "message": "not found"}
        if problem := self._wrong(kind, one["properties"]):
            return None, problem
        self.change(kind, found.id, one["properties"], by=BY_US)
        return found, None

    def _wrong(self, kind: str, values: Mapping[str, str]) -> dict[str, str] | None:
        known = TYPES.get(kind, {})
        if self.refused(values.values()):
            return {"category": "VALIDATION_ERROR", "message": "a value that is not among the options"}
        for name, value in values.items():
            if kind == "contacts" and name not in known:
                return {"category": "VALIDATION_ERROR", "message": f"Property {name} does not exist"}
            if known.get(name) == "number" and value and not is_number(value):
                return {"category": "VALIDATION_ERROR", "message": f"{value} was not a valid number"}
        return None

    async def _patch(self, kind: str, number: str, request: Request) -> Response:
        found = self._get(kind, number)
        if found is None:
            return answer({"category": "OBJECT_NOT_FOUND"}, 404)
        properties = (await request.json())["properties"]
        if problem := self._wrong(kind, properties):
            return answer(problem, 400)
        self.change(kind, found.id, properties, by=BY_US)
        return answer(self._row(found, {}, ""))

    async def _search(self, kind: str, request: Request) -> Response:
        """Behind the writes by the lag of its index."""
        body = await request.json()
        filters = body["filterGroups"][0]["filters"]
        since = next(float(one["value"]) / 1000 for one in filters if one["operator"] == "GTE")
        needs = [one["propertyName"] for one in filters if one["operator"] == "HAS_PROPERTY"]
        now = time.time()
        found = [
            thing
            for thing in self.things[kind].values()
            if since <= thing.modified <= now - self.moods.search_lag
            and not thing.gone
            and all(thing.values.get(name) for name in needs)
        ]
        found.sort(key=lambda thing: thing.modified)
        start, end = int(body.get("after", 0)), int(body.get("after", 0)) + body["limit"]
        rows = [self._row(thing, body, "") for thing in found[start:end]]
        more = {"paging": {"next": {"after": str(end)}}} if len(found) > end else {}
        return answer({"total": len(found), "results": rows, **more})

    async def _linked(self, kind: str, request: Request) -> Response:
        rows = []
        since = time.time() - self.moods.read_lag
        for one in (await request.json())["inputs"]:
            to = [
                {"toObjectId": int(id_)}
                for (of, id_, contact), at in sorted(self.links.items())
                if contact == one["id"] and of == kind and at <= since
            ]
            if to:
                rows.append({"from": {"id": one["id"]}, "to": to})
        return answer({"results": rows}, 200 if rows else 207)

    async def _link(self, kind: str, number: str, to: str) -> Response:
        self.link(kind, number, to)
        return answer({"status": "COMPLETE"})

    async def _erase(self, request: Request) -> Response:
        body = await request.json()
        key = body.get("idProperty")
        found = (
            self._by("contacts", key, body["objectId"]) if key else self._get("contacts", body["objectId"])
        )
        if found is None:
            return Response(status_code=404)
        del self.things["contacts"][found.id]
        return Response(status_code=204)

    async def _token(self, request: Request) -> Response:
        form = (await request.body()).decode()
        if "refresh_token=good" not in form:
            return answer({"status": "BAD_REFRESH_TOKEN"}, 400)
        self.moods.token = f"token-{next(self._numbers)}"
        return answer({"access_token": self.moods.token, "refresh_token": "good", "expires_in": 1800})

    @staticmethod
    def _row(thing: Thing, body: Mapping[str, Any], mark: str) -> dict[str, Any]:
        wanted = body.get("properties") or list(thing.values)
        at = datetime.fromtimestamp(thing.modified, UTC).isoformat()
        values = {**thing.values, "lastmodifieddate": at, "hs_lastmodifieddate": at}
        history = {name: thing.history.get(name, []) for name in body.get("propertiesWithHistory", ())}
        return {
            "id": thing.id,
            "properties": {name: values.get(name) for name in wanted},
            "propertiesWithHistory": history,
            "objectWriteTraceId": mark,
            "new": thing.values.pop("_new", "") == "1",
        }
