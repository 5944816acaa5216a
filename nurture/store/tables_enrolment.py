"""Records of leads, who is in which segment, and what is to be looked at of everybody."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, String, Table, UniqueConstraint

from nurture.store.columns import Id, Json, Utc, pk, ref
from nurture.store.tables_metadata import metadata

segment_members = Table(
    "segment_members",
    metadata,
    Column("segment", String(100), primary_key=True),
    ref("lead_id", "leads.id", primary_key=True),
    Column("since", Utc, nullable=False),
    Index("ix_segment_members_lead", "lead_id"),
)
"""Of watched segments only: those whose coming and going a campaign or a happening uses."""

scans = Table(
    "scans",
    metadata,
    Column("name", String(120), primary_key=True),
    Column("due", Utc),
    Column("after", Id),
    Column("ready", Boolean, nullable=False, default=False),
    Column("digest", String(64), nullable=False, default=""),
    Column("began", Utc, nullable=False),
    Index("ix_scans_due", "due"),
)
"""``segment NAME``, ``every CAMPAIGN``, ``at CAMPAIGN``: pages of leads that the relay looks at from ``due``
(campaign time) on; ``after``: the last one of the page before. ``ready``: who was there when it ``began`` is
known. ``digest``: of what is asked. ``created``: somebody wants to hear of new leads; never due."""

records = Table(
    "records",
    metadata,
    pk(),
    Column("kind", String(40), nullable=False),
    Column("external_id", String(200), nullable=False),
    ref("lead_id", "leads.id", index=True),
    Column("fields", Json, nullable=False, default=dict),
    Column("created_at", Utc, nullable=False),
    Column("updated_at", Utc, nullable=False),
    UniqueConstraint("kind", "external_id", name="uq_records_kind_external_id"),
)
"""Deals, subscriptions, registrations, orders of a lead. ``fields``: as they came, without the kind before;
the dictionary declares their types as ``deal.renewal_date``."""
