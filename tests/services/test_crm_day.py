"""A day of changes from both sides, with webhooks that come twice and out of order, ends with one truth."""

from __future__ import annotations

import os
import random
from typing import Any

import httpx
import pytest

from nurture.demo.crms.hubspot import FakeHubSpot
from nurture.demo.crms.hubspot_book import SECRET
from nurture.demo.crms.server import HALF_CLOSED, Fault
from nurture.services.changes import WRITERS
from nurture.settings import load_settings
from nurture.store.session import Store
from nurture.web.app import create_app
from tests.contracts.crms import HubSpotBench
from tests.rows import HOME
from tests.services.crm_world import World, world

SEEDS = range(20) if os.environ.get("NURTURE_TEST_FULL") else range(1)
THEIRS = {"first_name": "firstname", "industry": "industry"}
TROUBLES = (
    Fault(503),
    Fault(429, '{"policyName": "TEN_SECONDLY_ROLLING"}'),
    Fault(HALF_CLOSED, after=True, on="batch/u"),
)


class Day:
    def __init__(self, here: World, fake: FakeHubSpot, web: httpx.AsyncClient, seed: int) -> None:
        self.here, self.fake, self.web = here, fake, web
        self.dice = random.Random(seed)
        self.leads = [here.lead(f"p{n}@x.example", first_name="A") for n in range(3)]
        self.count = 0

    async def live(self, acts: int) -> None:
        for lead in self.leads:
            self.here.tell(lead, "lead", lead)
        await self.here.push()
        for _ in range(acts):
            act = self.dice.choice((self.ours, self.theirs, self.theirs, self.hooks, self.sync, self.trouble))
            await act()
        self.fake.moods.faults.clear()
        await self.hooks()
        for _ in range(3):
            self.here.later()
            await self.here.settled()

    async def ours(self) -> None:
        self.count += 1
        values = {f"lead.{self.dice.choice(tuple(THEIRS))}": self.dice.choice("BCDE")}
        lead, at = self.dice.choice(self.leads), self.here.rows.now
        self.here.store.write_sync(WRITERS["set"], self.here.desk, lead, values, f"day/{self.count}", at)

    async def theirs(self) -> None:
        contact = self.fake.by_lead(self.dice.choice(self.leads))
        name = THEIRS[self.dice.choice(tuple(THEIRS))]
        self.fake.change("contacts", contact.id, {name: self.dice.choice("VWXYZ")})

    async def sync(self) -> None:
        self.here.later()
        await self.here.push()

    async def trouble(self) -> None:
        self.fake.moods.faults.append(self.dice.choice(TROUBLES))

    async def hooks(self) -> None:
        """Some of what was told, shuffled, each call twice; then they are heard."""
        told, self.fake.told = self.fake.told, []
        self.dice.shuffle(told)
        for start in range(0, len(told), 3):
            body, headers = self.fake.webhook(told[start : start + 3], f"{HOME}/hooks/crm/hubspot")
            for _ in range(2):
                reply = await self.web.post("/hooks/crm/hubspot", content=body, headers=headers)
                assert reply.status_code == 200
        self.here.pulling._next = 0.0
        while await self.here.pulling.round():
            self.here.pulling._next = 0.0

    def both(self) -> list[tuple[Any, Any]]:
        rows = [(self.here.row(lead), self.fake.by_lead(lead).values) for lead in self.leads]
        ours = [(row.first_name, row.fields.get("industry") or "") for row, _ in rows]
        theirs = [(there["firstname"], there.get("industry", "")) for _, there in rows]
        return list(zip(ours, theirs, strict=True))


@pytest.mark.parametrize("seed", SEEDS)
async def test_both_sides_agree_in_the_evening(sqlite_store: Store, seed: int) -> None:
    fake = FakeHubSpot()
    settings = load_settings(
        crm="hubspot", crm_token="demo-token", crm_client_secret=SECRET, base_url=HOME, secret="s" * 20
    )
    transport = httpx.ASGITransport(create_app(settings, sqlite_store))
    secret = settings.crm_client_secret
    async with (
        world(sqlite_store, HubSpotBench(fake), "hubspot", crm_client_secret=secret) as here,
        httpx.AsyncClient(transport=transport, base_url=HOME) as web,
    ):
        day = Day(here, fake, web, seed)
        await day.live(30)
        assert [ours == theirs for ours, theirs in day.both()] == [True] * 3, day.both()
        assert len(fake.things["contacts"]) == 3
        forged = await web.post("/hooks/crm/hubspot", content=b"[]")
        other = await web.post("/hooks/crm/salesforce", content=b"[]")
        assert (forged.status_code, other.status_code) == (401, 404)
