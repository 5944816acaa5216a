"""The page of what the CRM left for a person."""

from __future__ import annotations

import httpx

from nurture.clock import RealClock
from nurture.crm.connector import CrmDown, CrmRefused, What
from nurture.services.crm import queue
from nurture.services.crm_links import park
from nurture.services.crm_outbox import down, due, refused
from nurture.services.crm_rest import close_gate
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


async def test_the_outbox_is_read_and_tried_again_by_anyone(
    client: Client, me: Client, store: Store, rows: Rows
) -> None:
    ann, ben = rows.lead(email="ann@acme.example"), rows.lead(email="ben@acme.example")
    changes: tuple[tuple[str, What], ...] = ((ann, "handoff"), (ann, "stage"), (ben, "lead"))
    for lead, what in changes:
        store.write_sync(queue, RealClock(), lead, what, {}, what)
    first, second = store.write_sync(due, "webhook", 2)
    store.write_sync(down, "webhook", first, CrmDown("http 503", 1200))
    store.write_sync(refused, "webhook", second, CrmRefused("http 422"))
    store.write_sync(close_gate, "webhook", None)
    page = (await me.get("/crm")).text
    assert "2 changes, in their order" in page
    assert "Tried once: http 503. Next try in 19 min." in " ".join(page.replace("\n", " ").split())
    assert "http 422" in page
    assert "wants nothing any more" in page
    assert (await client.post("/crm/retry")).status_code in (303, 403)
    assert (await me.post(f"/crm/changes/{second.row}/skip")).headers["location"] == "/crm"
    assert (await me.post(f"/crm/changes/{second.row}/skip")).status_code == 404
    assert (await me.post(f"/crm/changes/{2**63}/skip")).status_code == 404
    assert (await me.post("/crm/retry")).headers["location"] == "/crm"
    page = (await me.get("/crm")).text
    assert "http 422" not in page
    assert "wants nothing" not in page
    assert "Next try" not in page
