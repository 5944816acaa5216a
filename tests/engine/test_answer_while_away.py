"""Sales answer in a real browser while Temporal is down; when it is back, the lead gets the recycle mail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright
from sqlalchemy import select

from nurture.embedded.ports import listen
from nurture.embedded.temporal import EmbeddedTemporal
from nurture.embedded.webserver import serve
from nurture.services.enrol import enrol
from nurture.services.sign_in import sign_in_link
from nurture.services.tracking import click
from nurture.store.session import Store
from nurture.store.tables import handoffs, journeys
from nurture.web.app import create_app
from tests.engine.test_handoff import PERSON, send_of
from tests.fixtures.content import MONDAY
from tests.fixtures.engine import Engine, running_engine
from tests.services.test_turns import GUIDE

CHROMIUM = Path("/usr/bin/chromium")
REJECTED = [{"send": "recycle"}, {"end": "recycled"}]
STEPS: list[Any] = list(GUIDE["steps"])

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}"),
]


@asynccontextmanager
async def signed_in(engine: Engine) -> AsyncIterator[Page]:
    """Ann's inbox in a browser."""
    bound = listen("The web app", "127.0.0.1", 0, "--port")
    base = f"http://127.0.0.1:{bound.getsockname()[1]}"
    settings = engine.settings.model_copy(update={"base_url": base})
    stop, ready = asyncio.Event(), asyncio.Event()
    app = create_app(settings, engine.house.store, engine.house.desk.clock)
    serving = asyncio.create_task(serve(app, bound, stop, ready))
    await ready.wait()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page()
        await page.goto(f"{base}/signin/{engine.house.do(sign_in_link, 'ann@ours.example')}")
        await page.click("main button")
        await page.wait_for_url("**/inbox")
        yield page
        await browser.close()
    stop.set()
    await serving


async def test_a_rejection_counts_while_temporal_is_away(sqlite_store: Store, tmp_path: Path) -> None:
    temporal = EmbeddedTemporal(tmp_path, headless=True)
    await temporal.start()
    try:
        async with running_engine(sqlite_store, temporal.address, tmp_path) as engine:
            await _to_the_task(engine)
            task = engine.house.do(lambda conn: conn.execute(select(handoffs)).one())
            async with signed_in(engine) as page:
                await temporal.stop()
                await page.goto(f"{page.url.rstrip('/')}/{task.id}")
                assert "Worth a talk" in await page.inner_text("main")
                for key in ("r", "Space", "Tab", "Tab", "Enter"):
                    await page.keyboard.press(key)
                await page.wait_for_url("**?answered")
            state = engine.house.do(lambda conn: conn.execute(select(handoffs.c.state)).scalar_one())
            assert state == "rejected"
            assert "About recycle" not in engine.subjects
            await temporal.start()
            await engine.stepper.settle()
            assert engine.subjects[-1] == "About recycle"
            row = engine.house.do(lambda conn: conn.execute(select(journeys)).one())
            assert row.outcome == "recycled"
    finally:
        await temporal.stop()


async def _to_the_task(engine: Engine) -> None:
    house, desk = engine.house, engine.house.desk
    handoff = {"handoff": "inside-sales", "why": "Worth a talk", "rejected": REJECTED}
    house.publish({**GUIDE, "steps": [*STEPS[:4], handoff, {"end": "done"}]})
    house.do(enrol, desk, "guide", house.lead(), "test:1")
    await engine.stepper.to(MONDAY + timedelta(days=4))
    house.do(click, desk.clock, house.do(send_of, "second"), 0, PERSON)
    await engine.stepper.to(MONDAY + timedelta(days=4, hours=1))
