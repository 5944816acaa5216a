"""`POST /api/events`: happenings from websites, forms and other systems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from nurture.services.ingest import Accepted, NewEvent
from nurture.web.events_body import BadBody, Event, Refused, read_body
from nurture.web.key_ring import WrongKey
from nurture.web.problems import problem
from nurture.web.site import site_of
from nurture.web.straight import Straight

DESCRIPTION = {
    "summary": "Take events in",
    "description": "One event or up to 10,000; every one gets its own result, in order.",
    "responses": {
        "202": {"description": "Stored, or known already; of a batch look at each"},
        "400": {"description": "Not JSON"},
        "401": {"description": "The key is unknown or revoked"},
        "422": {"description": "The event cannot be used"},
        "429": {"description": "The database does not answer: send the same again later"},
    },
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "anyOf": [
                        {"$ref": "#/components/schemas/Event"},
                        {"type": "array", "items": {"$ref": "#/components/schemas/Event"}},
                        {
                            "type": "object",
                            "properties": {
                                "events": {"type": "array", "items": {"$ref": "#/components/schemas/Event"}}
                            },
                        },
                    ]
                }
            }
        },
    },
    "security": [{"bearer": []}],
}


async def post_events(request: Request) -> Response:
    site = site_of(request)
    try:
        source = await site.keys.owner(site.store, request.headers.get("authorization", ""))
        body = read_body(await request.body(), source, request.headers.get("idempotency-key"))
    except WrongKey:
        return problem(401, "unknown API key: send Authorization: Bearer KEY", {"WWW-Authenticate": "Bearer"})
    except BadBody as bad:
        return problem(bad.status, bad.message)
    new = [event for event in body.events if isinstance(event, NewEvent)]
    taken = iter(await site.intake.take(new) if new else [])
    site.store.poke()
    results = [_result(event, taken) for event in body.events]
    site.metrics.count(result["status"] for result in results)
    if body.single:
        return _json(results[0], 422 if results[0]["status"] == "refused" else 202)
    return _json({**_totals(results), "events": results}, 202)


ROUTE = Straight("/api/events", post_events, DESCRIPTION)


def _json(answer: Mapping[str, Any], status: int) -> Response:
    return Response(to_json(answer), status, media_type="application/json")


def _result(event: NewEvent | Refused, taken: Iterator[Accepted]) -> dict[str, Any]:
    if isinstance(event, Refused):
        return {"id": event.key, "status": "refused", "reason": event.reason}
    result = next(taken)
    reason = {"reason": result.reason} if result.reason else {}
    return {"id": result.key, "status": result.status, **reason}


def _totals(results: list[dict[str, Any]]) -> dict[str, int]:
    states = [result["status"] for result in results]
    return {state: states.count(state) for state in ("accepted", "duplicate", "refused")}


def components() -> dict[str, Any]:
    """For the OpenAPI document: what the route reads by itself."""
    schema = Event.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs", {}), "Event": schema}
