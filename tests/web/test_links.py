from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, select, update

from nurture.delivery.links import Links
from nurture.services import tracking
from nurture.store.session import Store
from nurture.store.tables import events, sends
from tests.rows import HOME, Rows

Client = httpx.AsyncClient
PAGES = ["https://ours.example/case?a=1&b=2", "https://ours.example/prices"]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140"}


def path(url: str) -> str:
    return url.removeprefix(HOME)


def stored(store: Store) -> list[Any]:
    return store.read_sync(lambda conn: list(conn.execute(select(events).order_by(events.c.id))))


@pytest.fixture
def lead(rows: Rows) -> str:
    return rows.lead(email="ann@ours.example")


@pytest.fixture
def send(rows: Rows, lead: str) -> str:
    return rows.send(
        lead, rows.journey(lead), links=PAGES, answers={"now": "Evaluating now", "later": "Not <now>"}
    )


async def test_a_click_is_noted_and_led_on(
    client: Client, links: Links, store: Store, send: str, lead: str
) -> None:
    answer = await client.get(path(links.click(send, 0)), headers=BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (302, PAGES[0])
    (row,) = stored(store)
    assert (row.type, row.lead_id, row.send_id) == ("email.clicked", lead, send)
    assert (row.data["link"], row.data["method"], row.data["honeypot"]) == (0, "GET", False)
    assert row.data["agent"].endswith("Firefox/140")
    assert row.data["ip"]
    assert "127.0.0.1" not in str(row.data)
    assert (row.judge_at - row.received_at).total_seconds() == 90
    assert row.looked_at is None


async def test_a_head_is_noted_as_one(client: Client, links: Links, store: Store, send: str) -> None:
    answer = await client.head(path(links.click(send, 1)))
    assert answer.headers["location"] == PAGES[1]
    assert stored(store)[0].data["method"] == "HEAD"


async def test_every_click_is_an_event_of_its_own(
    client: Client, links: Links, store: Store, send: str
) -> None:
    for _ in range(3):
        await client.get(path(links.click(send, 0)))
    assert len(stored(store)) == 3


async def test_the_honeypot_leads_nowhere_and_is_noted(
    client: Client, links: Links, store: Store, send: str
) -> None:
    answer = await client.get(path(links.honeypot(send)))
    assert answer.status_code == 200
    assert "leads nowhere" in answer.text
    assert stored(store)[0].data["honeypot"] is True


async def test_a_flood_of_clicks_stops_growing(
    client: Client, links: Links, store: Store, send: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracking, "MOST", 5)
    for _ in range(8):
        answer = await client.get(path(links.click(send, 0)))
        assert answer.status_code == 302
    assert len(stored(store)) == 5


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        " https://evil.example",
        "data:text/html,x",
    ],
)
async def test_only_web_addresses_are_led_to(
    client: Client, links: Links, store: Store, rows: Rows, lead: str, target: str
) -> None:
    odd = rows.send(lead, links=[target])
    answer = await client.get(path(links.click(odd, 0)))
    assert answer.status_code == 200
    assert "location" not in answer.headers


async def test_what_is_not_ours_gets_the_same_answer_everywhere(
    client: Client, links: Links, store: Store, send: str
) -> None:
    ours = path(links.click(send, 0))
    strange = [
        "/c/nothing",
        f"{ours}x",
        ours[:-1],
        path(links.click(send, 7)),
        path(links.click("0190b0a0-0000-7000-8000-000000000000", 0)),
        path(Links(HOME, ["another secret, long enough"]).click(send, 0)),
        path(links.unsubscribe(send, "x")).replace("/u/", "/c/"),
        f"/c/{secrets.token_urlsafe(2000)}",
        "/c/%00",
        "/c/%ff",
        "/a/nothing",
    ]
    answers = {(answer.status_code, answer.text) for answer in [await client.get(one) for one in strange]}
    assert len(answers) == 1
    assert answers.pop()[0] == 200
    assert stored(store) == []


async def test_the_pixel_is_always_the_same(client: Client, links: Links, store: Store, send: str) -> None:
    ours = await client.get(path(links.open_pixel(send)), headers=BROWSER)
    strange = await client.get("/o/nothing.gif")
    assert ours.content == strange.content
    assert ours.headers["content-type"] == "image/gif"
    assert "no-store" in ours.headers["cache-control"]
    (row,) = stored(store)
    assert (row.type, row.send_id) == ("email.opened", send)


async def test_a_survey_shows_the_answer_and_takes_it_by_post(
    client: Client, links: Links, store: Store, send: str, lead: str
) -> None:
    url = path(links.answer(send, "later"))
    page = await client.get(url)
    assert 'value="later" checked' in page.text
    assert "Not &lt;now&gt;" in page.text
    assert stored(store) == []
    done = await client.post(url, data={"answer": "later"})
    assert "Thank you" in done.text
    (row,) = stored(store)
    assert (row.type, row.send_id, row.lead_id) == ("survey.answered", send, lead)
    assert (row.data["step"], row.data["answer"]) == ("guide", "later")
    assert row.judge_at == row.received_at


async def test_an_answer_counts_once_until_it_changes(
    client: Client, links: Links, store: Store, send: str
) -> None:
    url = path(links.answer(send, "later"))
    for chosen in ("later", "later", "now", "now", "later", "never", ""):
        assert (await client.post(url, data={"answer": chosen})).status_code == 200
    assert [row.data["answer"] for row in stored(store)] == ["later", "now", "later"]


async def test_a_question_that_is_closed_takes_no_answer(
    client: Client, links: Links, store: Store, send: str
) -> None:
    closed = datetime.now(UTC) - timedelta(minutes=1)
    store.write_sync(lambda conn: conn.execute(update(sends).values(closes_at=closed)))
    url = path(links.answer(send, "now"))
    assert "There is nothing here" in (await client.get(url)).text
    assert "There is nothing here" in (await client.post(url, data={"answer": "now"})).text


async def test_an_answer_to_no_question(client: Client, links: Links, store: Store, send: str) -> None:
    for url in (links.answer(send, "never"), f"{HOME}/a/nothing"):
        answer = await client.post(path(url), data={"answer": "now"})
        assert "There is nothing here" in answer.text
    assert stored(store) == []


async def test_answers_kept_as_a_list_are_their_own_words(
    client: Client, links: Links, rows: Rows, lead: str
) -> None:
    listed = rows.send(lead, answers=["yes", "no"])
    assert "> yes</label>" in (await client.get(path(links.answer(listed, "yes")))).text


async def test_a_send_without_lead_leads_on_and_notes_nothing(
    client: Client, links: Links, store: Store
) -> None:
    values = {"id": "0190b0a0-0000-7000-8000-000000000001", "key": "k", "message": "m", "kind": "marketing"}
    row = insert(sends).values(**values, links=PAGES, created_at=Rows(store).now)
    store.write_sync(lambda conn: conn.execute(row))
    assert (await client.get(path(links.click(values["id"], 0)))).headers["location"] == PAGES[0]
    assert stored(store) == []
