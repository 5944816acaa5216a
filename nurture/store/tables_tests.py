"""Tests and measures: who drew which way, what was counted, and which way has won."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, String, Table, UniqueConstraint

from nurture.store.columns import Utc, pk, ref
from nurture.store.tables_metadata import metadata

arms = Table(
    "arms",
    metadata,
    pk(),
    Column("campaign", String(100), nullable=False),
    Column("step", String(200), nullable=False),
    Column("way", String(100), nullable=False),
    ref("journey_id", "journeys.id"),
    Column("in_test", Boolean, nullable=False),
    Column("at", Utc, nullable=False),
    UniqueConstraint("journey_id", "step", name="uq_arms_journey_step"),
    Index("ix_arms_test", "campaign", "step", "in_test"),
)
"""The way of a split, or the variant of a send, that a journey has. ``in_test``: drawn by chance,
before the test was decided; only these count."""

experiments = Table(
    "experiments",
    metadata,
    Column("campaign", String(100), primary_key=True),
    Column("step", String(200), primary_key=True),
    Column("winner", String(100), nullable=False),
    Column("decided_at", Utc, nullable=False),
    Column("how", String(500), nullable=False),
)
"""Tests that are decided. ``how``: by what numbers, or by whom."""

measured = Table(
    "measured",
    metadata,
    pk(),
    Column("campaign", String(100), nullable=False),
    Column("name", String(200), nullable=False),
    ref("journey_id", "journeys.id"),
    Column("at", Utc, nullable=False),
    UniqueConstraint("journey_id", "name", name="uq_measured_journey_name"),
    Index("ix_measured_campaign", "campaign", "name"),
)
"""A measure of the campaign that a journey has met, once."""
