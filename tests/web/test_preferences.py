"""The preference page: shown to anybody alike, changed by its button only, and it needs no script."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import select, update

from nurture.clock import RealClock
from nurture.delivery.links import Links
from nurture.services.publish import publish_policy
from nurture.services.suppress import suppress
from nurture.store.session import Store
from nurture.store.tables import leads, suppressions
from tests.fixtures.content import DICTIONARY
from tests.rows import HOME, Rows
from tests.web.conftest import SECRET

Client = httpx.AsyncClient
TOPICS = {"news": "News <and> events", "tips": "Tips"}


@pytest.fixture
def lead(rows: Rows, store: Store) -> str:
    store.write_sync(publish_policy, RealClock(), "dictionary", {**DICTIONARY, "topics": TOPICS})
    return rows.lead(email="ann@ours.example")


def standing(store: Store) -> tuple[object, ...]:
    query = select(leads.c.often, leads.c.mail_pause_until, leads.c.tracking)
    scopes = select(suppressions.c.scope).where(suppressions.c.lifted.is_(False))
    return store.read_sync(lambda conn: (*conn.execute(query).one(), *conn.scalars(scopes)))


async def test_what_is_chosen_is_shown_again_and_looking_changes_nothing(
    client: Client, links: Links, store: Store, lead: str
) -> None:
    path = links.preferences(lead, "guide").removeprefix(HOME)
    for _ in range(3):
        assert (await client.head(path)).status_code == 200
        seen = await client.get(f"{path}?topic=tips&often=weekly&pause=1&List-Unsubscribe=One-Click")
    assert standing(store) == (None, None, True)
    assert "ann@" not in seen.text
    assert "News &lt;and&gt; events" in seen.text
    answer = await client.post(
        path, data={"topic": "tips", "often": "weekly", "pause": "2", "untracked": "yes"}
    )
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    often, until, tracked, *scopes = standing(store)
    assert (often, tracked, scopes) == ("weekly", False, ["topic:news"])
    assert until is not None
    assert 'value="weekly" checked' in answer.text
    assert 'value="news" checked' not in answer.text
    assert 'value="keep" checked' in answer.text
    await client.post(path, data={"topic": ["tips", "news"], "often": "", "pause": "0"})
    assert standing(store) == (None, None, True)


async def test_an_erased_lead_gets_the_same_page(
    client: Client, links: Links, store: Store, lead: str
) -> None:
    path = links.preferences(lead, "guide").removeprefix(HOME)
    known = await client.get(path)
    store.write_sync(lambda conn: conn.execute(update(leads).values(email=None)))
    for other in (path, links.unsubscribe(lead, "x").replace("/u/", "/p/").removeprefix(HOME)):
        found = await client.get(other)
        assert (found.status_code, found.text.count("<label>")) == (200, known.text.count("<label>"))
        assert (await client.post(other, data={"often": "weekly", "pause": "9"})).status_code == 200
    assert standing(store) == (None, None, True)


async def test_a_link_that_was_cut_says_so_and_saves_nothing(
    client: Client, links: Links, store: Store, lead: str
) -> None:
    path = links.preferences(lead, "guide").removeprefix(HOME)
    for cut in (path[:-1], path[: len(path) // 2], "/p/forged", f"{path}="):
        seen = await client.get(cut)
        answer = await client.post(cut, data={"topic": "tips", "often": "weekly", "pause": "2"})
        assert (seen.status_code, answer.status_code) == (200, 200)
        assert "Nothing was changed" not in seen.text
        assert "Nothing was changed" in answer.text
        for shown in (seen.text, answer.text):
            assert "This link is not complete" in shown
            assert "<form" not in shown
    assert standing(store) == (None, None, True)


async def test_whoever_wants_nothing_is_not_asked_how_often(
    client: Client, links: Links, store: Store, lead: str
) -> None:
    store.write_sync(suppress, RealClock(), SECRET, "ann@ours.example", "unsubscribed")
    seen = await client.get(links.preferences(lead, "guide").removeprefix(HOME))
    assert "You get no news and offers" in seen.text
    assert "<form" not in seen.text
    way_out = await client.get(links.unsubscribe(lead, "guide").removeprefix(HOME))
    assert links.preferences(lead, "guide").removeprefix(HOME) in way_out.text
