"""What another scoring policy would do: page by page, because there may be millions of events."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, select

from nurture.domain.dictionary import Happening
from nurture.domain.facts import Value
from nurture.domain.scoring import MOST_ENTRIES, Entry, ScoringPolicy, came_to, total, worth
from nurture.domain.stages import PATH
from nurture.services.facts import Lead, lead_fields, people
from nurture.services.history import booked, happened, sorted_out
from nurture.services.library import Rules
from nurture.store.tables import leads

AT_ONCE = 200
"""Leads of one transaction."""
THERE = (leads.c.merged_into.is_(None), leads.c.erased_at.is_(None))
"""Whoever was merged or erased has no score."""


@dataclass(frozen=True)
class Crossing:
    """A lead who would be on the other side of a threshold."""

    lead: str
    email: str
    stage: str
    before: int
    after: int


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
    came: Counter[str] = field(default_factory=Counter)
    """Stage -> leads who came over it in the last WEEKS, by the policy that is live."""
    would: Counter[str] = field(default_factory=Counter)
    """The same by the other policy."""
    who: list[Crossing] = field(default_factory=list)


def page_of(conn: Connection, after: str | None) -> list[str]:
    """The next leads in order of their ids."""
    query = select(leads.c.id).where(*THERE)
    query = query.where(leads.c.id > after) if after else query
    return list(conn.scalars(query.order_by(leads.c.id).limit(AT_ONCE)))


def how_many(conn: Connection) -> int:
    """Leads on all pages together."""
    return conn.scalar(select(func.count()).select_from(leads).where(*THERE)) or 0


def preview_page(
    conn: Connection, rules: Rules, other: ScoringPolicy, ids: Sequence[str], now: datetime, into: Preview
) -> None:
    kept, anew = booked_of(conn, ids), earned(conn, ids, other, rules.dictionary.happenings)
    found = people(conn, ids)
    for lead_id in ids:
        lead = found[lead_id]
        mine = [entry for entry, _ in kept[lead_id]]
        theirs = [*(entry for entry, of_event in kept[lead_id] if not of_event), *anew[lead_id]]
        _compare(rules.scoring, other, (mine, theirs), lead, lead_fields(lead, rules.dictionary), now, into)


def _compare(
    live: ScoringPolicy,
    other: ScoringPolicy,
    points: tuple[Sequence[Entry], Sequence[Entry]],
    lead: Lead,
    fields: Mapping[str, Value],
    now: datetime,
    into: Preview,
) -> None:
    mine, theirs = points
    before, after = total(mine, live, now, fields).total, total(theirs, other, now, fields).total
    into.leads += 1
    into.changed += before != after
    into.came.update(came_to(mine, live, now, fields))
    into.would.update(came_to(theirs, other, now, fields))
    for stage in PATH:
        was, will = _over(before, stage, live), _over(after, stage, other)
        into.rises[stage] += will and not was
        into.falls[stage] += was and not will
        into.over[stage] += will
        if was is not will:
            into.who.append(Crossing(lead.id, lead.email, stage, before, after))


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
    of = worth(policy, happenings)
    for row in happened(conn, ids, of.types):
        found[row.lead_id] += [
            Entry(rule, much, row.occurred_at) for rule, much in of.of(row.type, row.data or {})
        ]
    return found
