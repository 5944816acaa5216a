from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from nurture.store.tables import policy_versions, shadows
from tests.web.sales import ME, Sales

Client = httpx.AsyncClient
MEMBER = {"name": "Dana", "email": ME}


def _led(sales: Sales, head: str | None) -> None:
    team: dict[str, Any] = {"members": [MEMBER], "handoff": "shadow", **({"head": head} if head else {})}
    document = {"teams": {"inside-sales": team}}
    policy = update(policy_versions).where(policy_versions.c.kind == "sales").values(document=document)
    sales.store.write_sync(lambda conn: conn.execute(policy))


@pytest.fixture
def lead(sales: Sales) -> str:
    lead = sales.lead()
    context = {"why": "Came back to the prices", "score": 72, "cell": "A1", "routed": {"why": "in turn"}}
    journey = sales.rows.journey(lead)
    values = {"lead_id": lead, "journey_id": journey, "team": "inside-sales", "context": context}
    return str(sales.rows.put(shadows, key="k", created_at=sales.rows.now, **values))


async def test_whoever_leads_the_team_says_yes_or_no(me: Client, sales: Sales, lead: str) -> None:
    _led(sales, ME)
    assert "In the shadow" in (await me.get("/inbox")).text
    shown = (await me.get("/shadow")).text
    assert "Nora Lindqvist" in shown
    assert "Came back to the prices" in shown
    assert (await me.post(f"/shadow/{lead}", data={"verdict": "maybe"})).status_code == 422
    assert (await me.post(f"/shadow/{lead}", data={"verdict": "yes"})).status_code == 303
    assert "1 of 1" in (await me.get("/shadow?all=1")).text
    row = sales.store.read_sync(lambda conn: conn.execute(select(shadows)).one())
    assert (row.verdict, row.judged_by) == ("yes", sales.user(ME))


async def test_others_find_no_such_page(me: Client, sales: Sales, lead: str) -> None:
    _led(sales, None)
    assert (await me.get("/shadow")).status_code == 404
    assert (await me.post(f"/shadow/{lead}", data={"verdict": "yes"})).status_code == 404
