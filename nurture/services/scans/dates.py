"""Leads for whom the date of a campaign has come, and whose is ahead: kept in an ordered table, so that
nobody is looked at before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select

from nurture.domain.anchors import Anchor, anchored
from nurture.domain.campaign import Campaign
from nurture.domain.date_fields import cause_of_date
from nurture.domain.sending import LATE_AFTER
from nurture.services.enrol_selection import leads_after
from nurture.services.facts import Lead, lead_fields, lead_row, zone_of
from nurture.services.library import Rules
from nurture.services.records import cause_of, typed
from nurture.store.tables import accounts, coming_dates, journeys, leads, records
from nurture.store.upserts import insert_unless_there


@dataclass(frozen=True)
class Come:
    lead: str
    owner: str
    """The lead, or the record whose date it is."""
    at: datetime
    cause: str
    """Names the date: it lets a lead in once."""
    key: str = ""


@dataclass(frozen=True)
class Dates:
    due: Sequence[Come]
    seen: int
    after: str | None


def of_records(campaign: Campaign) -> str | None:
    """The kind of the records whose date it is; None: the leads'."""
    anchor, kind = campaign.enrol.at, campaign.record
    return kind if anchor and kind and anchor.field.startswith(f"{kind}.") else None


def collect(conn: Connection, rules: Rules, campaign: Campaign, scan: Row[Any], many: int) -> Dates:
    """A page of everybody who has the date, once after something else is asked: what is ahead is noted."""
    anchor, kind = campaign.enrol.at, of_records(campaign)
    assert anchor is not None
    has = _column(anchor).is_not(None)
    if kind:
        query = select(records).where(records.c.kind == kind, has).order_by(records.c.id).limit(many)
        rows = conn.execute(query.where(records.c.id > scan.after) if scan.after else query).all()
        found = [come for row in rows if (come := _of_record(conn, rules, anchor, row))]
    else:
        rows = leads_after(conn, scan.after, many, has)
        found = [come for row in rows if (come := _of_lead(rules, anchor, row))]
    ahead = [_row(campaign, come) for come in found if come.at > scan.began]
    if ahead:
        conn.execute(insert_unless_there(conn, coming_dates), ahead)
    return Dates((), len(rows), rows[-1].id if len(rows) == many else None)


def dates_come(
    conn: Connection, rules: Rules, campaign: Campaign, scan: Row[Any], now: datetime, many: int
) -> Dates:
    """Dates that have come since the campaign was live, and not longer ago than it may be late."""
    anchor, own = campaign.enrol.at, coming_dates.c.campaign == campaign.name
    assert anchor is not None
    since = max(scan.began, now - (campaign.sending.within or LATE_AFTER).span())
    query = select(coming_dates.c.owner).where(own, coming_dates.c.at <= now)
    owners = list(conn.scalars(query.order_by(coming_dates.c.at, coming_dates.c.owner).limit(many)))
    if not owners:
        return Dates((), 0, None)
    conn.execute(delete(coming_dates).where(own, coming_dates.c.owner.in_(owners)))
    found = list(_of_owners(conn, rules, campaign, owners))
    if later := [_row(campaign, come) for come in found if come.at > now]:
        conn.execute(insert_unless_there(conn, coming_dates), later)
    due = [come for come in found if since < come.at <= now]
    known = _known(conn, campaign.name, due)
    new = [come for come in due if (come.lead, come.cause) not in known]
    return Dates(new, len(owners), owners[-1] if len(owners) == many else None)


def note_dates(
    conn: Connection, rules: Rules, campaign: Campaign, lead_id: str, began: datetime
) -> datetime | None:
    """Something of the lead has changed: the dates she has now; the earliest of them."""
    kind = of_records(campaign)
    owners = [lead_id]
    if kind:
        owners = list(
            conn.scalars(select(records.c.id).where(records.c.kind == kind, records.c.lead_id == lead_id))
        )
    own = coming_dates.c.campaign == campaign.name, coming_dates.c.owner.in_(owners)
    conn.execute(delete(coming_dates).where(*own))
    ahead = [come for come in _of_owners(conn, rules, campaign, owners) if come.at > began]
    known = _known(conn, campaign.name, ahead)
    ahead = [come for come in ahead if (come.lead, come.cause) not in known]
    if ahead:
        conn.execute(insert_unless_there(conn, coming_dates), [_row(campaign, come) for come in ahead])
    return min((come.at for come in ahead), default=None)


def next_date(conn: Connection, campaign: str) -> datetime | None:
    earliest = select(func.min(coming_dates.c.at)).where(coming_dates.c.campaign == campaign)
    found: datetime | None = conn.execute(earliest).scalar_one()
    return found


def _of_owners(conn: Connection, rules: Rules, campaign: Campaign, owners: Sequence[str]) -> Iterator[Come]:
    anchor = campaign.enrol.at
    assert anchor is not None
    if of_records(campaign):
        query = select(records).where(records.c.id.in_(owners)).order_by(records.c.id)
        found: Iterable[Come | None] = [
            _of_record(conn, rules, anchor, row) for row in conn.execute(query).all()
        ]
    else:
        page = leads_after(conn, None, len(owners), leads.c.id.in_(owners))
        found = [_of_lead(rules, anchor, row) for row in page]
    yield from (come for come in found if come)


def _of_lead(rules: Rules, anchor: Anchor, lead: Lead) -> Come | None:
    zone = zone_of(lead, rules.dictionary)
    fields = lead_fields(lead, rules.dictionary, zone)
    value, calendar = fields.get(anchor.field), rules.calendars.of(fields)
    if not isinstance(value, datetime):
        return None
    at = anchored(anchor, value, zone, calendar)
    return Come(lead.id, lead.id, at, cause_of_date(value))


def _of_record(conn: Connection, rules: Rules, anchor: Anchor, record: Row[Any]) -> Come | None:
    lead = lead_row(conn, record.lead_id)
    zone = zone_of(lead, rules.dictionary)
    value = typed(record.kind, record.fields, rules.dictionary, zone).get(anchor.field)
    if not isinstance(value, datetime):
        return None
    calendar = rules.calendars.of(lead_fields(lead, rules.dictionary, zone))
    at = anchored(anchor, value, zone, calendar)
    cause = cause_of(cause_of_date(value), record.external_id)
    return Come(lead.id, record.id, at, cause, record.external_id)


def _column(anchor: Anchor) -> Any:
    kind, _, name = anchor.field.partition(".")
    return {"account": accounts, "lead": leads}.get(kind, records).c.fields[name].as_string()


def _row(campaign: Campaign, come: Come) -> dict[str, Any]:
    return {"campaign": campaign.name, "owner": come.owner, "at": come.at}


def _known(conn: Connection, campaign: str, found: Sequence[Come]) -> set[tuple[str, str]]:
    if not found:
        return set()
    query = select(journeys.c.lead_id, journeys.c.cause).where(
        journeys.c.campaign == campaign, journeys.c.lead_id.in_([come.lead for come in found])
    )
    return {(row.lead_id, row.cause) for row in conn.execute(query)}
