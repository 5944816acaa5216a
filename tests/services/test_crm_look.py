"""What `nurture crm check` asks of a CRM."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nurture.crm.registry import listens
from nurture.demo.crms.hubspot import FakeHubSpot
from nurture.services.crm_preview import previews
from tests.services.crm_world import World


@pytest.fixture
def fake() -> FakeHubSpot:
    return FakeHubSpot()


async def test_a_look_says_what_would_be_written_and_writes_nothing(here: World, fake: FakeHubSpot) -> None:
    ann = here.lead("ann@x.example", first_name="Ann", fields={"industry": "Retail"})
    fake.make("contacts", {"email": "ann@x.example", "industry": "Wholesale"})
    crm = listens(here.crm)
    assert crm is not None
    (would,) = await crm.would(here.store.read_sync(previews, here.desk, "hubspot", ann, 10))
    assert (would.new, would.take, would.push["firstname"]) == (False, {"industry": "Wholesale"}, "Ann")
    mapping = here.store.read_sync(here.desk.library.crm, "hubspot")
    assert await crm.missing(mapping) == []
    odd = replace(mapping, no_mail={"shoe_size": "44"})
    assert await crm.missing(odd) == ["HubSpot's contacts have no property `shoe_size`"]
    (contact,) = fake.things["contacts"].values()
    assert "nurture_lead_id" not in contact.values
