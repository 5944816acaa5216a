"""The way out: by its button only, by a token alone, and once however often it is said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from nurture.delivery.links import Links
from nurture.services.suppress import suppressed
from nurture.store.session import Store
from nurture.store.tables import consents, events, leads, suppressions
from tests.rows import HOME, Rows
from tests.web.conftest import SECRET

Client = httpx.AsyncClient
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def path(url: str) -> str:
    return url.removeprefix(HOME)


def stored(store: Store) -> list[Any]:
    return store.read_sync(lambda conn: list(conn.execute(select(events).order_by(events.c.id))))


@pytest.fixture
def lead(rows: Rows) -> str:
    return rows.lead(email="ann@ours.example")


async def test_looking_unsubscribes_nobody(client: Client, links: Links, store: Store, lead: str) -> None:
    url = path(links.unsubscribe(lead, "buyers-guide"))
    page, head = await client.get(url), await client.head(url)
    assert (page.status_code, head.status_code) == (200, 200)
    assert '<form method="post"' in page.text
    assert store.read_sync(lambda conn: conn.execute(select(suppressions)).all()) == []
    assert stored(store) == []


@pytest.mark.parametrize("multipart", [True, False])
async def test_one_click_as_mail_programs_do_it(
    client: Client, links: Links, store: Store, lead: str, multipart: bool
) -> None:
    url = path(links.unsubscribe(lead, "buyers-guide"))
    body: dict[str, Any] = {"files": {name: (None, text) for name, text in ONE_CLICK.items()}}
    if not multipart:
        body = {"data": ONE_CLICK}
    answers = [await client.post(url, **body) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len({answer.text for answer in answers}) == 1
    assert "set-cookie" not in answers[0].headers
    assert store.read_sync(suppressed, [SECRET], "ann@ours.example") == "unsubscribed"
    (row,) = stored(store)
    assert (row.type, row.data) == ("email.unsubscribed", {"campaign": "buyers-guide", "how": "one-click"})
    (consent,) = store.read_sync(lambda conn: conn.execute(select(consents)).all())
    assert (consent.lead_id, consent.purpose, consent.state) == (lead, "marketing", "withdrawn")


async def test_the_button_of_the_page_unsubscribes(
    client: Client, links: Links, store: Store, lead: str
) -> None:
    answer = await client.post(path(links.unsubscribe(lead, "buyers-guide")))
    assert "You are unsubscribed" in answer.text
    assert stored(store)[0].data["how"] == "page"


async def test_unsubscribing_needs_no_send_and_survives_erasure(
    client: Client, links: Links, store: Store, lead: str
) -> None:
    url = path(links.unsubscribe(lead, "buyers-guide"))
    good = await client.post(url, data=ONE_CLICK)

    def erase(conn: Any) -> None:
        conn.execute(update(leads).where(leads.c.id == lead).values(email=None, erased_at=leads.c.created_at))

    store.write_sync(erase)
    erased = await client.post(url, data=ONE_CLICK)
    forged = await client.post("/u/nothing", data=ONE_CLICK)
    unknown = await client.post(
        path(links.unsubscribe("0190b0a0-0000-7000-8000-000000000000", "x")), data=ONE_CLICK
    )
    assert {(one.status_code, one.text) for one in (good, erased, unknown)} == {(200, good.text)}
    assert "You are unsubscribed" in good.text
    for cut in (forged, await client.post(url[:-1]), await client.get("/u/nothing")):
        assert cut.status_code == 200
        assert "This link is not complete" in cut.text
        assert "You are unsubscribed" not in cut.text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", b"--y\r\nnothing of a form"),
        ("multipart/form-data", b"List-Unsubscribe=One-Click"),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data\r\n\r\nOne-Click\r\n--x--",
        ),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(50))),
        ("application/x-www-form-urlencoded", b"\xff\x00%ZZ==&&"),
        ("application/json", b"{"),
        ("", b"x" * 1_100_000),
        ("multipart/form-data; boundary=x", b"--x\r\n" + b"x" * 1_100_000),
    ],
)
async def test_the_token_is_enough_whatever_the_body(
    client: Client, links: Links, store: Store, lead: str, kind: str, body: bytes
) -> None:
    url = path(links.unsubscribe(lead, "buyers-guide"))
    for _ in range(2):
        answer = await client.post(url, content=body, headers={"Content-Type": kind})
        assert (answer.status_code, "You are unsubscribed" in answer.text) == (200, True)
    assert [row.type for row in stored(store)] == ["email.unsubscribed"]
    assert store.read_sync(suppressed, [SECRET], "ann@ours.example") == "unsubscribed"


async def test_a_word_that_is_said_again_writes_nothing(
    client: Client, links: Links, store: Store, rows: Rows, lead: str
) -> None:
    url = path(links.unsubscribe(lead, "buyers-guide"))
    rows.journey(lead)
    for _ in range(5):
        assert (await client.post(url, data=ONE_CLICK)).status_code == 200
    rows.journey(lead, entered_at=datetime.now(UTC), entry=2, key="2")
    for _ in range(5):
        await client.post(url, data=ONE_CLICK)
    said = store.read_sync(lambda conn: conn.execute(select(consents.c.state)).scalars().all())
    assert (len(stored(store)), said) == (2, ["withdrawn"] * 2), "once more since a journey let her in again"


async def test_who_comes_back_can_leave_again(client: Client, links: Links, store: Store, lead: str) -> None:
    url = path(links.unsubscribe(lead, "buyers-guide"))
    await client.post(url, data=ONE_CLICK)
    store.write_sync(lambda conn: conn.execute(update(suppressions).values(lifted=True)))
    await client.post(url, data=ONE_CLICK)
    assert len(stored(store)) == 2
    assert store.read_sync(suppressed, [SECRET], "ann@ours.example") == "unsubscribed"


async def test_a_retired_key_still_unsubscribes(client: Client, store: Store, lead: str) -> None:
    old = Links(HOME, [SECRET]).unsubscribe(lead, "x")
    rotated = Links(HOME, ["a newer secret of sixteen", SECRET])
    assert rotated.read_unsubscribe(old.rpartition("/")[2]) == (lead, "x")
