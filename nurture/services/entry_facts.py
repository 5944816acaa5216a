"""What is known of a lead at the door of a campaign, or of whom no journey asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from nurture.conditions.reads import ACCOUNT, SALES
from nurture.domain.conditions import Condition
from nurture.domain.facts import EventFact, Facts
from nurture.domain.records import of_record
from nurture.domain.scoring import grade, scores, total
from nurture.services.facts import (
    Lead,
    account_total,
    entries,
    event_types,
    events_of,
    is_with_sales,
    lead_fields,
    lists_of,
    zone_of,
)
from nurture.services.library import Rules
from nurture.services.records import fields_of


def entry_facts(
    conn: Connection,
    rules: Rules,
    lead: Lead,
    now: datetime,
    wanted: Iterable[Condition],
    record: tuple[str, str] | None = None,
) -> Facts:
    """Only what the conditions look at is looked up. ``lead``: as ``lead_row`` gives it; ``record``: the kind
    and the key of the one that it is about."""
    reads = frozenset[str]().union(*(rules.conditions.reads(one) for one in wanted if one))
    zone = zone_of(lead, rules.dictionary)
    fields = lead_fields(lead, rules.dictionary, zone)
    if record:
        fields |= fields_of(conn, *record, rules.dictionary, zone)
    types = event_types(reads)
    happened = events_of(conn, lead.id, types) if types else []
    found = [
        EventFact(row.type, row.occurred_at, row.data or {})
        for row in happened
        if row.looked_at and row.verdict != "machine"
    ]
    dated = entries(conn, lead.id) if "score" in reads else []
    score = total(dated, rules.scoring, now, fields)
    return Facts(
        now=now,
        zone=zone,
        entered=now,
        calendar=rules.calendars.of(fields),
        fields=fields,
        stage=lead.stage,
        tags=frozenset(lead.tags),
        lists=lists_of(conn, lead.id, fields, rules.dictionary) if "list" in reads else frozenset(),
        score=score.total,
        fit=score.fit,
        engagement=score.engagement,
        account_score=account_total(conn, rules, lead, now) if ACCOUNT in reads else 0,
        scores=scores(dated, rules.scoring, now, fields) if "score" in reads else {},
        grade=grade(score.fit, rules.scoring),
        events=of_record(*record, found) if record else found,
        with_sales=SALES in reads and is_with_sales(conn, lead),
        lead=lead.id,
    )
