"""A day of a sales person in a real browser: notified, reasons read, rejected until May; and in May the lead
is back, with what was said. Every page without a violation that axe finds, on a desk and on a phone."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, async_playwright
from sqlalchemy import select

from nurture.clock import step
from nurture.embedded.ports import listen
from nurture.embedded.webserver import serve
from nurture.services import engagement
from nurture.services.adopt import adopt
from nurture.services.enrol import enrol
from nurture.services.giving_back import bring_back
from nurture.services.publish import publish_policy
from nurture.services.sign_in import sign_in_link
from nurture.settings import Settings
from nurture.store.session import Store
from nurture.store.tables import handoffs, journeys, leads, sends, shadows
from nurture.web.app import create_app
from tests.fixtures.content import MONDAY, SECRET, House, make_house
from tests.services.test_clocks import turn
from tests.web.test_browser import CHROMIUM, DESK, PHONE

ANN = "ann@ours.example"
TALK = {"campaign": "talk", "title": "To a talk", "enrol": {"again": "always"},
        "steps": [{"handoff": "inside-sales", "why": "Came back to the prices"}]}  # fmt: skip
POLICY: dict[str, Any] = {
    "teams": {
        "inside-sales": {"members": [{"name": "Ann Berg", "email": ANN}], "head": ANN},
        "partners": {
            "members": [{"name": "Bo", "email": "bo@ours.example"}],
            "head": ANN,
            "handoff": "shadow",
        },
    },
    "reasons": {"no-budget": {"says": "No budget", "rest": "60d", "then": "talk"}, "not-now": "Not now"},
    "may_start": ["talk"],
}
MAY = datetime(2026, 5, 4, tzinfo=UTC)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}"),
]


@pytest.fixture
async def served(sqlite_store: Store, tmp_path: Path) -> AsyncIterator[tuple[str, House]]:
    """On a clock that is stepped."""
    house = make_house(sqlite_store, stepped=MONDAY)
    bound = listen("The web app", "127.0.0.1", 0, "--port")
    base = f"http://127.0.0.1:{bound.getsockname()[1]}"
    house.do(adopt, base, "default")
    house.desk.base_url = base
    house.do(publish_policy, house.desk.clock, "sales", POLICY)
    house.publish(TALK, {})
    settings = Settings(data_dir=tmp_path, secret=SECRET, base_url=base, delivery="catch", clock="stepped")
    app = create_app(settings, sqlite_store, house.desk.clock)
    stop, ready = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(serve(app, bound, stop, ready))
    await ready.wait()
    yield base, house
    stop.set()
    await serving


def hand_over(house: House, lead: str) -> Any:
    """As the engine does it."""
    query = select(journeys.c.id).where(journeys.c.lead_id == lead, journeys.c.state == "open")
    house.do(engagement.hand_off, house.desk, turn(house, str(house.do(lambda conn: conn.scalar(query)))))
    newest = select(handoffs).where(handoffs.c.lead_id == lead).order_by(handoffs.c.created_at.desc())
    return house.do(lambda conn: conn.execute(newest).first())


async def violations(page: Page) -> list[str]:
    await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = await Axe().run(page)
    return [f"{page.url}: {one['id']}: {one['nodes'][0]['target']}" for one in found.response["violations"]]


async def test_rejected_until_may_and_back_with_what_was_said(served: tuple[str, House]) -> None:
    base, house = served
    lead = house.lead(first_name="Nora", last_name="Lindqvist", phone="+46 8 555")
    house.do(enrol, house.desk, "talk", lead, "form")
    task = hand_over(house, lead)
    mail = house.do(lambda conn: conn.scalar(select(sends.c.body).where(sends.c.recipient == ANN)))
    told = str(message_from_bytes(mail).get_payload())
    assert "Nora" not in told
    link, two_step = re.findall(r"http://\S+", told.replace("=\r\n", "").replace("=\n", ""))[:2]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": DESK[0], "height": DESK[1]})
        await page.goto(two_step)
        assert "Came back to the prices" in await page.inner_text("main")
        problems = await violations(page)
        await page.goto(f"{base}/signin/{house.do(sign_in_link, ANN)}")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/inbox")
        await page.goto(link)
        await page.keyboard.press("r")
        await page.keyboard.press("Space")
        await page.keyboard.press("Tab")
        await page.keyboard.type("No budget, May")
        await page.fill("#reject-until", "2026-05-04")
        await page.press("#reject-until", "Enter")
        await page.wait_for_url("**?answered")
        resting = house.do(lambda conn: conn.scalar(select(leads.c.rests_until).where(leads.c.id == lead)))
        assert resting == MAY
        journey = house.do(lambda conn: conn.scalar(select(journeys.c.id)))
        house.do(engagement.check, house.desk, turn(house, str(journey)))
        assert house.do(bring_back, house.desk) == 0
        house.do(step, MAY)
        assert house.do(bring_back, house.desk) == 1
        again = hand_over(house, lead)
        assert again.id != task.id
        row = {
            "lead_id": lead,
            "journey_id": journey,
            "team": "partners",
            "context": {"why": "Prices", "score": 61},
        }
        shade = shadows.insert().values(id=journey, key="k", created_at=MAY - timedelta(days=1), **row)
        house.do(lambda conn: conn.execute(shade))
        await page.goto(f"{base}/inbox/{again.id}")
        earlier = await page.inner_text("main")
        assert "Rejected: No budget, Ann Berg" in earlier
        assert "No budget, May" in earlier
        for size in (DESK, PHONE):
            await page.set_viewport_size({"width": size[0], "height": size[1]})
            for path in ("/inbox", f"/inbox/{again.id}", f"/leads/{lead}", "/away", "/shadow?all=1"):
                await page.goto(base + path)
                problems += await violations(page)
                assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
                if shots := SHOTS:
                    name = path.strip("/").split("/")[0].split("?")[0]
                    await page.screenshot(path=f"{shots}/{name}-{size[0]}.png", full_page=True)
        await browser.close()
    assert problems == []


SHOTS = os.environ.get("NURTURE_TEST_SHOTS")
