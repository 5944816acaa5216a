"""Leads for whom the date of a campaign has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, select

from nurture.domain.anchors import Anchor, anchored
from nurture.domain.campaign import Campaign
from nurture.domain.date_fields import cause_of_date
from nurture.domain.sending import LATE_AFTER
from nurture.services.desk import Desk
from nurture.services.enrol_selection import leads_after
from nurture.services.facts import lead_fields, lead_row, zone_of
from nurture.services.records import cause_of, typed
from nurture.store.tables import accounts, journeys, leads, records

MARGIN = timedelta(days=14)
"""Zones, holidays, and months of different lengths leave so much open when dates are compared as texts."""
UTC_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True)
class Come:
    lead: str
    cause: str
    """Names the date: it lets a lead in once."""
    key: str = ""


@dataclass(frozen=True)
class Dates:
    due: Sequence[Come]
    seen: int
    after: str | None


def dates_come(
    conn: Connection, desk: Desk, campaign: Campaign, scan: Row[Any], now: datetime, many: int
) -> Dates:
    """Dates that have come since the campaign was live, and not longer ago than it may be late."""
    anchor = campaign.enrol.at
    assert anchor is not None
    within = campaign.sending.within or LATE_AFTER
    since = max(scan.began, now - within.span())
    if campaign.record and anchor.field.startswith(f"{campaign.record}."):
        return _of_records(conn, desk, campaign, scan, (since, now), many)
    rows = leads_after(conn, scan.after, many, *_near(anchor, since, now))
    rules = desk.library.rules(conn)
    found = []
    for row in rows:
        fields = lead_fields(row, rules.dictionary)
        value, calendar = fields.get(anchor.field), rules.calendars.of(fields)
        if not isinstance(value, datetime):
            continue
        if since < anchored(anchor, value, zone_of(row, rules.dictionary), calendar) <= now:
            found.append(Come(row.id, cause_of_date(value)))
    known = _known(conn, campaign.name, found)
    new = [come for come in found if (come.lead, come.cause) not in known]
    return Dates(new, len(rows), rows[-1].id if len(rows) == many else None)


def _of_records(
    conn: Connection,
    desk: Desk,
    campaign: Campaign,
    scan: Row[Any],
    span: tuple[datetime, datetime],
    many: int,
) -> Dates:
    anchor, kind = campaign.enrol.at, campaign.record
    assert anchor is not None
    assert kind is not None
    query = select(records).where(records.c.kind == kind, *_near(anchor, *span)).order_by(records.c.id)
    page = query.where(records.c.id > scan.after) if scan.after else query
    rows = conn.execute(page.limit(many)).all()
    rules = desk.library.rules(conn)
    found = []
    for row in rows:
        lead = lead_row(conn, row.lead_id)
        zone = zone_of(lead, rules.dictionary)
        value = typed(kind, row.fields, rules.dictionary, zone).get(anchor.field)
        calendar = rules.calendars.of(lead_fields(lead, rules.dictionary))
        if not isinstance(value, datetime):
            continue
        if span[0] < anchored(anchor, value, zone, calendar) <= span[1]:
            cause = cause_of(cause_of_date(value), row.external_id)
            found.append(Come(lead.id, cause, row.external_id))
    known = _known(conn, campaign.name, found)
    new = [come for come in found if (come.lead, come.cause) not in known]
    return Dates(new, len(rows), rows[-1].id if len(rows) == many else None)


def _near(anchor: Anchor, since: datetime, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Dates are ISO texts, which sort as they follow each other."""
    kind, _, name = anchor.field.partition(".")
    column = {"account": accounts, "lead": leads}.get(kind, records).c.fields[name].as_string()
    earliest, latest = (_value_for(anchor, instant) for instant in (since, now))
    low, high = earliest - MARGIN, latest + MARGIN
    return column >= low.astimezone(UTC).date().isoformat(), column < high.astimezone(UTC).date().isoformat()


def _value_for(anchor: Anchor, instant: datetime) -> datetime:
    if anchor.offset is None:
        return instant
    return (anchor.offset.after if anchor.before else anchor.offset.before)(instant, UTC_ZONE)


def _known(conn: Connection, campaign: str, found: Sequence[Come]) -> set[tuple[str, str]]:
    if not found:
        return set()
    query = select(journeys.c.lead_id, journeys.c.cause).where(
        journeys.c.campaign == campaign, journeys.c.lead_id.in_([come.lead for come in found])
    )
    return {(row.lead_id, row.cause) for row in conn.execute(query)}
