"""What happened to a lead, and the campaigns that it opens."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from nurture.conditions.reads import ACCOUNT
from nurture.domain.campaign import Campaign
from nurture.domain.enrolment import follows_at
from nurture.domain.records import key_in
from nurture.services.changes import CAMPAIGN_ASKED
from nurture.services.desk import Desk
from nurture.services.enrol import enrol
from nurture.services.enrol_selection import enrol_all
from nurture.services.leaving import leave_campaign
from nurture.services.library import Rules
from nurture.services.records import cause_of, keys_of
from nurture.services.scans.replan import concerns, plan_dates
from nurture.services.scans.segments import cross
from nurture.store.tables import campaigns


@dataclass(frozen=True)
class Doors:
    known: Mapping[str, Campaign]
    """All that are live and can be read; of two that exclude each other the first wins."""
    open: Mapping[str, Campaign]
    """Those that are not paused."""
    watched: Sequence[str]
    """Segments that somebody may come into, or leave."""
    by_account: bool = False
    """Whether one asks for the score of a company."""


def doors_now(conn: Connection, desk: Desk, rules: Rules) -> Doors:
    own = select(campaigns).where(campaigns.c.live.is_not(None))
    rows = conn.execute(own.order_by(campaigns.c.name)).all()
    found = {one.name: desk.library.readable(conn, one.live) for one in rows}
    known = {name: one.campaign for name, one in found.items() if one}
    watched = rules.dictionary.watched_segments.union(*(one.enrol.segments for one in known.values()))
    live = {one.name: known[one.name] for one in rows if one.state == "live" and one.name in known}
    by_account = any(ACCOUNT in rules.reads(one) for one in found.values() if one)
    return Doors(known, live, sorted(watched), by_account)


def open_doors(
    conn: Connection,
    desk: Desk,
    rules: Rules,
    doors: Doors,
    lead_id: str,
    rows: Sequence[Row[Any]],
    tokens: set[str],
    now: datetime,
) -> None:
    """``rows``: events that people made, in order of time. ``tokens``: what they have changed of the lead."""
    happenings = rules.dictionary.happenings
    if doors.watched:
        cross(conn, rules, lead_id, doors.watched, tokens, now)
    for campaign in doors.known.values():  # a paused one too: who gets a date meanwhile has it afterwards
        if campaign.enrol.at and concerns(campaign.enrol.at, tokens):
            plan_dates(conn, rules, campaign, lead_id, now)
    for row in rows:
        if row.type == CAMPAIGN_ASKED:
            _asked(conn, desk, lead_id, row, doors.open)
    for name, campaign in doors.open.items():
        for row in rows:
            data = row.data or {}
            if not campaign.enrol.opened_by(row.type, data, happenings):
                continue
            for key in _keys(conn, campaign, lead_id, data):
                cause = f"event:{row.id}"
                cause = cause_of(cause, key) if campaign.record else cause
                enrol(conn, desk, name, lead_id, cause, key, follows=follows_at(row.type, row.occurred_at))


def _keys(conn: Connection, campaign: Campaign, lead_id: str, data: Mapping[str, Any]) -> Sequence[str]:
    """Of a campaign for records the one that the event is about; if about none, all of the lead's."""
    if campaign.record is None:
        return [campaign.enrol.key_of(data)]
    key = key_in(campaign.record, data)
    return keys_of(conn, campaign.record, lead_id) if key is None else [key]


def _asked(conn: Connection, desk: Desk, lead_id: str, row: Row[Any], live: Collection[str]) -> None:
    """What another campaign did. One that is not live takes nobody in."""
    data = row.data or {}
    if "leave" in data:
        leave_campaign(conn, lead_id, data["leave"])
    elif data.get("enrol") in live:
        enrol_all(conn, desk, data["enrol"], lead_id, f"event:{row.id}")
