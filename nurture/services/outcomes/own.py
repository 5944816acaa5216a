"""Leads of our own whose outcome is known: with the points that each had on the day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from nurture.domain.scoring import Entry, ScoringPolicy
from nurture.services.facts import ACCOUNT_COLUMNS, LEAD_COLUMNS, lead_fields, people
from nurture.services.handoffs import HANDOFF
from nurture.services.library import Rules
from nurture.services.outcomes.mapping import Columns
from nurture.services.outcomes.rows import Outcome, Outcomes
from nurture.services.rescoring import booked_of, earned
from nurture.services.reviewing import ACCEPTED, REJECTED
from nurture.store.tables import events, handoffs

WON, TAKEN = "won", "accepted"
OUTCOMES = (WON, TAKEN)
STAGES = {"customer": True, "disqualified": False}
DEALS = {"deal.won": True, "deal.lost": False}
BEFORE = timedelta(days=1)
"""Who was never handed over is looked at so long before the outcome: what decides it is no foresight."""
AT_ONCE = 200


@dataclass(frozen=True)
class Decided:
    lead: str
    at: datetime
    """When the score is asked for."""
    won: bool


def own_outcomes(conn: Connection, rules: Rules, what: str, policy: ScoringPolicy | None) -> Outcomes:
    """``policy``: another than the live one, by which past events are scored anew. Fields are as they are
    now; those that were written later are told."""
    decided, without = _answered(conn) if what == TAKEN else _won_and_lost(conn)
    rows: list[Outcome] = []
    for start in range(0, len(decided), AT_ONCE):
        rows += _page(conn, rules, policy, decided[start : start + AT_ONCE])
    built_in = (*(f"lead.{name}" for name in LEAD_COLUMNS), *(f"account.{name}" for name in ACCOUNT_COLUMNS))
    types = dict.fromkeys(built_in, "text") | dict(rules.dictionary.fields)
    columns = Columns("", (), fit={name: name for name in types}, date="the day")
    return Outcomes(rows, types, without, columns, word=what, dated=True)


def _answered(conn: Connection) -> tuple[list[Decided], int]:
    """Each handoff that sales has answered, on its day; and how many it has not."""
    query = select(handoffs.c.lead_id, handoffs.c.created_at, handoffs.c.state).where(
        handoffs.c.kind == HANDOFF, handoffs.c.joined_to.is_(None)
    )
    said = {REJECTED: False, **dict.fromkeys(ACCEPTED, True)}
    rows = conn.execute(query.order_by(handoffs.c.created_at, handoffs.c.id)).all()
    found = [Decided(row.lead_id, row.created_at, said[row.state]) for row in rows if row.state in said]
    return found, len(rows) - len(found)


def _won_and_lost(conn: Connection) -> tuple[list[Decided], int]:
    """Leads who became customers or won a deal, and those who were disqualified or lost theirs: what was
    said last stands. On the day of their first handoff before that."""
    said: dict[str, tuple[datetime, bool]] = {}
    for lead, at, won in sorted(_said(conn), key=lambda one: one[1]):
        said[lead] = (at, won)
    query = select(handoffs.c.lead_id, handoffs.c.created_at).where(handoffs.c.kind == HANDOFF)
    first: dict[str, datetime] = {}
    for row in conn.execute(query.order_by(handoffs.c.created_at)):
        first.setdefault(row.lead_id, row.created_at)
    found = [
        Decided(lead, first[lead] if first.get(lead, at) < at else at - BEFORE, won)
        for lead, (at, won) in said.items()
    ]
    return sorted(found, key=lambda one: (one.at, one.lead)), len(first.keys() - said.keys())


def _said(conn: Connection) -> Iterator[tuple[str, datetime, bool]]:
    query = select(events.c.lead_id, events.c.type, events.c.occurred_at, events.c.data).where(
        events.c.type.in_(("stage.changed", *DEALS)), events.c.lead_id.is_not(None)
    )
    for row in conn.execute(query):
        won = DEALS.get(row.type, STAGES.get(str((row.data or {}).get("stage"))))
        if won is not None:
            yield row.lead_id, row.occurred_at, won
    deals = select(handoffs.c.lead_id, handoffs.c.deal, handoffs.c.deal_at).where(
        handoffs.c.deal.in_((WON, "lost")), handoffs.c.deal_at.is_not(None)
    )
    yield from ((row.lead_id, row.deal_at, row.deal == WON) for row in conn.execute(deals))


def _page(
    conn: Connection, rules: Rules, policy: ScoringPolicy | None, decided: Sequence[Decided]
) -> Iterator[Outcome]:
    ids = sorted({one.lead for one in decided})
    known, dated, written = people(conn, ids), _dated(conn, rules, policy, ids), _written(conn, ids)
    for one in decided:
        lead = known[one.lead]
        if lead.erased_at is not None:
            continue
        yield Outcome(
            one.lead,
            one.won,
            lead_fields(lead, rules.dictionary),
            entries=[entry for entry in dated[one.lead] if entry.at <= one.at],
            at=one.at,
            late=frozenset(name for at, names in written[one.lead] if at > one.at for name in names),
            day=one.at.date(),
        )


def _dated(
    conn: Connection, rules: Rules, policy: ScoringPolicy | None, ids: Sequence[str]
) -> Mapping[str, list[Entry]]:
    kept = booked_of(conn, ids)
    if policy is None:
        return {lead: [entry for entry, _ in kept[lead]] for lead in ids}
    anew = earned(conn, ids, policy, rules.dictionary.happenings)
    return {lead: [*(entry for entry, of_event in kept[lead] if not of_event), *anew[lead]] for lead in ids}


def _written(conn: Connection, ids: Sequence[str]) -> Mapping[str, list[tuple[datetime, list[str]]]]:
    """Lead -> when fields of hers got other values."""
    query = select(events.c.lead_id, events.c.occurred_at, events.c.data).where(
        events.c.lead_id.in_(ids), events.c.type == "lead.changed"
    )
    found: dict[str, list[tuple[datetime, list[str]]]] = defaultdict(list)
    for row in conn.execute(query):
        data: Any = row.data or {}
        found[row.lead_id].append((row.occurred_at, [_named(name) for name in data.get("fields", ())]))
    return found


def _named(field: str) -> str:
    return field if "." in field else f"lead.{field}"
