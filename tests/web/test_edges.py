"""What holds for every route: headers, health, errors, logs."""

from __future__ import annotations

import io
from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from nurture.access_log import AccessLog
from nurture.clock import RealClock
from nurture.delivery.links import Links
from nurture.settings import Settings
from nurture.store.session import Store
from nurture.web import banners
from nurture.web.app import create_app
from tests.rows import HOME, Rows

Client = httpx.AsyncClient


async def test_pages_load_and_run_only_what_is_ours(client: Client) -> None:
    for path in ("/signin", "/nothing", "/u/x", "/api/events", "/healthz"):
        policy = (await client.get(path)).headers["content-security-policy"]
        assert policy.startswith("default-src 'self'")
        assert "unsafe" not in policy
    page = await client.get("/signin")
    assert "<script>" not in page.text
    assert "style=" not in page.text
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["cache-control"] == "no-store"


async def test_static_files_may_be_kept(client: Client) -> None:
    for path in ("/static/style.css", "/static/inbox.js", "/static/htmx/htmx.min.js", "/static/icon.svg"):
        answer = await client.get(path)
        assert answer.status_code == 200
        assert "max-age" in answer.headers["cache-control"]


async def test_alive_and_ready(client: Client) -> None:
    assert (await client.get("/healthz")).json() == {"alive": True}
    assert (await client.get("/readyz")).json() == {"ready": True, "database": "ok"}


async def test_an_older_schema_is_not_ready(client: Client, store: Store) -> None:
    store.write_sync(lambda conn: conn.execute(text("UPDATE alembic_version SET version_num = '0000'")))
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert "nurture migrate" in answer.json()["database"]


async def test_metrics_count_rows_and_name_nobody(client: Client, rows: Rows) -> None:
    lead = rows.lead(email="canary@ours.example", first_name="Canary")
    journey = rows.journey(lead)
    rows.handoff(lead, journey)
    rows.send(lead, journey)
    rows.queued(journey)
    found = (await client.get("/metrics")).text
    for line in (
        'nurture_sends{state="sent"} 1.0',
        'nurture_journeys{state="open"} 1.0',
        'nurture_handoffs_open{team="inside-sales"} 1.0',
        'nurture_outbox_open{kind="wake"} 1.0',
    ):
        assert line in found
    assert "canary" not in found.lower()


async def test_errors_are_json_for_programs_and_pages_for_people(client: Client) -> None:
    assert (await client.get("/api/nothing")).json() == {"error": "there is no such page"}
    assert (await client.put("/api/events")).status_code == 405
    page = await client.get("/nothing")
    assert page.status_code == 404
    assert "<h1>Not Found</h1>" in page.text


async def test_a_bug_says_nothing_of_itself(
    app: FastAPI, client: Client, links: Links, rows: Rows, log_to_text: Callable[[str], io.StringIO]
) -> None:
    log = log_to_text("json")
    app.state.site.__dict__["desk"] = "broken for canary@ours.example"
    answer = await client.get(links.click(rows.send(rows.lead()), 0).removeprefix(HOME))
    assert answer.status_code == 500
    assert "canary" not in answer.text
    assert "AttributeError" in log.getvalue()
    assert "canary" not in log.getvalue()


async def test_the_access_log_has_routes_not_paths(
    app: FastAPI, log_to_text: Callable[[str], io.StringIO]
) -> None:
    log = log_to_text("json")
    transport = httpx.ASGITransport(AccessLog(app))
    async with Client(transport=transport, base_url=HOME) as client:
        await client.get("/u/a-secret-token")
    assert "/u/{token}" in log.getvalue()
    assert "a-secret-token" not in log.getvalue()


@pytest.mark.parametrize(
    ("delivery", "words"),
    [
        ("catch", "Mails are caught on this machine"),
        ("allow:@ours.example", "Mail goes only to @ours.example"),
    ],
)
async def test_a_banner_says_that_mail_is_not_live(
    settings: Settings, store: Store, rows: Rows, delivery: str, words: str
) -> None:
    caught = settings.model_copy(update={"delivery": delivery})
    transport = httpx.ASGITransport(create_app(caught, store, RealClock()))
    async with Client(transport=transport, base_url=HOME) as client:
        assert words in (await client.get("/signin")).text


async def test_a_banner_says_hold_and_copy(
    client: Client, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(banners, "FRESH", 0.0)
    assert 'class="banner' not in (await client.get("/signin")).text
    store.write_sync(lambda conn: conn.execute(text("UPDATE installation SET held_for = 'wrong <prices>'")))
    assert "on hold: wrong &lt;prices&gt;" in (await client.get("/signin")).text
    store.write_sync(
        lambda conn: conn.execute(text("UPDATE installation SET base_url = 'https://live.example'"))
    )
    assert "belongs to https://live.example" in (await client.get("/signin")).text
