"""A second person lets a version go live, where the campaign asks for one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, update

from nurture.clock import Clock
from nurture.domain.differences import Difference
from nurture.domain.errors import NurtureError
from nurture.services.copying import free_parked
from nurture.services.library import Library
from nurture.services.live import set_live
from nurture.services.publish import DRAIN
from nurture.services.versions import UnknownVersion, changes, version
from nurture.store.tables import campaigns, releases


class NothingWaits(NurtureError):
    """No version of the campaign waits for an approval."""


class SamePerson(NurtureError):
    """Whoever published it cannot approve it."""


@dataclass(frozen=True)
class Waiting:
    version: str
    by: str
    policy: str
    changes: tuple[Difference, ...]
    """From what is live now."""


def waiting(conn: Connection, campaign: str) -> Waiting:
    """Raises NothingWaits."""
    row = _row(conn, campaign)
    new = version(conn, campaign, row.version)
    try:
        told = changes(version(conn, campaign), new)
    except UnknownVersion:
        told = (Difference("added", campaign, "the campaign is not published yet"),)
    return Waiting(row.version, row.by, row.policy, told)


def approve(conn: Connection, clock: Clock, campaign: str, seen: str, by: str) -> None:
    """``seen``: the version that was looked at. Raises NothingWaits and SamePerson."""
    row = _row(conn, campaign)
    if row.version != seen:
        raise NothingWaits(f"Another version of {campaign} was published meanwhile.", "Look at it again.")
    if row.by.casefold() == by.casefold():
        raise SamePerson(
            f"The campaign {campaign} was published by {by}: somebody else approves it.",
            "Say who you are with --by NAME.",
        )
    live = conn.scalar(select(campaigns.c.live).where(campaigns.c.name == campaign))
    values = {"state": "live", "before": live, "approved_by": by, "approved_at": clock.now(conn)}
    conn.execute(update(releases).where(releases.c.id == row.id).values(**values))
    set_live(conn, clock, campaign, row.version, drains=row.policy == DRAIN)
    free_parked(conn, clock, Library(), campaign)


def _row(conn: Connection, campaign: str) -> Row[Any]:
    own = releases.c.campaign == campaign, releases.c.state == "waiting"
    found = conn.execute(select(releases).where(*own)).one_or_none()
    if found is None:
        raise NothingWaits(f"No version of {campaign} waits for an approval.")
    return found
