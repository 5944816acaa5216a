"""What people of sales are asked to do, and the leads that they give back."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, Table, Text, text

from nurture.store.columns import Id, Json, Utc, pk, ref
from nurture.store.tables_metadata import metadata

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
    Index("ix_handoffs_open", "state", "due"),
    Index("ix_handoffs_team", "team", "state", "due"),
    Index("ix_handoffs_owner", "owner", "state", "due"),
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
lead may hear of us again. ``deal``: ``won`` or ``lost``. ``follows``: the task after which this one came."""

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
