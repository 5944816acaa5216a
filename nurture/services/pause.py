"""Pausing a campaign or one lead: nothing is done for them, and waits go on; resuming wakes whom it met."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, select, update

from nurture.clock import Clock
from nurture.domain.errors import NurtureError
from nurture.services.addresses import as_stored
from nurture.services.wakes import PAGE, Spread, queue
from nurture.store.tables import campaigns, identities, journeys, leads

PAUSED = "paused"
"""The name in ``journeys.hold`` of one that met a pause."""


class UnknownCampaign(NurtureError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"No campaign {name} is published here.",
            "`nurture journeys` lists the campaigns that have leads.",
        )


class UnknownLead(NurtureError):
    def __init__(self) -> None:
        super().__init__(
            "No lead has this address or id.",
            "Look whether it is spelt right; any spelling that an import takes will do.",
        )


def pause_campaign(conn: Connection, clock: Clock, name: str) -> bool:
    """False: it was paused already."""
    if _state(conn, name) == PAUSED:
        return False
    conn.execute(
        update(campaigns).where(campaigns.c.name == name).values(state=PAUSED, paused_at=clock.now(conn))
    )
    return True


def resume_campaign(conn: Connection, name: str) -> bool:
    """False: it was not paused. The journeys that met the pause are woken by ``wake_paused``."""
    if _state(conn, name) != PAUSED:
        return False
    conn.execute(update(campaigns).where(campaigns.c.name == name).values(state="live", paused_at=None))
    return True


def pause_lead(conn: Connection, clock: Clock, lead: str) -> int:
    """How many of the lead's open journeys now stand still."""
    rows = conn.execute(
        update(journeys)
        .where(journeys.c.lead_id == lead, journeys.c.state == "open", journeys.c.paused_at.is_(None))
        .values(paused_at=clock.now(conn))
    )
    return rows.rowcount


def resume_lead(conn: Connection, lead: str) -> int:
    """How many of them go on."""
    own = (journeys.c.lead_id == lead, journeys.c.state == "open")
    met = list(conn.scalars(select(journeys.c.id).where(*own, journeys.c.hold == PAUSED)))
    resumed = conn.execute(
        update(journeys).where(*own, journeys.c.paused_at.is_not(None)).values(paused_at=None)
    )
    queue(conn, met, Spread(rate=100), due=True)
    return resumed.rowcount


def wake_paused(conn: Connection, name: str, after: str | None, spread: Spread) -> tuple[str | None, int]:
    """One page of the campaign's journeys that met the pause: the last id, None at the end, and how many."""
    page = (
        select(journeys.c.id)
        .where(journeys.c.campaign == name, journeys.c.state == "open", journeys.c.hold == PAUSED)
        .where(journeys.c.paused_at.is_(None))
        .order_by(journeys.c.id)
        .limit(PAGE)
    )
    found = list(conn.scalars(page.where(journeys.c.id > after) if after else page))
    return (found[-1] if len(found) == PAGE else None), queue(conn, found, spread, due=True)


def lead_of(conn: Connection, word: str) -> str:
    """The id of the lead with this address, now or before, or this id; a merged one's follower."""
    is_address = "@" in word
    column = leads.c.email if is_address else leads.c.id
    try:
        value = as_stored(word) if is_address else str(UUID(word))
    except ValueError:
        raise UnknownLead from None
    query = select(leads.c.id, leads.c.merged_into)
    row = conn.execute(query.where(column == value)).one_or_none()
    if row is None and is_address:
        earlier = identities.c.kind == "email", identities.c.value == value
        row = conn.execute(query.join(identities, identities.c.lead_id == leads.c.id).where(*earlier)).first()
    if row is None:
        raise UnknownLead
    found: str = row.merged_into or row.id
    return found


def _state(conn: Connection, name: str) -> str:
    state = conn.execute(select(campaigns.c.state).where(campaigns.c.name == name)).scalar_one_or_none()
    if state is None:
        raise UnknownCampaign(name)
    return str(state)
