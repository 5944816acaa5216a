"""What we know of the people of a CRM, how far we have listened, and what a person must see to."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, String, Table, Text, UniqueConstraint, text

from nurture.store.columns import Json, Utc, pk, ref
from nurture.store.tables_metadata import metadata

crm_links = Table(
    "crm_links",
    metadata,
    pk(),
    ref("lead_id", "leads.id", index=True),
    Column("crm", String(40), nullable=False),
    Column("remote_id", String(200)),
    Column("state", String(12), nullable=False, default="pending"),
    Column("pushed", Json),
    Column("pushed_at", Utc),
    Column("error", String(200)),
    Column("base", Json),
    Column("kept", Json),
    Column("tasks", Json),
    Column("seen_at", Utc),
    Column("told", Json),
    UniqueConstraint("lead_id", "crm", name="uq_crm_links_lead_crm"),
    Index("ix_crm_links_remote", "crm", "remote_id"),
)
"""state: ``pending synced waiting refused gone merged``; gone: they were deleted there. ``base``: their field
-> what stood on both sides when we last looked; ``kept``: their fields that we left as a person set them.
``tasks``: id of a handoff -> what the CRM calls its task. ``told``: of a CRM that cannot be looked at, what
it told of last -> when that happened there."""

crm_parked = Table(
    "crm_parked",
    metadata,
    pk(),
    Column("crm", String(40), nullable=False),
    Column("key", String(200), nullable=False),
    Column("what", String(40), nullable=False),
    Column("remote_id", String(200)),
    ref("lead_id", "leads.id", nullable=True, index=True),
    Column("reason", String(300), nullable=False),
    Column("state", String(12), nullable=False, default="open"),
    Column("at", Utc, nullable=False),
    Column("settled_at", Utc),
    UniqueConstraint("crm", "key", name="uq_crm_parked_crm_key"),
    Index(
        "ix_crm_parked_open",
        "at",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)
"""What a CRM said that Nurture could not act on, or that it could not write: shown, with the reason. state:
``open`` or ``settled``. ``key``: the same thing again is the same row."""

crm_cursors = Table(
    "crm_cursors",
    metadata,
    Column("crm", String(40), primary_key=True),
    Column("cursor", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("error", String(200)),
)
"""How far a CRM was asked for changes, and what kept us from it the last time."""

crm_tokens = Table(
    "crm_tokens",
    metadata,
    Column("crm", String(40), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("at", Utc, nullable=False),
)
"""Tokens of OAuth, encrypted by the installation's key."""
