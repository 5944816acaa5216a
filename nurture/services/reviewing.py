"""The monthly review: what sales said of the leads that the score handed over, by cell, by rule, by month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from nurture.domain.backtest.measures import Auc, auc
from nurture.domain.facts import Value
from nurture.domain.scoring import Entry, ScoringPolicy, cell, explain, total
from nurture.services.facts import entries, lead_fields, people
from nurture.services.handoffs import HANDOFF
from nurture.services.library import Rules
from nurture.store.tables import events, handoffs

ACCEPTED, REJECTED = ("accepted", "qualified"), "rejected"
AT_ONCE = 200
COUNTS = 0.5
"""Points from which a rule had a part in it."""
WON = ("customer",)


@dataclass
class Share:
    """Of leads that were handed over: what sales said."""

    accepted: int = 0
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def answered(self) -> int:
        return self.accepted + self.rejected

    @property
    def rate(self) -> float:
        """Of those that were answered, how many were rejected."""
        return self.rejected / self.answered if self.answered else 0.0


@dataclass
class Review:
    handed: int = 0
    everybody: Share = field(default_factory=Share)
    rules: Mapping[str, Share] = field(default_factory=dict)
    cells: Mapping[str, Share] = field(default_factory=dict)
    months: Mapping[str, Share] = field(default_factory=dict)
    score: Auc | None = None
    """How often the score at the handoff puts an accepted lead before a rejected one."""
    won: Auc | None = None
    """The same of leads who became customers and all others."""


@dataclass(frozen=True)
class Handed:
    lead: str
    at: datetime
    accepted: bool | None
    """None: not answered, or closed without an answer."""
    reason: str
    won: bool
    score: int
    cell: str
    rules: frozenset[str]


def review(conn: Connection, rules: Rules, since: datetime, until: datetime) -> Review:
    """By the policy that is live, and the points that each lead had when she was handed over. Fields are as
    they are now: what sales wrote since may be among them."""
    found = list(_handed(conn, rules, since, until))
    by_rule: dict[str, Share] = defaultdict(Share)
    by_cell: dict[str, Share] = defaultdict(Share)
    by_month: dict[str, Share] = defaultdict(Share)
    whole = Review(handed=len(found))
    for one in found:
        shares = [whole.everybody, by_month[f"{one.at:%Y-%m}"], *(by_rule[name] for name in one.rules)]
        for share in [*shares, *([by_cell[one.cell]] if one.cell else [])]:
            _count(share, one)
    whole.rules, whole.cells, whole.months = by_rule, by_cell, by_month
    whole.score = auc([(float(one.score), one.accepted) for one in found if one.accepted is not None])
    whole.won = auc([(float(one.score), one.won) for one in found])
    return whole


def _count(share: Share, one: Handed) -> None:
    share.accepted += one.accepted is True
    share.rejected += one.accepted is False
    if one.accepted is False:
        share.reasons[one.reason or "without a reason"] += 1


def _handed(conn: Connection, rules: Rules, since: datetime, until: datetime) -> Iterator[Handed]:
    """A lead who was handed over twice is there twice; what has joined another task is not."""
    query = select(handoffs).where(
        handoffs.c.kind == HANDOFF,
        handoffs.c.joined_to.is_(None),
        handoffs.c.created_at >= since,
        handoffs.c.created_at < until,
    )
    rows = conn.execute(query.order_by(handoffs.c.created_at, handoffs.c.id)).all()
    for start in range(0, len(rows), AT_ONCE):
        page = rows[start : start + AT_ONCE]
        ids = sorted({row.lead_id for row in page})
        known, won = people(conn, ids), _won(conn, ids)
        for row in page:
            fields = lead_fields(known[row.lead_id], rules.dictionary)
            then = entries(conn, row.lead_id, row.created_at)
            score = total(then, rules.scoring, row.created_at, fields)
            place = cell(score, rules.scoring)
            yield Handed(
                row.lead_id,
                row.created_at,
                {REJECTED: False, **dict.fromkeys(ACCEPTED, True)}.get(row.state),
                row.reason or "",
                won.get(row.lead_id, row.created_at) > row.created_at,
                score.total,
                place[0] if place else "",
                frozenset(_parts(then, fields, rules.scoring, row.created_at)),
            )


def _parts(
    then: Sequence[Entry], fields: Mapping[str, Value], policy: ScoringPolicy, at: datetime
) -> Iterator[str]:
    """Rules that had a part in the score."""
    points: dict[str, float] = defaultdict(float)
    for line in explain(then, fields, policy, at):
        points[line.rule] += line.now
    known = {*policy.rules, *(rule.name for rule in (*policy.fit, *policy.totals))}
    yield from (name for name, much in points.items() if much >= COUNTS and name in known)


def _won(conn: Connection, ids: Sequence[str]) -> Mapping[str, datetime]:
    """Lead -> when they became a customer last."""
    query = select(events.c.lead_id, events.c.occurred_at, events.c.data).where(
        events.c.lead_id.in_(ids), events.c.type == "stage.changed"
    )
    rows = conn.execute(query.order_by(events.c.occurred_at)).all()
    return {row.lead_id: row.occurred_at for row in rows if (row.data or {}).get("stage") in WON}
