"""Gathering what is known of a lead for one journey, into the ``Facts`` that decisions look at."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, Row, Select, bindparam, select

from nurture.conditions.reads import ACCOUNT, SALES
from nurture.countries import main_zone
from nurture.domain.campaign import Campaign
from nurture.domain.conditions import Condition
from nurture.domain.date_fields import at_home
from nurture.domain.dictionary import Dictionary
from nurture.domain.facts import EventFact, Facts, HandoffFact, Value
from nurture.domain.opt_in import UNSUBSCRIBED
from nurture.domain.position import marks_of
from nurture.domain.records import of_record
from nurture.domain.scoring import MOST_ENTRIES, Entry, account_score, grade, scores, total
from nurture.domain.sending import tracks
from nurture.domain.surveys import counting
from nurture.domain.with_sales import STARTED
from nurture.services.desk import Desk
from nurture.services.experiments import winners
from nurture.services.library import Published, Rules
from nurture.services.records import fields_of
from nurture.services.send_facts import sends_of
from nurture.services.suppress import unsubscribed_at
from nurture.services.wishes import wanted_by
from nurture.store.queries.latest import latest_events
from nurture.store.tables import accounts, handoffs, leads, list_members, points

LEAD_COLUMNS = ("email", "first_name", "last_name", "phone", "country", "zone", "language")
ACCOUNT_COLUMNS = ("domain", "name", "country")
ENGAGEMENT = ("email.opened", "email.clicked", "email.replied", "email.bounced", "survey.answered")
OF_SENDS = (*ENGAGEMENT, "email.sent")
"""Event types that conditions about our own mails read."""
MOST_PEOPLE = 500
"""Of a company whose scores make its own."""
MOST_EVENTS = 2000
"""Of one lead that a decision reads, the latest; a click flood must not stop a journey."""

OF_EVENTS = ("id", "type", "occurred_at", "data", "send_id", "verdict", "looked_at", "judge_at")


def events_query() -> Select[Any]:
    latest = latest_events(bindparam("lead")).subquery().c
    query = select(*(latest[name] for name in OF_EVENTS))
    query = query.where(latest.type.in_(bindparam("types", expanding=True)))
    return query.order_by(latest.occurred_at.desc(), latest.id.desc()).limit(MOST_EVENTS)


def entries_query() -> Select[Any]:
    query = select(points.c.rule, points.c.points, points.c.at).where(points.c.lead_id == bindparam("lead"))
    order = points.c.at.desc(), points.c.rule.desc(), points.c.points.desc()
    return query.order_by(*order).limit(MOST_ENTRIES)


# Made once: they are asked for every mail and every event.
_EVENTS = events_query()
_ENTRIES = entries_query()
_LISTS = select(list_members.c.list).where(list_members.c.lead_id == bindparam("lead"))
_HANDOFFS = select(handoffs).where(handoffs.c.journey_id == bindparam("journey"))


def load_facts(
    conn: Connection,
    desk: Desk,
    rules: Rules,
    published: Published,
    journey: Row[Any],
    lead: Lead | None = None,
    also: Condition | None = None,
) -> Facts:
    """All that the journey's conditions look at, as of now; no more. ``lead``: if it was read with the
    journey. ``also``: a condition that is not the campaign's."""
    now = desk.clock.now(conn)
    lead = lead or lead_row(conn, journey.lead_id)
    zone = zone_of(lead, rules.dictionary)
    fields = lead_fields(lead, rules.dictionary, zone)
    unasked = published.campaign.enrol.if_ if journey.position.get("unasked") else None
    reads = rules.reads(published, unasked)
    reads = reads | rules.conditions.reads(also) if also else reads
    kind = published.campaign.record
    if kind:
        fields |= fields_of(conn, kind, journey.key, rules.dictionary, zone)
    # What no condition reads is not looked up: most decisions need a row or two.
    types = event_types(reads)
    rows = events_of(conn, lead.id, types) if types else []
    scored = "score" in reads or published.hands_off
    dated = entries(conn, lead.id) if scored else []
    score = total(dated, rules.scoring, now, fields)
    sends_of_journey = sends_of(conn, journey, rows) if types.intersection(OF_SENDS) else {}
    happened = [
        EventFact(row.type, row.occurred_at, row.data or {})
        for row in rows
        if row.looked_at and row.verdict != "machine"
    ]
    left, wishes = wanted_by(conn, desk, rules.dictionary, lead, published.campaign, now)
    why = journey.leaving or left
    asks = why == UNSUBSCRIBED and asks_again(conn, desk, published.campaign, lead.email, journey.entered_at)
    return Facts(
        now=now,
        zone=zone,
        entered=journey.entered_at,
        calendar=rules.calendars.of(fields),
        fields=fields,
        stage=lead.stage,
        tags=frozenset(lead.tags),
        lists=lists_of(conn, lead.id, fields, rules.dictionary) if "list" in reads else frozenset(),
        score=score.total,
        fit=score.fit,
        engagement=score.engagement,
        account_score=account_total(conn, rules, lead, now) if ACCOUNT in reads else 0,
        scores=scores(dated, rules.scoring, now, fields) if scored else {},
        grade=grade(score.fit, rules.scoring),
        sends=counting(published.campaign, sends_of_journey, zone),
        events=of_record(kind, journey.key, happened) if kind else happened,
        handoffs=_handoffs(conn, journey) if published.hands_off else {},
        pending={row.type: row.judge_at for row in rows if row.looked_at is None},
        lead=journey.lead_id,
        winners=winners(conn, published.campaign, now),
        replied=lead.replied_at,
        handed=lead.handed_at is not None,
        by_sales=journey.cause.startswith(STARTED),
        rests=max(filter(None, (lead.rests_until, lead.account_rests_until)), default=None),
        tracked=bool(lead.tracking) and tracks(published.campaign, rules.dictionary),
        asks_again=asks,
        with_sales=SALES in reads and is_with_sales(conn, lead),
        wishes=wishes,
        gone=None if asks else why,
    )


