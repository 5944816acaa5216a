"""The page of what the CRM left for a person."""

from __future__ import annotations

import httpx

from nurture.services.crm_links import park
from nurture.store.session import Store
from tests.rows import Rows

Client = httpx.AsyncClient
REASON = "policies/crm.yaml does not say what a new value of hs_lead_status means"


async def test_what_is_parked_is_shown_until_somebody_has_seen_to_it(
    client: Client, me: Client, store: Store, rows: Rows
) -> None:
    ann = rows.lead(email="ann@acme.example")
    store.write_sync(park, "hubspot", "unmapped value", REASON, "k", ann, "1001")
    store.write_sync(park, "hubspot", "stranger", "nobody knows them", "s", None, "2002")
    assert (await client.get("/crm")).headers["location"] == "/signin"
    page = (await me.get("/crm")).text
    assert "Unmapped value" in page
    assert f"/leads/{ann}" in page
    assert REASON in page
    assert "2002 in Hubspot" in page
    action = page.split('action="')[2].split('"')[0]
    other = {"Origin": "https://else.example", "Sec-Fetch-Site": "cross-site"}
    assert (await me.post(action, headers=other)).status_code == 403
    assert (await me.post(action)).headers["location"] == "/crm"
    assert REASON not in (await me.get("/crm")).text
    assert (await me.post(action)).status_code == 404
