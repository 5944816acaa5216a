"""Giving journeys under way the texts that are live now, and nothing else of the new version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, update

from nurture.clock import Clock
from nurture.domain.campaign import document_hash
from nurture.domain.errors import NurtureError
from nurture.services.library import Library
from nurture.services.mending import go_on, mend
from nurture.store.tables import campaign_versions, campaigns, journeys, message_versions
from nurture.store.upserts import insert_unless_there

QUOTED_LINK = '"'
TEXT = "template"
"""Why a journey is parked whose text is broken."""


class LinkGone(NurtureError):
    """A condition asks for a link that the new text no longer has."""


@dataclass(frozen=True)
class Copied:
    """``messages``: those whose text changed for somebody. ``journeys``: how many got new texts."""

    messages: tuple[str, ...]
    journeys: int
    mended: int
    """Journeys that were parked for a broken text and go on now."""


def copy_texts(conn: Connection, clock: Clock, library: Library, campaign: str) -> Copied:
    """Every open journey of the campaign stays on its own steps and gets the live texts. Raises LinkGone."""
    live = _live(conn, campaign)
    used = select(journeys.c.version).where(journeys.c.campaign == campaign, journeys.c.state == "open")
    changed: set[str] = set()
    moved = 0
    for old in conn.execute(select(campaign_versions).where(campaign_versions.c.hash.in_(used))).all():
        messages = _with_texts_of(live, old)
        if messages == old.messages:
            continue
        _check_links(conn, library, old, messages)
        changed |= {name for name in messages if messages[name] != old.messages[name]}
        version = _keep(conn, clock, old, messages)
        on_old = journeys.c.version == old.hash, journeys.c.state == "open"
        moved += conn.execute(update(journeys).where(*on_old).values(version=version)).rowcount
    return Copied(tuple(sorted(changed)), moved, mend(conn, campaign, TEXT))


def free_parked(conn: Connection, clock: Clock, library: Library, campaign: str) -> int:
    """Who waits because a text is broken gets the live ones, if they are others, and goes on by the old
    steps; whoever would lose a link that a condition asks for waits on. How many."""
    parked = journeys.c.campaign == campaign, journeys.c.state == "open", journeys.c.attention == TEXT
    used = conn.scalars(select(journeys.c.version).where(*parked).distinct()).all()
    live, freed = _live(conn, campaign) if used else None, list[str]()
    for old in conn.execute(select(campaign_versions).where(campaign_versions.c.hash.in_(used))).all():
        messages = _with_texts_of(live, old)
        try:
            _check_links(conn, library, old, messages)
        except LinkGone:
            continue
        if messages != old.messages:
            ids = conn.scalars(select(journeys.c.id).where(*parked, journeys.c.version == old.hash)).all()
            version = _keep(conn, clock, old, messages)
            conn.execute(update(journeys).where(journeys.c.id.in_(ids)).values(version=version))
            freed += ids
    return go_on(conn, freed) if freed else 0


def _live(conn: Connection, campaign: str) -> Row[Any]:
    query = select(campaign_versions).join(campaigns, campaigns.c.live == campaign_versions.c.hash)
    return conn.execute(query.where(campaigns.c.name == campaign)).one()


def _with_texts_of(live: Row[Any] | None, old: Row[Any]) -> dict[str, str]:
    assert live is not None
    return {name: live.messages.get(name, text) for name, text in old.messages.items()}


def _keep(conn: Connection, clock: Clock, old: Row[Any], messages: Mapping[str, str]) -> str:
    """The old steps with other texts, as a version."""
    version = document_hash({"campaign": old.document, "messages": messages})
    row = {"hash": version, "campaign": old.campaign, "document": old.document, "messages": dict(messages)}
    row |= {"published_at": clock.now(conn), "published_by": "copy"}
    conn.execute(insert_unless_there(conn, campaign_versions, row))
    return version


def _check_links(conn: Connection, library: Library, old: Row[Any], messages: Mapping[str, str]) -> None:
    asked = _links_asked_for(library, conn, old.hash)
    for name, text in messages.items():
        if text == old.messages[name] or not asked:
            continue
        before, after = (_body(conn, version) for version in (old.messages[name], text))
        gone = [link for link in asked if link in before and link not in after]
        if gone:
            raise LinkGone(
                f"The new text of {name} no longer has the link {gone[0]}, which a condition asks for.",
                "Put the link back, or publish without --copy: those under way then keep the old text.",
            )


def _links_asked_for(library: Library, conn: Connection, version: str) -> tuple[str, ...]:
    """Second arguments of ``clicked("step", "link")``."""
    conditions = library.campaign(conn, version).conditions
    lines: Iterable[str] = (line for condition in conditions for line in condition.lines)
    return tuple(
        part[3] for line in lines if len(part := line.split(QUOTED_LINK)) > 4 and "clicked" in part[0]
    )


def _body(conn: Connection, text_hash: str) -> str:
    source = conn.execute(
        select(message_versions.c.source).where(message_versions.c.hash == text_hash)
    ).scalar_one()
    return str(source["body"])
