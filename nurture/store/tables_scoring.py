"""What scoring remembers beside the dated points."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from nurture.store.columns import Id, Utc
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
