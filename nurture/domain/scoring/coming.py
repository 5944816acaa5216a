"""When a lead came to the thresholds of a policy, reckoned afterwards: how many it brings to sales a week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from nurture.domain.facts import Value
from nurture.domain.scoring.engagement import Entry, total
from nurture.domain.scoring.policy import ScoringPolicy

WEEKS = 8
"""Looked back at."""
WINDOW = timedelta(weeks=WEEKS)


def came_to(
    entries: Sequence[Entry], policy: ScoringPolicy, now: datetime, fields: Mapping[str, Value]
) -> frozenset[str]:
    """Stages whose thresholds she came over in the window, and was not over when it began. Looked at after
    the last points of each day: between them a score only fades."""
    if not policy.thresholds:
        return frozenset()
    began = now - WINDOW
    ends = {one.at.date(): one.at for one in sorted(entries, key=lambda one: one.at) if began < one.at <= now}
    if not ends:
        return frozenset()
    over = _over(entries, policy, began, fields)
    seen = [_over(entries, policy, at, fields) for at in ends.values()]
    return frozenset[str]().union(*seen) - over


def _over(
    entries: Sequence[Entry], policy: ScoringPolicy, at: datetime, fields: Mapping[str, Value]
) -> frozenset[str]:
    then = total([one for one in entries if one.at <= at], policy, at, fields).total
    return frozenset(stage for stage, points in policy.thresholds.items() if then >= points)
