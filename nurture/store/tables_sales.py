"""What people of sales are asked to do, and the leads that they give back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from nurture.store.columns import Id, Json, Utc, pk, ref
from nurture.store.tables_metadata import metadata

QUEUED = "state = 'open' AND kind = 'handoff' AND joined_to IS NULL AND owner IS NULL"
"""Handoffs that nobody could take."""


def _rank(made: Any) -> float:
    score = (made.get_current_parameters().get("context") or {}).get("score")
    return -1.0 if score is None else float(score)


handoffs = Table(
    "handoffs",
    metadata,
    pk(),
    Column("key", String(400), nullable=False, unique=True),
    ref("lead_id", "leads.id", index=True),
    ref("journey_id", "journeys.id", index=True),
    Column("step", String(200), nullable=False),
    Column("visit", Integer, nullable=False),
    Column("joined_to", Id),
    Column("kind", String(12), nullable=False, default="handoff", server_default="handoff"),
    Column("team", String(100), nullable=False),
    Column("owner", Id, ForeignKey("users.id")),
    Column("state", String(12), nullable=False, default="open"),
    Column("reason", String(60)),
    Column("note", Text),
    Column("bant", Json),
    Column("context", Json, nullable=False),
    Column("due", Utc, nullable=False),
    Column("closes_at", Utc),
    Column("escalations", Integer, nullable=False, default=0),
    Column("reminded_at", Utc),
    Column("created_at", Utc, nullable=False),
    Column("answered_at", Utc),
    Column("answered_by", String(100)),
    Column("version", Integer, nullable=False, default=0),
    Column("clock", Integer, nullable=False, default=1, server_default="1"),
    Column("clock_at", Utc),
    Column("marks", Json),
    Column("touched_at", Utc),
    Column("touched_by", String(100)),
    Column("sla", String(8)),
    Column("back_at", Utc),
    Column("deal", String(8)),
    Column("amount", Float),
    Column("currency", String(3)),
    Column("deal_at", Utc),
    Column("follows", Id),
    Column("next_at", Utc),
    Column("rank", Float, nullable=False, default=_rank, server_default="-1"),
    Index("ix_handoffs_open", "state", "due"),
    Index("ix_handoffs_team", "team", "state", "due"),
    Index("ix_handoffs_owner", "owner", "state", "due"),
    Index("ix_handoffs_load", "team", "clock_at"),
    Index(
        "ix_handoffs_queue",
        "team",
        text("rank DESC"),
        "created_at",
        "id",
        sqlite_where=text(QUEUED),
        postgresql_where=text(QUEUED),
    ),
    Index("ix_handoffs_queued", "kind", "id", sqlite_where=text(QUEUED), postgresql_where=text(QUEUED)),
    Index("ix_handoffs_answered", "answered_by", "answered_at"),
    Index(
        "ix_handoffs_next",
        "next_at",
        sqlite_where=text("state = 'open' AND next_at IS NOT NULL"),
        postgresql_where=text("state = 'open' AND next_at IS NOT NULL"),
    ),
    Index(
        "uq_handoffs_open_lead",
        "lead_id",
        unique=True,
        sqlite_where=text("state = 'open' AND joined_to IS NULL AND kind = 'handoff'"),
        postgresql_where=text("state = 'open' AND joined_to IS NULL AND kind = 'handoff'"),
    ),
)
"""What people are asked to do. kind: ``handoff``, ``reply``, or of a task ``call linkedin visit mail other``.
state: ``open expired cancelled``; of a handoff ``accepted qualified rejected``, of a task ``done skipped``.
``version`` grows with every change, for compare-and-set. At most one handoff is open per lead: a second
points to the first by ``joined_to``. ``closes_at``: of a reply, when nothing waits for its answer.

``clock`` counts how often its clock began: with each owner anew; 0 while it waits in the queue of its team.
``clock_at``: when it began last, ``marks`` its deadlines, ``due`` by when somebody must have acted,
``touched_at`` when somebody first did, ``sla`` whether in time: ``met`` or ``missed``. ``back_at``: when the
lead may hear of us again. ``deal``: ``won`` or ``lost``. ``follows``: the task after which this one came;
no journey waits for it, so ``next_at`` is when the first of its ``marks`` is reached, and those that are
behind it are taken away. ``rank``: the score at the handing over, by which a queue is looked through;
below 0: none."""

returns = Table(
    "returns",
    metadata,
    pk(),
    ref("lead_id", "leads.id", index=True),
    ref("handoff_id", "handoffs.id"),
    Column("campaign", String(100), nullable=False),
    Column("due", Utc, nullable=False),
    Column("state", String(12), nullable=False, default="waiting"),
    Column("reason", String(200)),
    Column("done_at", Utc),
    Index("ix_returns_due", "state", "due"),
)
"""Leads whom sales gave back, on their way into a campaign. state: ``waiting entered refused cancelled``;
``reason``: why the campaign did not let them in."""


notices = Table(
    "notices",
    metadata,
    pk(),
    Column("key", String(400), nullable=False, unique=True),
    Column("recipient", String(320), nullable=False),
    ref("lead_id", "leads.id", index=True),
    Column("text", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("due", Utc, nullable=False),
    Column("told_at", Utc),
    Index(
        "ix_notices_due",
        "due",
        sqlite_where=text("told_at IS NULL"),
        postgresql_where=text("told_at IS NULL"),
    ),
)
"""What campaigns tell our own people once a day. ``text``: of the campaign's file, nothing of the lead."""

shadows = Table(
    "shadows",
    metadata,
    pk(),
    Column("key", String(400), nullable=False, unique=True),
    ref("lead_id", "leads.id", index=True),
    ref("journey_id", "journeys.id"),
    Column("team", String(100), nullable=False),
    Column("owner", Id),
    Column("context", Json, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("verdict", String(3)),
    Column("judged_by", String(100)),
    Column("judged_at", Utc),
    Index(
        "ix_shadows_open",
        "created_at",
        sqlite_where=text("verdict IS NULL"),
        postgresql_where=text("verdict IS NULL"),
    ),
)
"""Whom a team would have got while its handoffs are in the shadow. ``owner``: who would have had the lead.
verdict: ``yes`` or ``no``, of whoever leads the team."""

backlog = Table(
    "backlog",
    metadata,
    pk(),
    ref("lead_id", "leads.id"),
    Column("campaign", String(100), nullable=False),
    Column("team", String(100), nullable=False),
    Column("score", Float, nullable=False),
    Column("state", String(12), nullable=False, default="waiting"),
    Column("reason", String(200)),
    Column("created_at", Utc, nullable=False),
    Column("done_at", Utc),
    UniqueConstraint("lead_id", "campaign", name="uq_backlog_lead_campaign"),
    Index("ix_backlog_next", "state", "team", "score"),
)
"""Who was good enough before the handing over began: let into the campaign, the best first, as the team has
room. state: ``waiting entered refused``."""
