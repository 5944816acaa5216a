"""A campaign's versions, and who is on them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, func, select

from nurture.store.tables import campaign_versions, campaigns, journeys


def versions_of(conn: Connection, campaign: str) -> list[dict[str, Any]]:
    """Newest first."""
    own = and_(journeys.c.version == campaign_versions.c.hash, journeys.c.state == "open")
    under_way = select(func.count()).select_from(journeys).where(own).scalar_subquery()
    rows = conn.execute(
        select(
            campaign_versions.c.hash.label("version"),
            campaign_versions.c.published_at,
            campaign_versions.c.published_by,
            (campaigns.c.live == campaign_versions.c.hash).label("live"),
            under_way.label("under_way"),
        )
        .join(campaigns, campaigns.c.name == campaign_versions.c.campaign)
        .where(campaign_versions.c.campaign == campaign)
        .order_by(campaign_versions.c.published_at.desc(), campaign_versions.c.hash)
    )
    return [{**row, "live": bool(row["live"])} for row in rows.mappings()]
