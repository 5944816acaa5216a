"""The route that is asked first: named in the log, described, and for its own address and method only."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.routing import Match

from nurture.web.events_api import ROUTE
from tests.web.test_hooks import Client


def scope(**more: Any) -> dict[str, Any]:
    return {"type": "http", "path": "/api/events", "method": "POST", "root_path": "", **more}


@pytest.mark.parametrize(
    ("asked", "match"),
    [
        ({}, Match.FULL),
        ({"root_path": "/nurture", "path": "/nurture/api/events"}, Match.FULL),
        ({"method": "GET"}, Match.PARTIAL),
        ({"path": "/api/events/1"}, Match.NONE),
        ({"type": "websocket"}, Match.NONE),
    ],
)
def test_what_it_takes(asked: dict[str, Any], match: Match) -> None:
    found, child = ROUTE.matches(scope(**asked))
    assert found is match
    assert (child.get("route") is ROUTE) is (match is not Match.NONE)  # the log takes its name from there


async def test_other_methods_are_refused_with_the_usual_headers(client: Client) -> None:
    answer = await client.get("/api/events")
    assert (answer.status_code, answer.headers["x-content-type-options"]) == (405, "nosniff")


async def test_it_is_described(client: Client) -> None:
    post = (await client.get("/api/openapi.json")).json()["paths"]["/api/events"]["post"]
    assert post["security"] == [{"bearer": []}]
    assert {"202", "401", "422", "429"} <= post["responses"].keys()
