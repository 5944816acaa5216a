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
known; of ``at CAMPAIGN``, that all dates ahead are in ``coming_dates``. ``digest``: of what is asked.
``created``: somebody wants to hear of new leads; never due.

``canary CAMPAIGN`` and ``surplus CAMPAIGN`` let in those who are held at the door; there ``ready`` says that
nobody is held any more."""

coming_dates = Table(
    "coming_dates",
    metadata,
    Column("campaign", String(100), primary_key=True),
    Column("owner", Id, primary_key=True),
    Column("at", Utc, nullable=False),
    Index("ix_coming_dates_at", "campaign", "at"),
)
"""When the date of a lead or a record lets it into a campaign (``enrol: {at: ...}``): what is ahead only.
``owner``: the id of the lead or the record; the date is looked up again when it has come."""

account_changes = Table(
    "account_changes",
    metadata,
    pk(),
    ref("account_id", "accounts.id"),
    Column("fields", Json, nullable=False),
    Column("told", Json, nullable=False),
    Column("source", String(200), nullable=False),
    Column("after", Id),
)
"""What colleagues are still to be told: ``fields`` of their company have another value. ``told``: leads who
know already; ``after``: the last one of the page before."""

held_leads = Table(
    "held_leads",
    metadata,
    pk(),
    Column("campaign", String(100), nullable=False),
    ref("lead_id", "leads.id"),
    Column("cause", String(200), nullable=False),
    Column("key", String(200), nullable=False, default=""),
    Column("reason", String(10), nullable=False),
    Column("at", Utc, nullable=False),
    UniqueConstraint("campaign", "lead_id", "cause", name="uq_held_leads_cause"),
    Index("ix_held_leads_reason", "campaign", "reason"),
)
"""Leads who would be in, and wait at the door. reason: ``canary`` or ``surplus``."""

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
