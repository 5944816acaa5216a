"""How versions came to be live, and who was moved from one to another."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table

from nurture.store.columns import Id, Json, Utc, pk
from nurture.store.tables_metadata import metadata

releases = Table(
    "releases",
    metadata,
    pk(),
    Column("campaign", String(100), nullable=False, index=True),
    Column("version", String(64), nullable=False),
    Column("before", String(64)),
    Column("policy", String(12), nullable=False, default="new"),
    Column("state", String(12), nullable=False),
    Column("by", String(100), nullable=False, default=""),
    Column("at", Utc, nullable=False),
    Column("approved_by", String(100)),
    Column("approved_at", Utc),
    Column("undone_by", String(100)),
    Column("undone_at", Utc),
)
"""Each time a version was published. ``before``: what was live then. policy: ``new``, ``next-step`` or
``drain``. state: ``waiting`` for approval, ``live`` (also when a later one has followed), ``undone``, or
``replaced`` before it was approved."""

moves = Table(
    "moves",
    metadata,
    pk(),
    Column("campaign", String(100), nullable=False, index=True),
    Column("version", String(64), nullable=False),
    Column("keeps_waits", Boolean, nullable=False, default=False),
    Column("rate", Float, nullable=False),
    Column("by", String(100), nullable=False, default=""),
    Column("at", Utc, nullable=False),
    Column("ended_at", Utc),
    Column("undone_at", Utc),
    Column("counts", Json),
)
"""Each time journeys were moved to ``version``."""

move_rows = Table(
    "move_rows",
    metadata,
    Column("move_id", Id, ForeignKey("moves.id"), primary_key=True),
    Column("journey_id", Id, ForeignKey("journeys.id"), primary_key=True),
    Column("page", Integer, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("version", String(64), nullable=False),
    Column("step", String(200), nullable=False),
    Column("position", Json, nullable=False),
    Column("effect", String(30), nullable=False),
    Column("due", Utc, nullable=False),
    Column("queue", String(100), nullable=False),
    Column("hold", String(60)),
    Column("to_turn", Integer, nullable=False),
    Column("to_version", String(64), nullable=False),
    Column("to_step", String(200), nullable=False),
    Column("to_position", Json, nullable=False),
    Column("to_effect", String(30), nullable=False),
    Column("to_due", Utc, nullable=False),
    Column("to_queue", String(100), nullable=False),
    Column("to_hold", String(60)),
    Column("to_listens", String(16)),
    Index("ix_move_rows_page", "move_id", "page"),
)
"""Where a moved journey stood, and where it was put: one statement moves a page of them, and another one puts
back those that still stand there."""
