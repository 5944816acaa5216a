"""A worker that ends itself at each named point, one by one: nobody is lost and nothing is sent twice.

All points are tried side by side, each with a database, a lead and (for the time it takes) a namespace of its
own, and every test below looks at one of them.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio

from nurture.crm.fake import FakeCrm
from nurture.delivery.catcher import Catcher, Faults
from tests.amount import FULL
from tests.chaos.crashing import SALES, Crash, crash, is_deferred
from tests.chaos.outward import OtherSystem, crash_outward
from tests.chaos.points import OFTEN, OUTWARD, POINTS, UNANSWERED
from tests.chaos.scene import make_scene
from tests.chaos.servers import ManyNamespaces, client_of, ready_for
from tests.chaos.workers import Workers, forking_workers
from tests.fixtures.store import fresh_postgres

pytestmark = [pytest.mark.chaos, pytest.mark.asyncio(loop_scope="session")]

SIDE_BY_SIDE = 8
SILENCE = 30.0
"""Seconds. So long no starved process is silent; of the dead the test tells by itself."""
DEFERS = 0.5
ON_POSTGRESQL = [
    "send_message/marked",
    "send_message/answered",
    "update_crm/advanced",
    "hand_off/acted",
]
if FULL:
    ON_POSTGRESQL += ["send_message/claimed", "relay/told"]


def deferred_once(email: str) -> bool:
    """Whether the catcher puts off the first try to this address, and only that."""
    return [Random(f"0/defer_at_rcpt/{email}/{number}").random() < DEFERS for number in range(1, 12)] == [
        number == 1 for number in range(1, 12)
    ]


def never_deferred(email: str) -> bool:
    return not any(Random(f"0/defer_at_rcpt/{email}/{number}").random() < DEFERS for number in range(1, 12))


def address_for(point: str, *, deferred: bool) -> str:
    name = point.replace("/", "-").replace("_", "-")
    fits = deferred_once if deferred else never_deferred
    return next(email for number in range(100_000) if fits(email := f"{name}-{number}@people.example"))


class Bench:
    """Runs crashes, a few at the same time, each in a namespace that is free."""

    def __init__(
        self,
        address: str,
        workers: Workers,
        catcher: Catcher,
        slow: Catcher,
        crm: FakeCrm,
        crm_url: str,
        other: OtherSystem,
    ) -> None:
        self._address = address
        self._workers = workers
        self._catcher = catcher
        self._slow = slow
        self._crm = crm
        self._crm_url = crm_url
        self._other = other
        self._free: asyncio.Queue[str] = asyncio.Queue()

    async def prepare(self, folder: Path) -> None:
        self._folder = folder
        await ready_for(self._address, namespaces(), folder)
        for namespace in namespaces():
            self._free.put_nowait(namespace)

    async def crash(self, point: str, url: str, tag: str = "", *, naive: bool = False) -> Crash:
        namespace = await self._free.get()
        client = await client_of(self._address, namespace)
        catcher = self._slow if point == UNANSWERED else self._catcher
        scene = make_scene(url, client, catcher, self._folder / namespace, SALES)
        scene.house.desk.crm = True
        scene.orders = replace(scene.orders, crm_url=self._crm_url, silence=SILENCE, naive=naive)
        email = address_for(f"{point}{tag}", deferred=is_deferred(point))
        try:
            if point in OUTWARD:
                return await crash_outward(scene, self._workers, self._other, point, email)
            return await crash(scene, self._workers, self._crm, point, email)
        finally:
            scene.store.close()
            self._free.put_nowait(namespace)


def is_starved(crash: Crash) -> bool:
    """Perhaps: it went otherwise than expected, and nothing was sent twice."""
    return bool(crash.problems) and not any("duplicates" in problem for problem in crash.problems)


def point_of(item: pytest.Item) -> str:
    return item.name.partition(f"{test_a_crash_at.__name__}[")[2].rstrip("]")


def namespaces() -> list[str]:
    return [f"bench{number}" for number in range(SIDE_BY_SIDE)]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def bench(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bench]:
    folder = tmp_path_factory.mktemp("crash-points")
    crm = FakeCrm()
    with (folder / "workers.log").open("wb") as log:
        async with (
            ManyNamespaces(folder / "temporal", namespaces()) as server,
            Catcher(faults=Faults(defer_at_rcpt=DEFERS)) as catcher,
            Catcher(faults=Faults(defer_at_rcpt=DEFERS), answer_after=0.5) as slow,
            crm.served() as crm_url,
            OtherSystem() as other,
            forking_workers(log) as workers,
        ):
            bench = Bench(server.address, workers, catcher, slow, crm, crm_url, other)
            await bench.prepare(folder)
            yield bench


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def crashes(
    bench: Bench,
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Mapping[str, Crash]:
    """Of the points that are asked for on the command line, else of all.

    Side by side they may starve each other until a lease runs out, and a mail is unknown that need not be.
    So what went otherwise than expected is tried once more alone, and that counts; but what was sent twice
    was sent twice.
    """
    folder = tmp_path_factory.mktemp("crashes")

    async def one(number: int, point: str, tag: str = "") -> Crash:
        url = f"sqlite:///{shutil.copy(sqlite_template, folder / f'{number}{tag}.db')}"
        return await bench.crash(point, url, tag)

    asked = {point_of(item) for item in request.session.items} & set(POINTS)
    found = await asyncio.gather(*(one(number, point) for number, point in enumerate(sorted(asked))))
    for number, starved in enumerate(found):
        if is_starved(starved):
            print(f"{starved.point}, tried again alone: {starved.problems}")
            found[number] = await one(number, starved.point, "-alone")
    print(f"crash points: n={len(found)}, problems={sum(bool(crash.problems) for crash in found)}")
    return {crash.point: crash for crash in found}


@pytest.mark.parametrize("point", POINTS if FULL else OFTEN)
async def test_a_crash_at(point: str, crashes: Mapping[str, Crash]) -> None:
    assert crashes[point].problems == []


async def test_on_postgresql_too(bench: Bench, postgres_server: str, postgres_template: str) -> None:
    """The points whose meaning depends most on what a database does with an open transaction."""

    async def one(point: str, tag: str = "-pg") -> Crash:
        with fresh_postgres(postgres_server, postgres_template) as url:
            return await bench.crash(point, url, tag)

    found = await asyncio.gather(*(one(point) for point in ON_POSTGRESQL))
    found = [await one(crash.point, "-pg-alone") if is_starved(crash) else crash for crash in found]
    print(f"crash points on PostgreSQL: n={len(found)}, problems={sum(bool(c.problems) for c in found)}")
    assert {crash.point: crash.problems for crash in found if crash.problems} == {}


async def test_a_sender_without_a_ledger_is_caught(bench: Bench, sqlite_url: str) -> None:
    found = await bench.crash("send_message/answered", sqlite_url, "-naive", naive=True)
    print(f"naive, crashed once after the answer: {found.problems}")
    assert any("duplicates" in problem for problem in found.problems)
