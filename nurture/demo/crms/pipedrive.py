"""Pipedrive as its documentation describes it, as far as Nurture speaks to it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI, Request, Response

from nurture.demo.crms.server import SELLERS, FakeServer, answer

OURS = "Nurture Id"
FIELDS = (OURS, "Nurture Score", "Nurture Stage", "Nurture Answer", "Nurture Reason", "Industry", "No mail")
KEYS = {name: f"{number:040x}" for number, name in enumerate(FIELDS, 0xABC)}
ENTITIES = {"persons": "person", "activities": "activity", "deals": "deal", "notes": "note"}
HOOK_KEY = "nurture:pipedrive-word"
"""User and password of its webhooks."""
Row = dict[str, Any]


class FakePipedrive(FakeServer):
    title = "Fake Pipedrive"

    def __init__(self) -> None:
        super().__init__()
        self.things: dict[str, dict[int, Row]] = {
            kind: {} for kind in ("persons", "activities", "deals", "notes")
        }
        self.users = dict(enumerate(SELLERS, 81))
        self.changes: list[Row] = []
        self._numbers = itertools.count(501)

    def routes(self, app: FastAPI) -> None:
        app.add_api_route("/v1/users", self._list_users, methods=["GET"])
        app.add_api_route("/v1/personFields", self._fields, methods=["GET"])
        app.add_api_route("/v1/recents", self._recents, methods=["GET"])
        app.add_api_route("/v1/notes", self._notes, methods=["GET", "POST"])
        app.add_api_route("/v1/{kind}/{number}/changelog", self._changelog, methods=["GET"])
        app.add_api_route("/api/v2/persons/search", self._search, methods=["GET"])
        app.add_api_route("/api/v2/{kind}", self._many, methods=["GET", "POST"])
        app.add_api_route("/api/v2/{kind}/{number}", self._one, methods=["PATCH", "DELETE"])

    def signed_in(self, request: Request) -> bool:
        return request.headers.get("x-api-token") == self.moods.token

    def limited(self) -> Response:
        """The burst of two seconds: no Retry-After, but a header of its own."""
        return answer({"success": False, "error": "rate limit"}, 429, {"x-ratelimit-reset": "1"})

    async def _list_users(self) -> Response:
        rows = [{"id": number, "email": email, "active_flag": True} for number, email in self.users.items()]
        return answer({"success": True, "data": rows})

    async def _fields(self) -> Response:
        return answer({"success": True, "data": [{"name": name, "key": key} for name, key in KEYS.items()]})

    async def _recents(self, since_timestamp: str) -> Response:
        rows = []
        for kind, item in (("persons", "person"), ("activities", "activity"), ("deals", "deal")):
            for row in self.things[kind].values():
                new = row["update_time"][:19].replace("T", " ") >= since_timestamp
                rows += [{"item": item, "id": row["id"], "data": row}] if new else []
        return answer({"success": True, "data": rows or None})

    async def _search(self, term: str, fields: str) -> Response:
        """Behind the writes by the lag of its index."""
        found = []
        for row in self.things["persons"].values():
            values = [one["value"].lower() for one in row.get("emails", ())]
            if fields == "custom_fields":
                values = [str(one).lower() for one in row.get("custom_fields", {}).values()]
            old = row["made"] <= time.time() - self.moods.search_lag
            if term.lower() in values and old and not row.get("is_deleted"):
                found.append({"result_score": 1, "item": {"id": row["id"]}})
        return answer({"success": True, "data": {"items": found}})

    def _refuses(self, body: Mapping[str, Any]) -> bool:
        values = [*body.values(), *body.get("custom_fields", {}).values()]
        return self.refused(one for one in values if isinstance(one, str))

    async def _many(self, kind: str, request: Request) -> Response:
        if request.method == "POST":
            body = await request.json()
            unknown = set(body.get("custom_fields", {})) - set(KEYS.values())
            if self._refuses(body):
                return answer({"success": False, "error": "Validation failed"}, 400)
            if unknown or (kind == "persons" and not body.get("name")):
                return answer({"success": False, "error": "Validation failed", "for": str(body)}, 400)
            return answer({"success": True, "data": self.make(kind, body, ("api", 99))}, 201)
        query = request.query_params
        rows = [self.shown((kind, number), row) for number, row in self.things[kind].items()]
        if "ids" in query:
            wanted = query["ids"].split(",")
            rows = [row for row in rows if str(row["id"]) in wanted]
        if "person_id" in query:
            since = time.time() - self.moods.read_lag
            rows = [row for row in rows if row["made"] <= since]
            rows = [row for row in rows if str(self.person_of(row)) == query["person_id"]]
        return answer({"success": True, "data": rows, "additional_data": {"next_cursor": None}})

    async def _one(self, kind: str, number: int, request: Request) -> Response:
        row = self.things[kind].get(number)
        if row is None:
            return answer({"success": False, "error": "not found"}, 404)
        if request.method == "DELETE":
            del self.things[kind][number]
            return answer({"success": True, "data": {"id": number}})
        body = await request.json()
        if self._refuses(body):
            return answer({"success": False, "error": "Validation failed"}, 400)
        self.change(kind, number, body, ("api", 99))
        return answer({"success": True, "data": row})

    async def _notes(self, request: Request) -> Response:
        if request.method == "POST":
            return answer({"success": True, "data": self.make("notes", await request.json(), ("api", 99))})
        wanted = request.query_params["person_id"]
        rows = [row for row in self.things["notes"].values() if str(row["person_id"]) == wanted]
        return answer({"success": True, "data": rows or None})

    async def _changelog(self, kind: str, number: int) -> Response:
        rows = [line for line in self.changes if (line["kind"], line["id"]) == (kind, number)]
        return answer({"success": True, "data": rows})

    # What people do there.

    def make(self, kind: str, values: Mapping[str, Any], by: tuple[str, int] = ("app", 81)) -> Row:
        number = next(self._numbers)
        row: Row = {"id": number, "owner_id": by[1], "custom_fields": {}, "made": time.time()}
        self.things[kind][number] = row
        self.change(kind, number, values, by)
        return row

    def change(
        self, kind: str, number: int, values: Mapping[str, Any], by: tuple[str, int] = ("app", 81)
    ) -> None:
        row = self.things[kind][number]
        own = {**row["custom_fields"], **values.get("custom_fields", {})}
        for name, value in {**values, **values.get("custom_fields", {})}.items():
            before = row["custom_fields"].get(name, row.get(name))
            if name != "custom_fields" and before != value:
                line = {"kind": kind, "id": number, "field_key": name, "time": _now()}
                self.changes.append({**line, "actor_user_id": by[1], "change_source": by[0]})
        row |= {**values, "custom_fields": own, "update_time": _now()}
        self.keep((kind, number), row)
        meta = {"action": "change", "entity": ENTITIES[kind], "entity_id": number, "version": "2.0"}
        self.told.append({"meta": meta, "data": {"id": number, "person_id": self.person_of(row)}})

    def say(self, person: int, name: str, value: str, by: tuple[str, int] = ("app", 81)) -> None:
        """A value of a field that an administrator made."""
        self.change("persons", person, {"custom_fields": {KEYS[name]: value}}, by)

    def log(self, kind: str, person: int, by: tuple[str, int] = ("app", 81), **values: Any) -> Row:
        with_whom = [{"person_id": person, "primary": True}]
        return self.make(
            "activities",
            {"type": kind, "done": True, "participants": with_whom, "subject": kind, **values},
            by,
        )

    def merge(self, loser: int, winner: int) -> None:
        self.change("persons", loser, {"is_deleted": True, "merge_what_id": winner})
        self.change("persons", winner, {})

    def remove(self, person: int) -> None:
        self.change("persons", person, {"is_deleted": True})

    def by_lead(self, lead_id: str) -> Row:
        rows = self.things["persons"].values()
        return next(row for row in rows if row["custom_fields"].get(KEYS[OURS]) == lead_id)

    def beside(self, kind: str, person: int) -> list[Row]:
        return [row for row in self.things[kind].values() if self.person_of(row) == person]

    @staticmethod
    def person_of(row: Mapping[str, Any]) -> Any:
        with_whom = row.get("participants") or [{}]
        return row.get("person_id") or with_whom[0].get("person_id")


def _now() -> str:
    return datetime.now(UTC).isoformat()
