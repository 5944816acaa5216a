"""The fakes by the name of their CRM."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from nurture.crm.fake import SECRET, FakeCrm
from nurture.demo.crms.hubspot import FakeHubSpot
from nurture.demo.crms.pipedrive import FakePipedrive
from nurture.demo.crms.salesforce import FakeSalesforce
from nurture.demo.crms.server import FakeServer

FAKES: Mapping[str, Callable[[], FakeServer]] = {
    "hubspot": FakeHubSpot,
    "salesforce": FakeSalesforce,
    "pipedrive": FakePipedrive,
}
WEBHOOK = "webhook"


@asynccontextmanager
async def served(name: str) -> AsyncIterator[Mapping[str, Any]]:
    """The settings by which it is spoken to."""
    if name == WEBHOOK:
        async with FakeCrm().served() as url:
            yield {"crm": WEBHOOK, "crm_webhook_url": url, "crm_webhook_secret": SECRET}
        return
    fake = FAKES[name]()
    async with fake.served() as url:
        yield {"crm": name, "crm_address": url, "crm_token": fake.moods.token, "crm_webhook_url": ""}
