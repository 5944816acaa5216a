"""Which rules on events had a part in a lead's score."""

from __future__ import annotations

from collections import defaultdict

from nurture.domain.scoring import ScoringPolicy, explain
from nurture.services.outcomes.rows import Outcome

COUNTS = 0.5
"""Points from which a rule had a part in it, given or taken."""


def had_part(row: Outcome, policy: ScoringPolicy) -> frozenset[str]:
    if row.at is None:
        return frozenset()
    points: dict[str, float] = defaultdict(float)
    for line in explain(row.entries, row.fields, policy, row.at):
        points[line.rule] += line.now
    return frozenset(name for name, much in points.items() if abs(much) >= COUNTS)
