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
from nurture.services.library import BROKEN, Unreadable, read_campaign, unreadable_policies
from nurture.store.tables import (
    campaign_versions,
    campaigns,
    coming_dates,
    policies,
    policy_versions,
    scans,
    segment_members,
)

SEGMENT, EVERY, AT, CREATED = "segment", "every", "at", "created"
CANARY, SURPLUS = "canary", "surplus"
"""Why leads are held at the door, and the scans that let them in."""
NEW_LEADS = "lead.created"
HALF = 32
"""Characters of a digest that name what is asked; the others, by what clocks and calendars."""


@dataclass(frozen=True)
class Wanted:
    name: str
    digest: str
    due: datetime | None


def plan_scans(conn: Connection, clock: Clock) -> None:
    """Rows of what is no longer wanted go; of what is asked in another way now, everybody is asked again."""
    now = clock.now(conn)
    there = {row.name: row for row in conn.execute(select(scans)).all()}
    live = _live(conn)
    wanted = {one.name: one for one in _wanted(live, now)}
    for name in there.keys() - wanted.keys():
        if name.partition(" ")[2] in live.unknown:
            continue
        conn.execute(delete(scans).where(scans.c.name == name))
        _forget_dates(conn, name)
        if name.startswith(SEGMENT):
            segment = name.removeprefix(f"{SEGMENT} ")
            conn.execute(delete(segment_members).where(segment_members.c.segment == segment))
    for name, one in wanted.items():
        if name not in there:
            conn.execute(insert(scans).values(name=name, digest=one.digest, due=one.due, began=now))
        elif there[name].digest != one.digest:
            values: dict[str, Any] = {"digest": one.digest, "due": one.due, "after": None}
            values |= {} if name.startswith(SEGMENT) else {"ready": False}
            if not one.digest.startswith(there[name].digest[:HALF]):
                values |= {"began": now}
            conn.execute(update(scans).where(scans.c.name == name).values(**values))
            _forget_dates(conn, name)
    for name in (f"{AT} {campaign}" for campaign in sorted(live.unreadable)):
        # Nobody notes its dates now: all are collected once it can be read again.
        conn.execute(update(scans).where(scans.c.name == name).values(ready=False, after=None, due=now))
        _forget_dates(conn, name)


def _forget_dates(conn: Connection, scan: str) -> None:
    if scan.startswith(f"{AT} "):
        conn.execute(delete(coming_dates).where(coming_dates.c.campaign == scan.removeprefix(f"{AT} ")))


def hears_of_new_leads(conn: Connection) -> bool:
    return conn.execute(select(scans.c.name).where(scans.c.name == CREATED)).first() is not None


def company_zone(dictionary: Dictionary) -> ZoneInfo:
    return ZoneInfo(dictionary.sending.zone_fallback or "UTC")


@dataclass(frozen=True)
class _Live:
    enrols: Mapping[str, Enrol]
    unknown: frozenset[str]
    """Campaigns whose version cannot be read: their scans stay as they are."""
    unreadable: frozenset[str]
    """Those, and others that let leads in at a date and cannot be read as a whole."""
    dictionary: Dictionary
    calendars: str
    """The hash of the policy."""


def _live(conn: Connection) -> _Live:
    rows = conn.execute(
        select(campaigns.c.name, campaign_versions.c.document).join(
            campaign_versions, campaign_versions.c.hash == campaigns.c.live
        )
    )
    enrols, unknown, unreadable = {}, set(), set()
    for row in rows:
        try:
            enrols[row.name] = load_enrol(row.document.get("enrol", {}))
        except BROKEN:
            unknown.add(row.name)
        if row.name in unknown or (enrols[row.name].at and not _can_be_read(row.document)):
            unreadable.add(row.name)
    query = select(policies.c.kind, policies.c.live, policy_versions.c.document).join(
        policy_versions, policies.c.live == policy_versions.c.hash
    )
    own = {
        row.kind: row for row in conn.execute(query.where(policies.c.kind.in_(("dictionary", "calendars"))))
    }
    document: Any = own["dictionary"].document if "dictionary" in own else {}
    try:
        dictionary = load_dictionary(document)
    except BROKEN as error:
        raise unreadable_policies(error) from error
    calendars = own["calendars"].live if "calendars" in own else ""
    return _Live(enrols, frozenset(unknown), frozenset(unreadable), dictionary, calendars)


def _can_be_read(document: Mapping[str, Any]) -> bool:
    try:
        read_campaign(document)
    except Unreadable:
        return False
    return True


def _wanted(live: _Live, now: datetime) -> Iterator[Wanted]:
    enrols, dictionary = live.enrols, live.dictionary
    segments = dictionary.watched_segments.union(*(enrol.segments for enrol in enrols.values()))
    for name in sorted(segments & dictionary.segments.keys()):
        yield Wanted(f"{SEGMENT} {name}", _digest(_lines_of(dictionary, name)), now)
    for name, enrol in enrols.items():
        yield from _of_campaign(name, enrol, live, now)
    dated = any(enrol.at for enrol in enrols.values())
    if segments or dated or any(one.event == NEW_LEADS for one in dictionary.happenings.values()):
        yield Wanted(CREATED, "", None)


def _of_campaign(name: str, enrol: Enrol, live: _Live, now: datetime) -> Iterator[Wanted]:
    zone = company_zone(live.dictionary)
    if enrol.every:
        yield Wanted(f"{EVERY} {name}", _digest(repr(enrol.every)), enrol.every.after(now, zone))
    if enrol.at:
        by = _digest(repr((zone.key, live.calendars)))
        yield Wanted(f"{AT} {name}", _digest(repr(enrol.at))[:HALF] + by[:HALF], now)
    if canary := enrol.canary:
        ends = canary.lasts.after(now, zone) if canary.lasts else None
        yield Wanted(f"{CANARY} {name}", _digest(repr(canary)), ends)
    if enrol.expect:
        yield Wanted(f"{SURPLUS} {name}", _digest(repr(enrol.expect)), None)


def _lines_of(dictionary: Dictionary, segment: str) -> str:
    """Its lines and those of all the segments: one may be made of others."""
    return repr((dictionary.segments[segment], sorted(dictionary.segments.items())))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