OF_LEAD = {
    **{column.name: column for column in leads.c if column.name not in ("created_at", "updated_at")},
    **{f"account_{name}": accounts.c[name] for name in (*ACCOUNT_COLUMNS, "fields", "rests_until")},
}
LEAD_PART = [column.label(f"of_lead_{name}") for name, column in OF_LEAD.items()]
"""Columns that bring the lead along with another row, as its last ones; joined by ``WITH_ACCOUNT``."""
Lead = SimpleNamespace | Row[Any]
"""With the names of ``OF_LEAD``."""
WITH_ACCOUNT = leads.outerjoin(accounts, leads.c.account_id == accounts.c.id)
LEAD = select(*LEAD_PART).select_from(WITH_ACCOUNT).where(leads.c.id == bindparam("lead"))


def lead_row(conn: Connection, lead_id: str) -> Lead:
    return lead_in(conn, conn.execute(LEAD, {"lead": lead_id}).one())


def people(conn: Connection, ids: Collection[str]) -> dict[str, Lead]:
    """``lead_row`` of many, by the ids that were asked for."""
    rows = conn.execute(select(*LEAD_PART).select_from(WITH_ACCOUNT).where(leads.c.id.in_(ids)))
    return {row.of_lead_id: lead_in(conn, row) for row in rows}


def lead_in(conn: Connection, row: Row[Any]) -> Lead:
    """Of a row that was read with ``LEAD_PART``; after a merge the lead that is left."""
    lead = SimpleNamespace(**dict(zip(OF_LEAD, row[-len(LEAD_PART) :], strict=True)))
    return lead_row(conn, lead.merged_into) if lead.merged_into else lead


def lead_fields(lead: Lead, dictionary: Dictionary, zone: ZoneInfo | None = None) -> dict[str, Value]:
    """``lead.x`` and ``account.x``, empty ones left out, dates as instants. ``zone``: if it is known."""
    home = zone or zone_of(lead, dictionary)
    found: dict[str, Any] = {f"lead.{name}": getattr(lead, name) for name in LEAD_COLUMNS}
    found |= {f"lead.{name}": value for name, value in lead.fields.items()}
    found |= {f"account.{name}": getattr(lead, f"account_{name}") for name in ACCOUNT_COLUMNS}
    found |= {f"account.{name}": value for name, value in (lead.account_fields or {}).items()}
    typed = ((name, _typed(value, dictionary.fields.get(name), home)) for name, value in found.items())
    return {name: value for name, value in typed if value is not None and value != ""}


def zone_of(lead: Lead, dictionary: Dictionary) -> ZoneInfo:
    """The lead's own, else the main one of the country, theirs or their account's, else the company's."""
    for zone in _zones(lead, dictionary):
        try:
            return ZoneInfo(zone or "")
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return ZoneInfo("UTC")


def _zones(lead: Lead, dictionary: Dictionary) -> Iterator[str | None]:
    yield lead.zone
    yield main_zone(lead.country or lead.account_country or "")
    yield dictionary.sending.zone_fallback


