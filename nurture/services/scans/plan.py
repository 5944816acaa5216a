"""Which scans there must be, from what is live; planned in the transaction that publishes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, insert, select, update

from nurture.clock import Clock
from nurture.domain.dictionary import Dictionary, load_dictionary
from nurture.domain.enrolment import Enrol, load_enrol
from nurture.domain.schedules import full_hour
from nurture.store.tables import (
    campaign_versions,
    campaigns,
    policies,
    policy_versions,
    scans,
    segment_members,
)

SEGMENT, EVERY, AT, CREATED = "segment", "every", "at", "created"
CANARY, SURPLUS = "canary", "surplus"
"""Why leads are held at the door, and the scans that let them in."""
NEW_LEADS = "lead.created"


@dataclass(frozen=True)
class Wanted:
    name: str
    digest: str
    due: datetime | None


def plan_scans(conn: Connection, clock: Clock) -> None:
    """Rows of what is no longer wanted go; of what is asked in another way now, everybody is asked again."""
    now = clock.now(conn)
    there = {row.name: row for row in conn.execute(select(scans)).all()}
    wanted = {one.name: one for one in _wanted(*_live(conn), now)}
    for name in there.keys() - wanted.keys():
        conn.execute(delete(scans).where(scans.c.name == name))
        if name.startswith(SEGMENT):
            segment = name.removeprefix(f"{SEGMENT} ")
            conn.execute(delete(segment_members).where(segment_members.c.segment == segment))
    for name, one in wanted.items():
        if name not in there:
            conn.execute(insert(scans).values(name=name, digest=one.digest, due=one.due, began=now))
        elif there[name].digest != one.digest:
            values: dict[str, Any] = {"digest": one.digest, "due": one.due, "after": None}
            values |= {} if name.startswith(SEGMENT) else {"began": now, "ready": False}
            conn.execute(update(scans).where(scans.c.name == name).values(**values))


def hears_of_new_leads(conn: Connection) -> bool:
    return conn.execute(select(scans.c.name).where(scans.c.name == CREATED)).first() is not None


def company_zone(dictionary: Dictionary) -> ZoneInfo:
    return ZoneInfo(dictionary.sending.zone_fallback or "UTC")


def _live(conn: Connection) -> tuple[Mapping[str, Enrol], Dictionary]:
    rows = conn.execute(
        select(campaigns.c.name, campaign_versions.c.document).join(
            campaign_versions, campaign_versions.c.hash == campaigns.c.live
        )
    )
    enrols = {row.name: load_enrol(row.document.get("enrol", {})) for row in rows}
    query = select(policy_versions.c.document).join(policies, policies.c.live == policy_versions.c.hash)
    document: Any = conn.execute(query.where(policies.c.kind == "dictionary")).scalar_one_or_none()
    return enrols, load_dictionary(document or {})


def _wanted(enrols: Mapping[str, Enrol], dictionary: Dictionary, now: datetime) -> Iterator[Wanted]:
    segments = dictionary.watched_segments.union(*(enrol.segments for enrol in enrols.values()))
    for name in sorted(segments & dictionary.segments.keys()):
        yield Wanted(f"{SEGMENT} {name}", _digest(_lines_of(dictionary, name)), now)
    for name, enrol in enrols.items():
        if enrol.every:
            due = enrol.every.after(now, company_zone(dictionary))
            yield Wanted(f"{EVERY} {name}", _digest(repr(enrol.every)), due)
        if enrol.at:
            yield Wanted(f"{AT} {name}", _digest(repr(enrol.at)), full_hour(now))
        if canary := enrol.canary:
            ends = canary.lasts.after(now, company_zone(dictionary)) if canary.lasts else None
            yield Wanted(f"{CANARY} {name}", _digest(repr(canary)), ends)
        if enrol.expect:
            yield Wanted(f"{SURPLUS} {name}", _digest(repr(enrol.expect)), None)
    if segments or any(one.event == NEW_LEADS for one in dictionary.happenings.values()):
        yield Wanted(CREATED, "", None)


def _lines_of(dictionary: Dictionary, segment: str) -> str:
    """Its lines and those of all the segments: one may be made of others."""
    return repr((dictionary.segments[segment], sorted(dictionary.segments.items())))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
