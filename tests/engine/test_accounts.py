"""Two accounts on the whole engine, whose clock is not stepped: on a stepped one all goes by the first.
One fails in the middle, the other takes over and rests a while too, and every journey comes to its end."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from nurture.client import connect
from nurture.clock import RealClock
from nurture.delivery import registry
from nurture.delivery.registry import provider
from nurture.services.breakers import resume
from nurture.services.channels import wake_rested
from nurture.services.desk import Desk
from nurture.services.enrol import enrol
from nurture.services.incidents import Incidents
from nurture.services.opening import open_desk
from nurture.services.publish import publish_policy
from nurture.services.wakes import Spread
from nurture.settings import load_settings
from nurture.store.queries.audit import CHECKS, answer
from nurture.store.session import Store
from nurture.store.tables import channels, journeys, sends
from tests.amount import examples
from tests.chaos.clock import QuickClock
from tests.delivery.fakes.postmark import FakePostmark
from tests.delivery.fakes.resend import FakeResend
from tests.delivery.fakes.server import TAKE, TAKE_THEN_DROP, THROTTLE, UNKEY, Answer
from tests.fixtures.content import BASE_URL, DICTIONARY, SALES, SECRET, House
from worker import Work

pytestmark = pytest.mark.asyncio(loop_scope="session")

CAMPAIGN = {
    "campaign": "guide",
    "steps": [{"send": "first"}, {"wait": "1m"}, {"send": "second"}, {"end": "over"}],
}
ACCOUNTS = """
accounts: {main: {}, spare: {}}
routes: [{campaigns: guide, use: [main, spare]}]
"""
LEADS, TAKEN_FIRST, SPEED = 8, 5, 30.0
ENDS_WITHIN = 90.0


class Hurried(FakeResend):
    def refusal(self, what: str) -> Answer:
        status, headers, body = super().refusal(what)
        return status, {"Retry-After": "1"} if headers else {}, body


@dataclass
class Running:
    house: House
    main: FakePostmark
    spare: Hurried

    async def until(self, is_so: Callable[[Connection], bool]) -> bool:
        end = time.monotonic() + ENDS_WITHIN
        while not await self.house.store.read(is_so):
            if time.monotonic() > end:
                return False
            await asyncio.sleep(0.05)
        return True


def red(conn: Connection, desk: Desk) -> list[str]:
    now = desk.clock.now(conn)
    return [one.name for one in CHECKS if one.weight == "red" and answer(conn, one, now).bad]


@contextlib.asynccontextmanager
async def running(store: Store, address: str, folder: Path) -> AsyncIterator[Running]:
    """Opened as ``python worker.py`` opens it, but for the speed of the clock."""
    main, spare = FakePostmark(), Hurried()
    (file := folder / "accounts.yaml").write_text(ACCOUNTS)
    async with main.served(), spare.served():
        settings = load_settings(
            data_dir=folder,
            base_url=BASE_URL,
            secret=SECRET,
            sender_address="news@ours.example",
            sender_name="Ours",
            company_name="Ours Ltd",
            company_address="1 Main Street, Town",
            delivery="send",
            internal_hosts="127.0.0.1",
            accounts=file,
            mail_url=main.settings["mail_url"],
            of_accounts={"MAIL_URL_SPARE": spare.settings["mail_url"]},
            send_rate=1000,
        )
        desk = open_desk(store, settings)
        desk.clock, desk.jitter = QuickClock(store.write_sync(RealClock().now), SPEED), timedelta()
        house = House(store, desk)
        for name, policy in (("dictionary", DICTIONARY), ("sales", SALES)):
            house.do(publish_policy, desk.clock, name, policy)
        client = await connect(address, sink=Incidents(store))
        work = Work(settings, client, store, desk, provider(settings, desk.accounts))
        stop, ready = asyncio.Event(), asyncio.Event()
        at_work = asyncio.create_task(work.run(stop, ready))
        await asyncio.wait_for(ready.wait(), 60)
        try:
            yield Running(house, main, spare)
            # Of the rows alone: the server is other tests' too.
            assert house.do(red, desk) == []
        finally:
            stop.set()
            await at_work


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"][: examples(1, 2)], indirect=True)
async def test_one_of_two_accounts_fails_in_the_middle(
    store: Store,
    temporal_server: str,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(registry, "SECONDS", 2.0)
    folder = tmp_path_factory.getbasetemp() / "engine"
    folder.mkdir(exist_ok=True)
    async with running(store, temporal_server, folder) as at:
        house, main, spare = at.house, at.main, at.spare
        house.publish(CAMPAIGN)
        main.script[:] = [TAKE] * TAKEN_FIRST + [TAKE_THEN_DROP] + [UNKEY] * 100
        spare.script[:] = [TAKE, TAKE_THEN_DROP, TAKE, THROTTLE]
        for number in range(LEADS):
            assert house.do(enrol, house.desk, "guide", house.lead(), f"test:{number}").journey
        assert await at.until(lambda conn: len(ended(conn)) == LEADS), house.do(left)
        failed = len(main.asked)
        assert house.do(rests) == {"main": "account-refused"}
        main.script.clear()
        assert house.do(resume, house.desk, "main", "test")
        house.do(wake_rested, None, Spread(rate=100))
        assert house.do(enrol, house.desk, "guide", house.lead(), "test:again").journey
        assert await at.until(lambda conn: len(ended(conn)) == LEADS + 1), house.do(left)
    rows = house.do(lambda conn: conn.execute(select(sends)).all())
    states = Counter((row.provider, row.state) for row in rows)
    taken = {"main": [one.send_id for one in main.taken], "spare": [one.send_id for one in spare.taken]}
    print(f"\n{len(rows)} mails: {dict(states)}; main asked {failed} times until all had ended, spare"
          f" {len(spare.asked)}; twice: {twice(taken)}")  # fmt: skip
    assert len(rows) == 2 * (LEADS + 1)
    assert set(house.do(ended)) == {"over"}
    assert twice(taken) == []
    assert states["main", "unknown"] == 1, "taken, and nothing said: no account is asked again"
    assert states.total() == states["main", "sent"] + states["spare", "sent"] + 1
    assert {row.id for row in rows if row.provider == "main"} == set(taken["main"])
    assert {row.id for row in rows if row.provider == "spare"} == set(taken["spare"])
    assert states["main", "sent"] == TAKEN_FIRST + 2, "the last journey goes by it again"


def twice(taken: dict[str, list[str]]) -> list[str]:
    return [one for one, count in Counter(taken["main"] + taken["spare"]).items() if count > 1]


def ended(conn: Connection) -> list[Any]:
    return list(conn.scalars(select(journeys.c.outcome).where(journeys.c.state == "ended")))


def left(conn: Connection) -> list[Any]:
    query = select(journeys.c.step, journeys.c.hold, journeys.c.due, journeys.c.attention)
    return [tuple(row) for row in conn.execute(query.where(journeys.c.state == "open"))]


def rests(conn: Connection) -> dict[str, str]:
    past = RealClock().now(conn)
    found = conn.execute(select(channels.c.name, channels.c.reason, channels.c.until))
    return {row.name: row.reason for row in found if row.until > past}
