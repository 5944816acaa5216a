"""The inbox in a real browser: reasons read, rejected by keyboard, on a desk, a phone, without a script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from sqlalchemy import select

from nurture.clock import RealClock
from nurture.delivery.links import Links
from nurture.embedded.ports import listen
from nurture.embedded.webserver import serve
from nurture.settings import Settings
from nurture.store.session import Store
from nurture.store.tables import handoffs, outbox
from nurture.web.app import create_app
from tests.rows import Rows
from tests.web.conftest import SECRET
from tests.web.sales import ME, Sales

CHROMIUM = Path("/usr/bin/chromium")
DESK, PHONE = (1280, 800), (360, 740)
UNNAMED = """
    [...document.querySelectorAll("input:not([type=hidden]), textarea")]
        .filter((one) => !one.labels.length).length
"""
CONTRAST = (Path(__file__).parent / "contrast.js").read_text()

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}"),
]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture
async def base(sqlite_store: Store, tmp_path: Path) -> AsyncIterator[str]:
    """The app on a port of its own; there is no Temporal anywhere."""
    bound = listen("The web app", "127.0.0.1", 0, "--port")
    base = f"http://127.0.0.1:{bound.getsockname()[1]}"
    settings = Settings(data_dir=tmp_path, secret=SECRET, base_url=base, delivery="catch")
    app = create_app(settings, sqlite_store, RealClock())
    stop, ready = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(serve(app, bound, stop, ready))
    await ready.wait()
    yield base
    stop.set()
    await serving


@pytest.fixture
def sales(sqlite_store: Store, base: str) -> Sales:
    rows = Rows(sqlite_store)
    rows.installed(base_url=base)
    rows.campaign()
    return Sales(sqlite_store)


@pytest.fixture
def task(sales: Sales) -> str:
    """Late, with a history, and another one that is not so urgent."""
    lead = sales.lead()
    journey = sales.rows.journey(lead)
    sales.history(lead, journey)
    sales.task(sales.lead("Ana"), sales.user(ME), due=sales.due(days=2))
    return sales.task(lead, sales.user(ME), journey=journey, due=sales.due(hours=-3))


async def signed_in(context: BrowserContext, base: str, sales: Sales) -> tuple[Page, list[str]]:
    """The inbox, and what the browser complains about from now."""
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{base}/signin/{sales.link(ME)}")
    await page.wait_for_function("document.activeElement.tagName == 'BUTTON'")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/inbox")
    return page, complaints


async def test_reject_by_keyboard_alone(browser: Browser, base: str, sales: Sales, task: str) -> None:
    context = await browser.new_context(viewport={"width": DESK[0], "height": DESK[1]})
    page, complaints = await signed_in(context, base, sales)
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("k")
    assert await page.evaluate("document.activeElement.dataset.task") == task
    outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/inbox/{task}")
    assert "Prices, 2 times" in await page.inner_text("main")
    await page.keyboard.press("r")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Tab")
    await page.keyboard.type("jar of a note")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**?answered")
    assert "Saved: rejected" in await page.inner_text("main")
    row = sales.store.read_sync(
        lambda conn: conn.execute(select(handoffs).where(handoffs.c.id == task)).one()
    )
    assert (row.state, row.reason, row.note) == ("rejected", "no-budget", "jar of a note")
    wakes = sales.store.read_sync(lambda conn: conn.execute(select(outbox.c.record, outbox.c.state)).all())
    assert [tuple(wake) for wake in wakes] == [(row.journey_id, "open")]
    assert complaints == []


async def test_the_list_renews_itself_and_keeps_the_place(
    browser: Browser, base: str, sales: Sales, task: str
) -> None:
    context = await browser.new_context()
    page, complaints = await signed_in(context, base, sales)
    await page.keyboard.press("j")
    sales.task(sales.lead("Zoe"), sales.user(ME), due=sales.due(hours=1))
    await page.evaluate("htmx.ajax('GET', '/inbox?show=mine', {target: '#tasks'})")
    await page.get_by_text("Zoe Lindqvist").wait_for()
    assert await page.evaluate("document.activeElement.dataset.task") == task
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE])
async def test_every_page_fits_and_can_be_read(
    browser: Browser, base: str, sales: Sales, task: str, size: tuple[int, int], scheme: str
) -> None:
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page, _ = await signed_in(context, base, sales)
    unsubscribe = Links(base, [SECRET]).unsubscribe(task, "buyers-guide")
    for path in ("/inbox", f"/inbox/{task}", unsubscribe, "/signin", "/nothing"):
        await page.goto(path if path.startswith("http") else base + path)
        await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert await page.evaluate(CONTRAST) == [], path
        assert await page.evaluate(UNNAMED) == 0, path


async def test_every_form_works_without_a_script(
    browser: Browser, base: str, sales: Sales, task: str
) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{base}/signin/{sales.link(ME)}")
    await page.click("main button")
    await page.goto(f"{base}/inbox/{task}")
    await page.fill("#note-text", "Called her")
    await page.click("text=Add note")
    assert "Called her" in await page.inner_text("#story")
    await page.click("#qualify summary")
    await page.fill("#budget", "40k")
    await page.click("#qualify button")
    assert "Qualified" in await page.inner_text("main")


async def test_forms_work_on_a_plain_address_in_the_house(base: str, sales: Sales, task: str) -> None:
    """Without https browsers do not say where a form was, except by its origin."""
    plain = base.replace("127.0.0.1", "inbox.example")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--host-resolver-rules=MAP inbox.example 127.0.0.1"],
        )
        page = await browser.new_page()
        await page.goto(f"{plain}/signin/{sales.link(ME)}")
        await page.click("main button")
        await page.goto(f"{plain}/inbox/{task}")
        await page.click("text=Accept")
        assert "Saved: accepted" in await page.inner_text("main")
        await browser.close()
