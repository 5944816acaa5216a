"""A day of a sales person, whole: worker, Temporal, mail server, web app, a real browser and its keys.

Notified by mail, reasons read, rejected until May; the clock is set to May, and the lead is back with what
was said. Every page without a violation that axe finds, on a desk and on a phone.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, async_playwright
from sqlalchemy import Connection, select

from nurture.embedded.ports import listen
from nurture.embedded.webserver import serve
from nurture.services.adopt import adopt
from nurture.services.enrol import enrol
from nurture.services.publish import publish_policy
from nurture.services.sign_in import sign_in_link
from nurture.store.session import Store
from nurture.store.tables import handoffs, journeys, leads, shadows
from nurture.web.app import create_app
from tests.fixtures.content import MONDAY, House
from tests.fixtures.engine import Engine, running_engine
from tests.web.test_browser import CHROMIUM, DESK, PHONE

ANN = "ann@ours.example"
TALK: dict[str, Any] = {
    "campaign": "talk",
    "title": "To a talk",
    "enrol": {"again": "always"},
    "steps": [
        {"send": "guide"},
        {"wait": "1h"},
        {"handoff": "inside-sales", "why": "Came back to the prices"},
    ],
}
POLICY: dict[str, Any] = {
    "teams": {
        "inside-sales": {"members": [{"name": "Ann Berg", "email": ANN}], "head": ANN},
        "partners": {
            "members": [{"name": "Bo", "email": "bo@ours.example"}],
            "head": ANN,
            "handoff": "shadow",
        },
    },
    "reasons": {"no-budget": {"says": "No budget", "rest": "20d", "then": "talk"}, "not-now": "Not now"},
    "may_start": ["talk"],
}
MAY = datetime(2026, 5, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
SHOTS = os.environ.get("NURTURE_TEST_SHOTS")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}"),
]


@dataclass
class Served:
    base: str
    engine: Engine
    problems: list[str] = field(default_factory=list)

    def told(self, subject: str) -> list[str]:
        """The texts of the mails to Ann with that subject, in their order."""
        store = self.engine.catcher.store
        mine = [one.id for one in store.all() if (one.recipient, one.subject) == (ANN, subject)]
        return [mail.text for mail in map(store.get, mine) if mail]

    async def looked_at(self, page: Page, name: str) -> None:
        """With everything that can be opened open."""
        await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found = await Axe().run(page)
        self.problems += [
            f"{page.url}: {one['id']}: {one['nodes'][0]['target']}" for one in found.response["violations"]
        ]
        if not await page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            self.problems.append(f"{page.url}: wider than the screen")
        if SHOTS:
            width = await page.evaluate("innerWidth")
            await page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)


@pytest_asyncio.fixture(loop_scope="session")
async def served(sqlite_store: Store, temporal_server: str, tmp_path: Path) -> AsyncIterator[Served]:
    bound = listen("The web app", "127.0.0.1", 0, "--port")
    base = f"http://127.0.0.1:{bound.getsockname()[1]}"
    async with running_engine(sqlite_store, temporal_server, tmp_path, base_url=base) as engine:
        house = engine.house
        house.do(adopt, base, "default")
        house.desk.base_url = base
        house.do(publish_policy, house.desk.clock, "sales", POLICY)
        house.publish(TALK)
        stop, ready = asyncio.Event(), asyncio.Event()
        app = create_app(engine.settings, sqlite_store, house.desk.clock)
        serving = asyncio.create_task(serve(app, bound, stop, ready))
        await ready.wait()
        try:
            yield Served(base, engine)
        finally:
            stop.set()
            await serving


async def sign_in(page: Page, link: str) -> None:
    await page.goto(link)
    await page.wait_for_function("document.activeElement.tagName == 'BUTTON'")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/inbox")


async def test_rejected_until_may_and_back_with_what_was_said(served: Served) -> None:
    base, engine, house = served.base, served.engine, served.engine.house
    lead = house.lead(first_name="Nora", last_name="Lindqvist", phone="+46 8 555")
    house.do(enrol, house.desk, "talk", lead, "form")
    await engine.stepper.to(MONDAY + 2 * HOUR)
    (told,) = served.told("A lead is ready for you")
    assert "Nora" not in told
    link, two_step = re.findall(r"http://\S+", told)[:2]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": DESK[0], "height": DESK[1]}, locale="en-US")
        await page.goto(two_step)
        assert "Came back to the prices" in await page.inner_text("main")
        await served.looked_at(page, "mail")
        await sign_in(page, f"{base}/signin/{house.do(sign_in_link, ANN)}")
        await page.goto(link)
        shown = await page.inner_text("main")
        assert "Came back to the prices" in shown
        assert "We sent Guide" in shown.replace("“", "").replace("”", "")
        await keys(page, "r", "Space", "Tab", "No budget, May", "Tab", "05042026", "Enter")
        await page.wait_for_url("**?answered")
        assert "No budget, by Ann Berg" in await page.inner_text("#answer")
        assert "Not before 4 May 2026" in await page.inner_text("#answer")
        assert house.do(rests, lead) == MAY

        await engine.stepper.to(MAY - HOUR)
        assert len(served.told("A lead is ready for you")) == 1
        assert [row.outcome for row in house.do(journeys_of, lead)] == ["rejected"]
        await engine.stepper.to(MAY + 10 * HOUR)
        _, told = served.told("A lead is ready for you")
        # As head of the team on the day after the answer; then not before something waits again.
        answered, waiting = served.told("What waits for you today")
        assert "1 answered since yesterday" in answered
        assert "1 task waits for you" in waiting
        link, two_step = re.findall(r"http://\S+", told)[:2]
        in_the_shadow(house, lead)
        await sign_in(page, f"{base}/signin/{house.do(sign_in_link, ANN)}")
        await keys(page, "j", "Enter")
        await page.wait_for_url(link)
        earlier = " ".join((await page.inner_text("main")).split())
        for words in ("Rejected: No budget, Ann Berg", "Not before 4 May 2026", "No budget, May"):
            assert words in earlier
        assert earlier.count("Guide") == 2  # the mail of March and that of May
        for size in (DESK, PHONE):
            await page.set_viewport_size({"width": size[0], "height": size[1]})
            for path in ("/inbox", link.removeprefix(base), f"/leads/{lead}", "/away", "/shadow?all=1"):
                await page.goto(base + path)
                await served.looked_at(
                    page, path.strip("/").split("/")[0].split("?")[0] + "-task" * ("/inbox/" in path)
                )
        phone = await browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
        await phone.goto(two_step)  # nobody is signed in there
        await phone.get_by_role("button", name="Accept").focus()
        await phone.keyboard.press("Enter")
        await phone.get_by_text("Thank you").wait_for()
        await served.looked_at(phone, "mail")
        await browser.close()
    await engine.stepper.settle()
    assert [row.outcome for row in house.do(journeys_of, lead)] == ["rejected", "accepted"]
    assert served.problems == []


async def keys(page: Page, *those: str) -> None:
    """Names of keys are pressed, everything else is typed."""
    for one in those:
        if one in ("Space", "Tab", "Enter") or len(one) == 1:
            await page.keyboard.press(one)
        else:
            await page.keyboard.type(one)


def rests(conn: Connection, lead: str) -> datetime | None:
    return conn.scalar(select(leads.c.rests_until).where(leads.c.id == lead))


def journeys_of(conn: Connection, lead: str) -> Any:
    return conn.execute(select(journeys).where(journeys.c.lead_id == lead).order_by(journeys.c.entry)).all()


def in_the_shadow(house: House, lead: str) -> None:
    """Somebody to say yes or no to."""
    task = house.do(lambda conn: conn.execute(select(handoffs).where(handoffs.c.lead_id == lead)).first())
    told = {"team": "partners", "context": {"why": "Prices", "score": 61}, "created_at": MAY}
    values = {"id": task.id, "key": "k", "lead_id": lead, "journey_id": task.journey_id, **told}
    house.do(lambda conn: conn.execute(shadows.insert().values(**values)))
