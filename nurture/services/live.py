"""Which version of a campaign new journeys get: set here and nowhere else, as what is scanned follows it."""

from __future__ import annotations

from sqlalchemy import Connection, update

from nurture.clock import Clock
from nurture.services.scans.plan import plan_scans
from nurture.store.tables import campaigns
from nurture.store.upserts import insert_unless_there


def set_live(conn: Connection, clock: Clock, name: str, version: str, *, drains: bool = False) -> None:
    """New journeys get this version from now; ``drains``: once those on older versions are over."""
    if not conn.execute(insert_unless_there(conn, campaigns, {"name": name, "live": version})).rowcount:
        values = {"live": version} | ({"draining": True} if drains else {})
        conn.execute(update(campaigns).where(campaigns.c.name == name).values(values))
    plan_scans(conn, clock)
