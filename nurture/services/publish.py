"""Publishing: a checked campaign, its texts and the policies become immutable versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, update

from nurture.clock import Clock
from nurture.domain.campaign import document_hash
from nurture.domain.differences import Difference
from nurture.services.copying import TEXT, free_parked
from nurture.services.library import BROKEN, Library, read_campaign
from nurture.services.live import set_live
from nurture.services.releases import release
from nurture.services.scans.plan import plan_scans
from nurture.services.sign_in import ADMIN, ensure_users
from nurture.services.versions import Version, changes
from nurture.services.versions import version as version_of
from nurture.store.tables import (
    campaign_versions,
    campaigns,
    journeys,
    message_versions,
    policies,
    policy_versions,
)
from nurture.store.upserts import insert_unless_there

DRAIN = "drain"
"""The policy by which nobody new comes in before the journeys on older versions are over."""


@dataclass(frozen=True)
class PublishedNow:
    """``news``: it differs from what was live before."""

    name: str
    hash: str
    news: bool
    staying: int = 0
    """Open journeys that stay on an older version."""
    mended: int = 0
    """Of those, how many had waited for a mended text, have it and go on."""
    parked: int = 0
    """How many still wait for one."""
    changes: tuple[Difference, ...] = ()
    """What is different from what was live before."""
    waits: bool = False
    """It is not live before a second person has approved it."""


def publish_campaign(
    conn: Connection,
    clock: Clock,
    document: Mapping[str, Any],
    texts: Mapping[str, Mapping[str, Any]],
    by: str = "",
    policy: str = "new",
) -> PublishedNow:
    """``texts``: message -> its source as JSON. New journeys get this version; open ones stay on theirs.
    Raises Unreadable: what the checker has passed can be read.

    ``policy``: what happens to those, once it is live; kept for an approval."""
    read_campaign(document)
    now, name = clock.now(conn), document["campaign"]
    before = conn.execute(select(campaigns.c.live).where(campaigns.c.name == name)).scalar_one_or_none()
    old = version_of(conn, name, before) if before else None
    messages = {message: document_hash(source) for message, source in texts.items()}
    for message, source in texts.items():
        row = {"hash": messages[message], "message": message, "source": dict(source), "published_at": now}
        conn.execute(insert_unless_there(conn, message_versions, row))
    version = document_hash({"campaign": document, "messages": messages})
    row = {"hash": version, "campaign": name, "document": dict(document), "messages": messages}
    row |= {"published_at": now, "published_by": by}
    conn.execute(insert_unless_there(conn, campaign_versions, row))
    needs = document.get("approve") or (old is not None and old.document.get("approve"))
    waits = bool(needs) and before != version
    if before != version:
        release(conn, name, version, before, now, by, policy=policy, waits=waits)
    mended = 0
    if not waits:
        set_live(conn, clock, name, version, drains=policy == DRAIN and before != version)
        mended = free_parked(conn, clock, Library(), name)
    staying = select(func.count()).where(
        journeys.c.campaign == name, journeys.c.state == "open", journeys.c.version != version
    )
    told = _told(old, Version(document, texts)) if old and before != version else ()
    staying_now = conn.execute(staying).scalar_one()
    parked = conn.execute(staying.where(journeys.c.attention == TEXT)).scalar_one()
    return PublishedNow(name, version, before != version, staying_now, mended, parked, told, waits)


def _told(old: Version, new: Version) -> tuple[Difference, ...]:
    """Over a version that cannot be read any more one is published as if it were the first."""
    try:
        return changes(old, new)
    except BROKEN:
        return ()


def publish_policy(conn: Connection, clock: Clock, kind: str, document: Mapping[str, Any]) -> PublishedNow:
    """kind: ``dictionary``, ``scoring``, ``sales``, ... Applies to everyone from now."""
    version = document_hash({"kind": kind, "policy": document})
    row = {"hash": version, "kind": kind, "document": dict(document), "published_at": clock.now(conn)}
    conn.execute(insert_unless_there(conn, policy_versions, row))
    before = conn.execute(select(policies.c.live).where(policies.c.kind == kind)).scalar_one_or_none()
    if before is None:
        conn.execute(insert_unless_there(conn, policies, {"kind": kind, "live": version}))
    else:
        conn.execute(update(policies).where(policies.c.kind == kind).values(live=version))
    if kind == "sales":
        ensure_users(conn, clock, _members(document))
    if kind in ("dictionary", "calendars") and before != version:
        plan_scans(conn, clock)
    return PublishedNow(kind, version, before != version)


def _members(sales: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Admins who are in no team take no leads."""
    admins = {str(email).lower() for email in sales.get("admins", ())}
    for email in sorted(admins):
        yield {"email": email, "role": ADMIN}
    for team, spec in sales.get("teams", {}).items():
        for member in spec["members"]:
            role = {"role": ADMIN} if str(member["email"]).lower() in admins else {}
            yield {**member, **role, "team": team}
