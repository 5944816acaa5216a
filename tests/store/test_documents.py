"""Documents come back as they were published, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import insert, select

from nurture.domain.campaign import load_campaign
from nurture.store.session import Store
from nurture.store.tables import campaign_versions

DOCUMENT = {
    "campaign": "order",
    "leave": {"z-first": "lead.customer", "a": 'happened("x")'},
    "steps": [{"send": "hello", "if": ["score > 1"], "variants": {"long-name": 50, "b": 50}}],
}


async def test_the_order_of_keys_is_kept(store: Store) -> None:
    """The first key of a step is its verb, and the first outcome of ``leave`` wins."""
    now = datetime(2026, 3, 2, tzinfo=UTC)
    row = {"hash": "h", "campaign": "order", "document": DOCUMENT, "messages": {}, "published_at": now}
    await store.write(lambda conn: conn.execute(insert(campaign_versions).values(**row)))
    found = await store.read(lambda conn: conn.scalars(select(campaign_versions.c.document)).one())
    campaign = load_campaign(found)
    assert [leave.outcome for leave in campaign.leave] == ["z-first", "a"]
    assert [step.name for step in campaign.main] == ["hello"]
    assert list(campaign.main[0].variants) == ["long-name", "b"]  # type: ignore[attr-defined]