def lists_of(
    conn: Connection, lead_id: str, fields: Mapping[str, Value], dictionary: Dictionary
) -> frozenset[str]:
    """Those that name the lead or the account, and those that campaigns have put the lead on."""
    joined = conn.scalars(_LISTS, {"lead": lead_id})
    return dictionary.lists_naming(fields) | frozenset(joined)


def entries(conn: Connection, lead_id: str, at: datetime | None = None) -> list[Entry]:
    """The dated points of a lead, the latest ones that can count; ``at``: as far as there were some then."""
    query = _ENTRIES.where(points.c.at <= at) if at else _ENTRIES
    return [Entry(*row) for row in conn.execute(query, {"lead": lead_id})]


def entries_of(conn: Connection, ids: Sequence[str]) -> dict[str, list[Entry]]:
    """``entries`` of many: those of all who have no more than can count by one statement."""
    if len(ids) == 1:
        return {ids[0]: entries(conn, ids[0])}
    more = select(points.c.id).where(points.c.lead_id == leads.c.id).order_by(points.c.at)
    flooded = more.offset(MOST_ENTRIES).limit(1).scalar_subquery().is_not(None)
    heavy = frozenset(conn.scalars(select(leads.c.id).where(leads.c.id.in_(ids), flooded)))
    found: dict[str, list[Entry]] = {one: entries(conn, one) if one in heavy else [] for one in ids}
    light = [one for one in ids if one not in heavy]
    wanted = select(points.c.lead_id, points.c.rule, points.c.points, points.c.at)
    for row in conn.execute(wanted.where(points.c.lead_id.in_(light))):
        found[row.lead_id].append(Entry(row.rule, row.points, row.at))
    return found


def asks_again(conn: Connection, desk: Desk, campaign: Campaign, email: str, asked: datetime) -> bool:
    """Whether what she unsubscribed from was before she asked for mail again, of a campaign that lets her."""
    said = unsubscribed_at(conn, desk.secrets, email, campaign.name) if campaign.opt_ins else None
    return said is not None and said <= asked


def is_with_sales(conn: Connection, lead: Lead) -> bool:
    """A handoff of hers or of a colleague is open, or a task of hers."""
    still = select(handoffs.c.id).where(handoffs.c.lead_id == lead.id, handoffs.c.state == "open").limit(1)
    return lead.handed_at is not None or conn.execute(still).first() is not None


def _typed(value: Any, kind: str | None, zone: ZoneInfo) -> Value | None:
    if kind == "date" and isinstance(value, str):
        return at_home(datetime.fromisoformat(value), zone)
    return value  # type: ignore[no-any-return]


def event_types(reads: frozenset[str]) -> frozenset[str]:
    """The event types among what conditions read."""
    return frozenset(token.removeprefix("event:") for token in reads if token.startswith("event:"))


def events_of(conn: Connection, lead_id: str, types: frozenset[str]) -> Sequence[Row[Any]]:
    asked = {"lead": lead_id, "types": list(types.union(ENGAGEMENT))}
    return conn.execute(_EVENTS, asked).all()[::-1]


def account_people(conn: Connection, rules: Rules, lead: Lead, now: datetime) -> dict[str, int]:
    """The scores of the people of a company, those of whom we heard last; who has none is one of its own."""
    query = select(leads.c.id).where(leads.c.account_id == lead.account_id, leads.c.merged_into.is_(None))
    query = query.where(leads.c.erased_at.is_(None)).order_by(leads.c.updated_at.desc(), leads.c.id)
    ids = list(conn.scalars(query.limit(MOST_PEOPLE))) if lead.account_id else [lead.id]
    known, dated = people(conn, ids), entries_of(conn, ids)
    fields = {one: lead_fields(known[one], rules.dictionary) for one in ids}
    return {one: total(dated[one], rules.scoring, now, fields[one]).total for one in ids}


def account_total(conn: Connection, rules: Rules, lead: Lead, now: datetime) -> int:
    return account_score(account_people(conn, rules, lead, now).values(), rules.scoring)


def _handoffs(conn: Connection, journey: Row[Any]) -> Mapping[tuple[str, int], HandoffFact]:
    return {
        (row.step, row.visit): HandoffFact(
            row.state,
            row.reason,
            row.answered_at,
            row.clock,
            marks_of(row.marks or []),
            row.touched_at,
        )
        for row in conn.execute(_HANDOFFS, {"journey": journey.id})
    }
