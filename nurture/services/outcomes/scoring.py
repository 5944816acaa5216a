"""What a policy says of each lead of a file."""

from __future__ import annotations

from datetime import UTC, datetime

from nurture.domain.backtest.measures import Scored
from nurture.domain.scoring import Score, ScoringPolicy, total
from nurture.services.outcomes.rows import Outcome, Outcomes

NOW = datetime(2000, 1, 1, tzinfo=UTC)
"""Any will do: a file has fields and no dated points, and fields do not fade."""


def score(row: Outcome, policy: ScoringPolicy) -> Score:
    return total(row.entries, policy, row.at or NOW, row.fields)


def scored(found: Outcomes, policy: ScoringPolicy) -> list[Scored]:
    return [(score(row, policy).total, row.won) for row in found.rows]
