"""A provider with an API on the whole engine: sent by it, told by its webhook, and the journeys react."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select, update

from nurture.delivery import registry
from nurture.delivery.registry import lookups
from nurture.relay.lookup import LookupRound
from nurture.services.enrol import enrol
from nurture.store.session import Store
from nurture.store.tables import inbox, journeys, provider_events, sends, suppressions
from nurture.web.app import create_app
from tests.delivery.fakes import FakePostmark
from tests.delivery.fakes.server import TAKE_THEN_DROP, THROTTLE, UNKEY, Taken
from tests.fixtures.content import BASE_URL, MONDAY
from tests.fixtures.engine import Engine, running_engine

pytestmark = pytest.mark.asyncio(loop_scope="session")
GUIDE = {
    "campaign": "guide",
    "steps": [{"send": "first"}, {"wait": "10d"}, {"send": "second"}, {"end": "over"}],
}


@pytest_asyncio.fixture(loop_scope="session")
async def postmark() -> AsyncIterator[FakePostmark]:
    fake = FakePostmark()
    async with fake.served():
        yield fake


@pytest_asyncio.fixture(loop_scope="session")
async def api_engine(
    store: Store,
    temporal_server: str,
    postmark: FakePostmark,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Engine]:
    monkeypatch.setattr(registry, "SECONDS", 2.0)
    folder = tmp_path_factory.getbasetemp() / "engine"
    folder.mkdir(exist_ok=True)
    given = {**postmark.settings, "delivery": "send", "smtp_host": "", "base_url": BASE_URL}
    async with running_engine(store, temporal_server, folder, **given) as engine:
        yield engine


async def tell(engine: Engine, fake: FakePostmark, what: str, taken: Taken) -> None:
    app = create_app(engine.settings, engine.house.store, engine.house.desk.clock)
    headers, body = fake.tells(what, taken)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as client:
        for _ in range(2):  # told twice, as providers do
            assert (await client.post("/hooks/postmark", content=body, headers=headers)).status_code == 200


def name_of(address: str) -> str:
    return address.partition("@")[0]


def rows(engine: Engine, *columns: Any) -> list[Any]:
    return engine.house.do(lambda conn: conn.execute(select(*columns)).all())


async def test_what_becomes_of_a_mail_comes_back_into_its_journey(
    api_engine: Engine, postmark: FakePostmark
) -> None:
    engine, house = api_engine, api_engine.house
    house.publish(GUIDE)
    postmark.script[:] = [THROTTLE, UNKEY]
    people = {name: house.lead(email=f"{name}@people.example") for name in ("gone", "cross", "quiet", "cut")}
    for name, lead in people.items():
        house.do(enrol, house.desk, "guide", lead, f"test:{name}")
    await engine.stepper.to(MONDAY + timedelta(minutes=5))
    by_name = {name_of(taken.recipient): taken for taken in postmark.taken}
    assert sorted(name_of(taken.recipient) for taken in postmark.taken) == sorted(people)
    cut = update(sends).where(sends.c.lead_id == people["cut"]).values(state="unknown")
    house.do(lambda conn: conn.execute(cut))
    told = {"gone": "hard", "cross": "complained", "quiet": "delivered", "cut": "delivered"}
    for name, what in told.items():
        await tell(engine, postmark, what, by_name[name])
    await engine.stepper.to(MONDAY + timedelta(hours=1))
    states = {name_of(row.recipient): row.state for row in rows(engine, sends.c.recipient, sends.c.state)}
    assert states == {"gone": "bounced", "cross": "complained", "quiet": "delivered", "cut": "delivered"}
    outcome = {row.lead_id: row.outcome for row in rows(engine, journeys.c.lead_id, journeys.c.outcome)}
    assert [outcome[people[name]] for name in people] == ["bounced", "complained", None, None]
    assert sorted(row.reason for row in rows(engine, suppressions.c.reason)) == ["bounced", "complained"]
    assert len(rows(engine, provider_events.c.id)) == 4
    assert {row.state for row in rows(engine, inbox.c.state)} == {"done"}


async def test_what_nobody_knew_is_known_by_a_later_webhook(
    api_engine: Engine, postmark: FakePostmark
) -> None:
    engine, house = api_engine, api_engine.house
    house.publish(GUIDE)
    postmark.script[:] = [TAKE_THEN_DROP]
    house.do(enrol, house.desk, "guide", house.lead(), "test:1")
    await engine.stepper.to(MONDAY + timedelta(days=1))
    assert [row.state for row in rows(engine, sends.c.state)] == ["unknown"]
    (taken,) = postmark.taken
    await tell(engine, postmark, "delivered", taken)
    await engine.stepper.to(MONDAY + timedelta(days=11))
    found = {row.step: row.state for row in rows(engine, sends.c.step, sends.c.state)}
    assert found == {"first": "delivered", "second": "sent"}
    assert len(postmark.taken) == 2


async def test_what_no_webhook_told_is_known_when_the_provider_is_asked(
    api_engine: Engine, postmark: FakePostmark
) -> None:
    engine, house = api_engine, api_engine.house
    house.publish(GUIDE)
    postmark.script[:] = [TAKE_THEN_DROP, TAKE_THEN_DROP]
    people = {name: house.lead(email=f"{name}@people.example") for name in ("gone", "fine")}
    for name, lead in people.items():
        house.do(enrol, house.desk, "guide", lead, f"test:{name}")
    await engine.stepper.to(MONDAY + timedelta(minutes=30))
    assert [row.state for row in rows(engine, sends.c.state)] == ["unknown", "unknown"]
    for taken in postmark.taken:
        postmark.became[taken.remote_id] = ["hard" if name_of(taken.recipient) == "gone" else "delivered"]
    asking = LookupRound(house.store, house.desk, lookups(engine.settings), every=0)
    assert await asking.round() == 2
    await asking.close()
    await engine.stepper.to(MONDAY + timedelta(days=11))
    outcome = {row.lead_id: row.outcome for row in rows(engine, journeys.c.lead_id, journeys.c.outcome)}
    assert [outcome[people[name]] for name in ("gone", "fine")] == ["bounced", "over"]
    assert sorted(row.state for row in rows(engine, sends.c.state)) == ["bounced", "delivered", "sent"]
    assert len(postmark.taken) == 3  # the first two once each, and the second mail of one
