"""One page of the scan that is due the longest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from nurture.domain.campaign import Campaign
from nurture.domain.enrolment import unfit
from nurture.domain.schedules import MORNING, full_hour
from nurture.services.colleagues import tell_colleagues
from nurture.services.desk import Desk
from nurture.services.enrol import enrol
from nurture.services.enrol_selection import leads_after
from nurture.services.entry_facts import entry_facts
from nurture.services.held_door import page_of
from nurture.services.records import cause_of, keys_of
from nurture.services.scans.dates import collect, dates_come, next_date
from nurture.services.scans.plan import AT, CANARY, EVERY, SEGMENT, SURPLUS, company_zone
from nurture.services.scans.segments import TIME, condition_of, place
from nurture.store.tables import campaigns, scans, segment_members

INSTANT = timedelta(microseconds=1)
LATER = timedelta(minutes=10)
"""Until it is looked again whether a version that cannot be read has been replaced, or a bug is mended."""
HOUR = timedelta(hours=1)
"""Until it is looked again whether a paused campaign goes on."""
PAGE = 100
"""Leads in one transaction: short, for the worker writes beside us."""

HELD = frozenset({CANARY, SURPLUS})

Done = tuple[int, str | None]
"""How many were looked at, and the last of a page that was full."""


def scan(conn: Connection, desk: Desk) -> int:
    """How many rows it saw to: 0 if no scan is due, and no company has changed."""
    if told := tell_colleagues(conn, desk.clock):
        return told
    now = desk.clock.now(conn)
    row = conn.execute(_next(now)).one_or_none()
    if row is None:
        return 0
    kind, _, name = row.name.partition(" ")
    if kind != SEGMENT and (put_off := _cannot_be_done(conn, desk, row, kind, name)):
        conn.execute(update(scans).where(scans.c.name == row.name).values(due=now + put_off))
        return 1
    seen, after = KINDS[kind](conn, desk, row, name, now)
    values: dict[str, Any] = {"after": after}
    if after is None:
        # From here nobody notes a date of the scan, until it is known when it is due.
        conn.execute(select(scans.c.name).where(scans.c.name == row.name).with_for_update())
        values |= {"ready": True, "due": NEXT[kind](conn, desk, name, now)}
    conn.execute(update(scans).where(scans.c.name == row.name).values(**values))
    desk.reached("scan/closed")
    return seen + 1


def put_off_scan(conn: Connection, desk: Desk) -> None:
    """The next one ends in a bug, or needs a policy that cannot be read: the others go first."""
    now = desk.clock.now(conn)
    if row := conn.execute(_next(now)).one_or_none():
        conn.execute(update(scans).where(scans.c.name == row.name).values(due=now + LATER))


def _next(now: datetime) -> Select[Any]:
    return select(scans).where(scans.c.due <= now).order_by(scans.c.due).limit(1)


def _segment(conn: Connection, desk: Desk, scan: Row[Any], name: str, now: datetime) -> Done:
    rules = desk.library.rules(conn)
    rows = leads_after(conn, scan.after, PAGE)
    ids = [row.id for row in rows]
    query = select(segment_members.c.lead_id).where(
        segment_members.c.segment == name, segment_members.c.lead_id.in_(ids)
    )
    inside = set(conn.scalars(query))
    for row in rows:
        place(conn, rules, row, name, row.id in inside, now, silent=not scan.ready)
    return _page(rows)


def _every(conn: Connection, desk: Desk, scan: Row[Any], name: str, now: datetime) -> Done:
    if _paused(conn, name):
        return 0, None  # this time is left out; the next one is known
    campaign, rules = _campaign(conn, desk, name), desk.library.rules(conn)
    wanted = (("audience", campaign.audience), ("enrol.if", campaign.enrol.if_))
    conditions = [condition for _, condition in wanted]
    rows = leads_after(conn, scan.after, PAGE)
    for row in rows:
        for key in keys_of(conn, campaign.record, row.id) if campaign.record else [""]:
            record = (campaign.record, key) if campaign.record else None
            facts = entry_facts(conn, rules, row, now, conditions, record)
            found = unfit(rules.conditions, facts, wanted)
            if found is None or found[1].error:
                cause = f"every {scan.due.isoformat()}"
                enrol(conn, desk, name, row.id, cause_of(cause, key) if record else cause, key)
    return _page(rows)


def _at(conn: Connection, desk: Desk, scan: Row[Any], name: str, now: datetime) -> Done:
    campaign, rules = _campaign(conn, desk, name), desk.library.rules(conn)
    if not scan.ready:
        noted = collect(conn, rules, campaign, scan, PAGE)
        return noted.seen, noted.after
    come = dates_come(conn, rules, campaign, scan, now, PAGE)
    for one in come.due:
        enrol(conn, desk, name, one.lead, one.cause, one.key)
    return come.seen, come.after


def _held(conn: Connection, desk: Desk, scan: Row[Any], name: str, _now: datetime) -> Done:
    """Those who were held at the door come in; the rules of the door are asked again."""
    reason = scan.name.partition(" ")[0]
    rows = page_of(conn, name, reason, PAGE)
    for row in rows:
        enrol(conn, desk, name, row.lead_id, row.cause, row.key, held=False)
    return len(rows), rows[-1].lead_id if len(rows) == PAGE else None


def _campaign(conn: Connection, desk: Desk, name: str) -> Campaign:
    return desk.library.campaign(conn, conn.execute(_any_live(name)).scalar_one()).campaign


def _cannot_be_done(conn: Connection, desk: Desk, scan: Row[Any], kind: str, name: str) -> timedelta | None:
    """For how long it is put off, as it stands: nothing of it may be lost."""
    version = conn.execute(_any_live(name)).scalar_one_or_none()
    if version and desk.library.readable(conn, str(version)) is None:
        return LATER
    lets_in = kind in HELD or (kind == AT and scan.ready)  # noting dates lets nobody in
    return HOUR if lets_in and _paused(conn, name) else None


def _paused(conn: Connection, name: str) -> bool:
    return conn.scalar(select(campaigns.c.state).where(campaigns.c.name == name)) != "live"


def _page(rows: Sequence[Row[Any]]) -> Done:
    return len(rows), rows[-1].id if len(rows) == PAGE else None


def _next_morning(conn: Connection, desk: Desk, name: str, now: datetime) -> datetime | None:
    """None: only events can change who is in the segment."""
    rules = desk.library.rules(conn)
    by_time = TIME in rules.conditions.reads(condition_of(rules, name))
    return MORNING.after(now, company_zone(rules.dictionary)) if by_time else None


def _next_time(conn: Connection, desk: Desk, name: str, now: datetime) -> datetime | None:
    every = _campaign(conn, desk, name).enrol.every
    zone = company_zone(desk.library.rules(conn).dictionary)
    return every.after(now, zone) if every else None


def _next_date(conn: Connection, _desk: Desk, name: str, now: datetime) -> datetime | None:
    """None: nobody has a date ahead; what changes it sets the scan again."""
    at = next_date(conn, name)
    return full_hour(max(at, now + INSTANT)) if at else None


def _never(_conn: Connection, _desk: Desk, _name: str, _now: datetime) -> datetime | None:
    return None


def _any_live(name: str) -> Any:
    return select(campaigns.c.live).where(campaigns.c.name == name)


KINDS: Mapping[str, Callable[[Connection, Desk, Row[Any], str, datetime], Done]] = {
    SEGMENT: _segment,
    EVERY: _every,
    AT: _at,
    CANARY: _held,
    SURPLUS: _held,
}
NEXT: Mapping[str, Callable[[Connection, Desk, str, datetime], datetime | None]] = {
    SEGMENT: _next_morning,
    EVERY: _next_time,
    AT: _next_date,
    CANARY: _never,
    SURPLUS: _never,
}
