"""Leads as they are known now, for a forecast: many at once, and nothing is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, select

from nurture.authoring.simulation.relevance import conditions_of
from nurture.authoring.stories.story import Lead
from nurture.domain.campaign import Campaign
from nurture.domain.enrolment import Past
from nurture.domain.facts import EventFact, Value
from nurture.domain.scoring import total
from nurture.services.facts import (
    LEAD_PART,
    MOST_EVENTS,
    OF_LEAD,
    WITH_ACCOUNT,
    entries_of,
    event_types,
    lead_fields,
    zone_of,
)
from nurture.services.history import sorted_out
from nurture.services.library import Library, Rules
from nurture.services.records import typed
from nurture.services.suppress import ALL, address_hmac
from nurture.store.queries.latest import latest_events
from nurture.store.tables import (
    campaigns,
    events,
    journeys,
    leads,
    list_members,
    records,
    suppressions,
)

AT_ONCE = 500

Grouped = Mapping[str, Sequence[Any]]
"""Lead -> her rows."""


@dataclass(frozen=True)
class Seen:
    """What all the leads are looked at with."""

    campaign: Campaign
    rules: Rules
    now: datetime
    secrets: Sequence[str | bytes]
    suppressed: Mapping[str, str]
    """Address, as the HMAC of it -> reason."""
    apart: frozenset[str]
    """Campaigns that never have a lead together with this one."""
    asked: frozenset[str] = frozenset()
    """Types of events that the campaign asks for."""


def known_leads(
    conn: Connection,
    rules: Rules,
    campaign: Campaign,
    now: datetime,
    secrets: Sequence[str | bytes],
    most: int | None,
) -> Iterator[Lead]:
    """Those who are not erased, the newest ``most`` of them."""
    suppressed, apart = _suppressed(conn, campaign), _apart(conn, campaign)
    seen = Seen(campaign, rules, now, secrets, suppressed, apart, _asked(rules, campaign))
    there = leads.c.merged_into.is_(None) & leads.c.erased_at.is_(None)
    query = select(leads.c.id).where(there).order_by(leads.c.created_at.desc(), leads.c.id).limit(most)
    ids = conn.scalars(query).all()
    for first in range(0, len(ids), AT_ONCE):
        yield from _page(conn, seen, ids[first : first + AT_ONCE])


def _page(conn: Connection, seen: Seen, ids: Sequence[str]) -> Iterator[Lead]:
    rows = conn.execute(select(*LEAD_PART).select_from(WITH_ACCOUNT).where(leads.c.id.in_(ids)))
    found = {row.id: row for row in (SimpleNamespace(**dict(zip(OF_LEAD, row, strict=True))) for row in rows)}
    scored = entries_of(conn, ids)
    listed = _by_lead(conn, [list_members.c.list], list_members.c.lead_id, ids)
    columns = [journeys.c.campaign, journeys.c.key, journeys.c.state, journeys.c.ended_at]
    been = _by_lead(conn, columns, journeys.c.lead_id, ids)
    history = _history(conn, seen, ids)
    own = _by_lead(conn, [records.c.kind, records.c.external_id, records.c.fields], records.c.lead_id, ids)
    for lead_id in ids:
        lead = found[lead_id]
        zone = zone_of(lead, seen.rules.dictionary)
        fields = lead_fields(lead, seen.rules.dictionary, zone)
        yield Lead(
            zone=zone,
            fields=fields,
            stage=lead.stage,
            tags=frozenset(lead.tags),
            score=total(scored[lead_id], seen.rules.scoring, seen.now, fields).total,
            records=_records(seen, own[lead_id], zone),
            history=history.get(lead_id, ()),
            gone=_gone(seen, lead.email),
            lists=frozenset(row.list for row in listed[lead_id]),
            before=tuple(_past(seen, been[lead_id])),
            elsewhere=frozenset(row.campaign for row in been[lead_id] if _in_the_way(seen, row)),
        )


def _by_lead(
    conn: Connection,
    columns: Sequence[ColumnElement[Any]],
    of: ColumnElement[str],
    ids: Sequence[str],
    *where: ColumnElement[bool],
) -> Grouped:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in conn.execute(select(of.label("of"), *columns).where(of.in_(ids), *where)):
        found[row.of].append(row)
    return found


def _asked(rules: Rules, campaign: Campaign) -> frozenset[str]:
    asked = conditions_of(campaign, set())
    return event_types(frozenset[str]().union(*(rules.conditions.reads(one) for one in asked)))


def _history(conn: Connection, seen: Seen, ids: Sequence[str]) -> Mapping[str, tuple[EventFact, ...]]:
    """What people did, as far as the campaign asks for it, in order of time."""
    if not seen.asked:
        return {}
    light, heavy = sorted_out(conn, ids)
    found = dict(_asked_of(conn, seen, events.c, events.c.lead_id.in_(light)))
    for lead in heavy:
        found |= _asked_of(conn, seen, latest_events(lead).subquery().c)
    told = {
        lead: sorted((EventFact(one.type, one.occurred_at, one.data or {}) for one in of), key=lambda e: e.at)
        for lead, of in found.items()
    }
    return {lead: tuple(of[-MOST_EVENTS:]) for lead, of in told.items()}


def _asked_of(conn: Connection, seen: Seen, row: Any, *where: ColumnElement[bool]) -> Grouped:
    human = row.type.in_(seen.asked), row.looked_at.is_not(None), row.verdict != "machine"
    found: dict[str, list[Any]] = defaultdict(list)
    columns = row.lead_id.label("of"), row.type, row.occurred_at, row.data
    for one in conn.execute(select(*columns).where(*human, *where)):
        found[one.of].append(one)
    return found


def _past(seen: Seen, rows: Sequence[Any]) -> Iterator[Past]:
    for row in rows:
        if row.campaign == seen.campaign.name:
            yield Past(row.key, None if row.state == "open" else row.ended_at or seen.now)


def _in_the_way(seen: Seen, row: Any) -> bool:
    return row.state == "open" and row.campaign in seen.apart


def _records(seen: Seen, rows: Sequence[Any], zone: ZoneInfo) -> dict[str, dict[str, Value]]:
    dictionary, kind = seen.rules.dictionary, seen.campaign.record or ""
    return {row.external_id: typed(kind, row.fields, dictionary, zone) for row in rows if row.kind == kind}


def _gone(seen: Seen, email: str | None) -> str | None:
    mine = (address_hmac(secret, email) for secret in seen.secrets) if email else ()
    return next((seen.suppressed[one] for one in mine if one in seen.suppressed), None)


def _suppressed(conn: Connection, campaign: Campaign) -> dict[str, str]:
    query = select(suppressions.c.address, suppressions.c.reason)
    scope = suppressions.c.scope.in_((ALL, campaign.name))
    return {
        row.address: row.reason for row in conn.execute(query.where(scope, suppressions.c.lifted.is_(False)))
    }


def _apart(conn: Connection, campaign: Campaign) -> frozenset[str]:
    """Also those that say so themselves, as they are live."""
    library, live = Library(), conn.scalars(select(campaigns.c.live).where(campaigns.c.live.is_not(None)))
    found = [library.readable(conn, version) for version in live.all()]
    others = [one.campaign for one in found if one]
    return frozenset(campaign.never_with).union(one.name for one in others if campaign.name in one.never_with)
