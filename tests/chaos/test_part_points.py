"""A process that ends itself at each named point of the parts that need no Temporal, and another that does
the same work again: a provider that repeats its webhook, a relay that takes over, a person who presses again.
What stands in the end, here and in the CRM, is what stands after a run without any trouble."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Connection, select

from nurture.services.hooks import keep
from nurture.store.session import Store
from nurture.store.tables import (
    crm_links,
    events,
    handoffs,
    inbox,
    outbox,
    provider_events,
    sends,
    suppressions,
    timeline,
)
from tests.amount import FULL
from tests.chaos.orders import CRASHED, Orders
from tests.chaos.parts import AT_ONCE
from tests.chaos.points import PARTS, POINTS
from tests.chaos.workers import Workers, forking_workers
from tests.contracts.crms import FAKES
from tests.services.crm_world import World, world

pytestmark = [pytest.mark.chaos, pytest.mark.asyncio(loop_scope="session")]

MAILS, TASKS = 2 * AT_ONCE + 1, 3
TELLS = (
    {"RecordType": "Delivery", "DeliveredAt": "2026-03-02T09:00:00Z"},
    {"RecordType": "Bounce", "Type": "HardBounce", "Details": "550 5.1.1 unknown", "ID": 7},
    {"RecordType": "SpamComplaint", "ID": 9},
)
ENDS_WITHIN = 120.0
COMMITTED = ("hooks/kept", "hooks/taken", "crm/answered", "crm/seen")
CRMS = {
    "hubspot": ("contacts", "tasks"),
    "salesforce": ("Lead", "Task"),
    "pipedrive": ("persons", "activities"),
}
TRIED = [("hubspot", part, point) for part, points in PARTS.items() for point in points]
TRIED += [(crm, "telling", "crm/answered") for crm in CRMS if crm != "hubspot"]
if not FULL:  # where the world knows already what we do not
    TRIED = [one for one in TRIED if one[0] == "hubspot" and one[2] in COMMITTED]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def workers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Workers]:
    with (tmp_path_factory.mktemp("parts") / "workers.log").open("wb") as log:
        async with forking_workers(log) as workers:
            yield workers


async def come_to(workers: Workers, url: str, folder: Path, crm: str, part: str, point: str = "") -> Any:
    """What stands in the end. ``point``: where the first process ends itself; empty: nowhere."""
    store, bench = Store(url), FAKES[crm]()
    fake: Any = getattr(bench, "fake")  # noqa: B009 - the webhook's has other things
    async with world(store, bench, crm) as here:
        await prepare(here, fake, part, folder)
        orders = Orders(url, "", 0, str(folder), crm=crm, crm_url=here.url, part=part)
        if point:
            first = await workers.start(orders.crashing(point))
            assert await asyncio.wait_for(first.ended, ENDS_WITHIN) == CRASHED, f"{point} was never reached"
        again = await workers.start(orders)
        assert await asyncio.wait_for(again.ended, ENDS_WITHIN) == 0
        found = store.read_sync(books)
    store.close()
    return {**found, **{what: len(fake.things[what]) for what in CRMS[crm]}}


async def prepare(here: World, fake: Any, part: str, folder: Path) -> None:
    if part in ("door", "reading"):
        told = [_told(here, number) for number in range(MAILS)]
        (folder / "told.json").write_text(json.dumps([told, told[0]]))
        if part == "reading":
            here.store.write_sync(keep, here.desk, "postmark", "1", {}, json.dumps(told).encode())
        return
    people = [here.lead(f"p{number}@x.example", first_name="Ann") for number in range(TASKS)]
    for lead in people:
        here.task(lead)
    if part == "hearing":
        await here.push()
        for lead in people:
            fake.change("contacts", fake.by_lead(lead).id, {"hs_lead_status": "IN_PROGRESS"})
        body, _ = fake.webhook(fake.told, "https://x.example/hooks")
        here.store.write_sync(keep, here.desk, "crm hubspot", "1", {}, body)


def _told(here: World, number: int) -> dict[str, Any]:
    email = f"{number}@people.example"
    send = here.rows.send(here.lead(email), recipient=email, state="sent", step=str(number))
    return {
        **TELLS[number % len(TELLS)],
        "MessageID": send,
        "Email": email,
        "Metadata": {"nurture_send": send},
    }


def books(conn: Connection) -> dict[str, Any]:
    """Everything that may not differ: how many of each."""
    counted = {
        "sends": select(sends.c.step, sends.c.state, sends.c.reason),
        "told": select(provider_events.c.told),
        "bodies": select(inbox.c.source, inbox.c.state),
        "suppressed": select(suppressions.c.scope, suppressions.c.reason),
        "events": select(events.c.type),
        "timeline": select(timeline.c.kind),
        "outbox": select(outbox.c.kind, outbox.c.state),
        "links": select(crm_links.c.state),
        "tasks": select(handoffs.c.state, handoffs.c.sla),
    }
    return {name: Counter(tuple(row) for row in conn.execute(query)) for name, query in counted.items()}


class Runs:
    """All of them side by side, and what each came to."""

    def __init__(self, workers: Workers, template: Path, folder: Path) -> None:
        self._workers = workers
        self._template = template
        self._folder = folder

    async def run(self, crm: str, part: str, point: str = "") -> Any:
        folder = self._folder / f"{crm}-{part}-{point.replace('/', '-')}"
        folder.mkdir()
        url = f"sqlite:///{shutil.copy(self._template, folder / 'nurture.db')}"
        return await come_to(self._workers, url, folder, crm, part, point)


def _other(was: dict[str, Any], came: dict[str, Any]) -> list[str]:
    return [f"{name}: {was[name]} undisturbed, {came[name]} now" for name in was if was[name] != came[name]]


async def test_what_stands_in_the_end_is_the_same(
    workers: Workers, sqlite_template: Path, tmp_path: Path
) -> None:
    runs = Runs(workers, sqlite_template, tmp_path)
    quiet = sorted({(crm, part) for crm, part, _ in TRIED})
    undisturbed = dict(zip(quiet, await asyncio.gather(*(runs.run(*one) for one in quiet)), strict=True))
    found = await asyncio.gather(*(runs.run(*one) for one in TRIED))
    pairs = [(one, undisturbed[one[:2]], came) for one, came in zip(TRIED, found, strict=True)]
    wrong = {one: _other(was, came) for one, was, came in pairs if was != came}
    points = {point for _, _, point in TRIED}
    print(f"crash points beside those of journeys: n={len(points)} in {len(TRIED)} runs, {len(wrong)} wrong;"
          f" all named points: {len(POINTS) + sum(map(len, PARTS.values()))}")  # fmt: skip
    assert wrong == {}
    at = undisturbed["hubspot", "telling"]
    assert (at["contacts"], at["tasks"], at["outbox"]) == (TASKS, TASKS, {("crm", "done"): TASKS})
    assert undisturbed["hubspot", "reading"]["told"].total() == MAILS
    assert undisturbed["hubspot", "hearing"]["outbox"]["wake", "open"] == TASKS
