"""Why now: what a task tells of its lead."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from nurture.domain.scoring import Score, cell
from nurture.services.listening import left
from nurture.store.tables import events

RECENT = 12
"""Happenings that the task tells of."""
SOURCE = "lead.source"
"""Where the lead came from, which reports go by also when another source is noted later."""


def context(conn: Connection, turn: Any, why: str, say: str = "") -> dict[str, Any]:
    """Why now, as it stood when the task was opened."""
    facts = turn.facts
    place = cell(Score(facts.engagement, facts.fit), turn.rules.scoring)
    recent = conn.execute(
        select(events.c.type, events.c.occurred_at, events.c.data)
        .where(events.c.lead_id == left(turn.journey), events.c.verdict == "human")
        .order_by(events.c.occurred_at.desc())
        .limit(RECENT)
    )
    return {
        "why": why,
        **({"say": say} if say else {}),
        "campaign": turn.published.campaign.title,
        "score": facts.score,
        "fit": facts.fit,
        "engagement": facts.engagement,
        "stage": facts.stage,
        "cell": place[0] if place else None,
        "source": facts.fields.get(SOURCE),
        "did": [[row.type, row.occurred_at.isoformat(), row.data] for row in recent],
    }
