"""What scoring remembers beside the dated points."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from nurture.store.columns import Id, Utc, pk, ref
from nurture.store.tables_metadata import metadata

score_levels = Table(
    "score_levels",
    metadata,
    Column("lead_id", Id, ForeignKey("leads.id"), primary_key=True),
    Column("level", String(10), nullable=False),
    Column("score", Integer, nullable=False),
    Column("since", Utc, nullable=False),
)
"""How warm a lead was when her score was reckoned last: a level is left later than it is reached, and cannot
be read from the score alone. No row: cold."""

qualifications = Table(
    "qualifications",
    metadata,
    pk(),
    ref("lead_id", "leads.id"),
    Column("item", String(20), nullable=False),
    Column("value", Text, nullable=False),
    Column("source", String(10), nullable=False),
    Column("at", Utc, nullable=False),
    Column("by", String(100), nullable=False, default=""),
    Column("key", String(400), nullable=False, unique=True),
    Index("ix_qualifications_lead", "lead_id", "at"),
)
"""Every word on budget, authority, need and timing. source: ``form``, ``sales`` or ``inferred``. ``by``: the
user, the event or the step."""
