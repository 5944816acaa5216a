"""A CRM, our way to it and a lead: for tests that name a fake of theirs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import pytest

from nurture.demo.crms.hubspot import FakeHubSpot
from nurture.demo.crms.pipedrive import FakePipedrive
from nurture.demo.crms.salesforce import FakeSalesforce
from nurture.demo.crms.server import FakeServer
from nurture.store.session import Store
from tests.contracts.crms import Bench, HubSpotBench, PipedriveBench, SalesforceBench
from tests.services.crm_world import World, world

BENCHES: Mapping[type[FakeServer], tuple[str, Callable[[Any], Bench]]] = {
    FakeHubSpot: ("hubspot", HubSpotBench),
    FakeSalesforce: ("salesforce", SalesforceBench),
    FakePipedrive: ("pipedrive", PipedriveBench),
}


@pytest.fixture
async def here(sqlite_store: Store, fake: FakeServer) -> AsyncIterator[World]:
    name, bench = BENCHES[type(fake)]
    async with world(sqlite_store, bench(fake), name) as found:
        yield found
