"""What another scoring policy would do: page by page, because there may be millions of events."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from nurture.domain.dictionary import Happening
from nurture.domain.scoring import MOST_ENTRIES, Entry, ScoringPolicy, points_for, total
from nurture.domain.stages import PATH
from nurture.services.facts import lead_fields, people
from nurture.services.history import booked, happened, sorted_out
from nurture.services.library import Rules
from nurture.store.tables import leads

AT_ONCE = 200
"""Leads of one transaction."""


@dataclass
class Preview:
    """What would be different for the leads that were looked at."""

    leads: int = 0
    changed: int = 0
    rises: Counter[str] = field(default_factory=Counter)
    """Stage -> leads who would be over its threshold and are not."""
    falls: Counter[str] = field(default_factory=Counter)
    over: Counter[str] = field(default_factory=Counter)
    """Stage -> leads who would be over it."""


def page_of(conn: Connection, after: str | None) -> list[str]:
    """The next leads in order of their ids."""
    query = select(leads.c.id).where(leads.c.merged_into.is_(None), leads.c.erased_at.is_(None))
    query = query.where(leads.c.id > after) if after else query
    return list(conn.scalars(query.order_by(leads.c.id).limit(AT_ONCE)))


def preview_page(
    conn: Connection, rules: Rules, other: ScoringPolicy, ids: Sequence[str], now: datetime, into: Preview
) -> None:
    kept, anew = booked_of(conn, ids), earned(conn, ids, other, rules.dictionary.happenings)
    found = people(conn, ids)
    for lead_id in ids:
        fields = lead_fields(found[lead_id], rules.dictionary)
        mine = kept[lead_id]
        before = total([entry for entry, _ in mine], rules.scoring, now, fields).total
        given = [entry for entry, of_event in mine if not of_event]
        after = total([*given, *anew[lead_id]], other, now, fields).total
        into.leads += 1
        into.changed += before != after
        for stage in PATH:
            was, will = _over(before, stage, rules.scoring), _over(after, stage, other)
            into.rises[stage] += will and not was
            into.falls[stage] += was and not will
            into.over[stage] += will


def _over(score: int, stage: str, policy: ScoringPolicy) -> bool:
    return stage in policy.thresholds and score >= policy.thresholds[stage]


def booked_of(conn: Connection, ids: Sequence[str]) -> Mapping[str, list[tuple[Entry, bool]]]:
    """Lead -> entries, and whether each is of an event."""
    found: dict[str, list[tuple[Entry, bool]]] = defaultdict(list)
    light, heavy = sorted_out(conn, ids)
    for row in (*booked(conn, light), *(row for one in heavy for row in booked(conn, [one], MOST_ENTRIES))):
        found[row.lead_id].append((Entry(row.rule, row.points, row.at), row.event_id is not None))
    return found


def earned(
    conn: Connection, ids: Sequence[str], policy: ScoringPolicy, happenings: Mapping[str, Happening]
) -> Mapping[str, list[Entry]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for row in happened(conn, ids, policy, happenings):
        given = points_for(row.type, row.data or {}, policy, happenings)
        found[row.lead_id] += [Entry(rule, worth, row.occurred_at) for rule, worth in given]
    return found
