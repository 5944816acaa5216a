"""Tests, measures and codes: who drew which way, what was counted, which way has won, who got which code."""

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

codes = Table(
    "codes",
    metadata,
    pk(),
    Column("campaign", String(100), nullable=False),
    Column("pool", String(41), nullable=False),
    Column("code", String(200), nullable=False),
    ref("lead_id", "leads.id", nullable=True),
    Column("taken_at", Utc),
    UniqueConstraint("campaign", "pool", "code", name="uq_codes_code"),
    UniqueConstraint("campaign", "pool", "lead_id", name="uq_codes_lead"),
)
"""Codes of which a lead gets one of each pool, for good. ``lead_id``: None while it is free."""

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
