"""What a CRM does to those who ask too much of it, and a CRM that is away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from nurture.demo.crms.hubspot import FakeHubSpot
from nurture.demo.crms.server import Fault
from nurture.services.crm_meter import day
from nurture.services.crm_rest import gate_state
from nurture.store.session import Store
from nurture.store.tables import rates
from tests.contracts.crms import HubSpotBench
from tests.services.crm_world import World, world


@pytest.fixture
def fake() -> FakeHubSpot:
    return FakeHubSpot()


@pytest.fixture
async def here(sqlite_store: Store, fake: FakeHubSpot) -> AsyncIterator[World]:
    async with world(sqlite_store, HubSpotBench(fake), "hubspot", crm_daily_calls=200) as found:
        yield found


async def test_a_day_of_the_crm_away_a_limit_and_a_token_lose_nothing(here: World, fake: FakeHubSpot) -> None:
    people = [here.lead(f"p{n}@x.example") for n in range(4)]
    tasks = [here.task(lead) for lead in people]
    fake.moods.down = True
    await here.push()
    assert here.store.read_sync(gate_state, "hubspot") == "resting"
    assert {error for _, error in here.errors()} == {"http 503"}
    fake.moods.down = False
    fake.moods.faults.append(Fault(429, '{"policyName": "TEN_SECONDLY_ROLLING"}'))
    here.later()
    await here.push()
    assert {error for _, error in here.errors()} == {"http 429"}
    fake.moods.faults.append(Fault(429, '{"policyName": "DAILY"}', {"retry-after": "7200"}))
    here.later()
    await here.push()
    assert {error for _, error in here.errors()} == {"calls of the day used up"}
    fake.moods.token = "another"
    here.later()
    await here.push()
    assert {error for _, error in here.errors()} == {"credentials refused"}
    fake.moods.token = "demo-token"
    here.later()
    while await here.push():
        here.later()
    assert here.store.read_sync(gate_state, "hubspot") == "open"
    assert sorted(one.values["nurture_handoff_id"] for one in fake.things["tasks"].values()) == sorted(tasks)
    assert here.errors() == []


async def test_when_the_day_s_calls_are_used_up_handoffs_still_go(here: World, fake: FakeHubSpot) -> None:
    here.rows.put(rates, name=day("hubspot"), tokens=12.0, at=here.rows.now + timedelta(hours=5))
    people = [here.lead(f"p{n}@x.example") for n in range(3)]
    for lead in people:
        here.tell(lead, "lead", lead)
        await here.push()
    assert {error for _, error in here.errors()} == {"calls of the day used up"}
    task = here.task(here.lead("ann@x.example"))
    await here.push()
    assert [one.values["nurture_handoff_id"] for one in fake.things["tasks"].values()] == [task]
    assert here.store.read_sync(gate_state, "hubspot") == "open"
