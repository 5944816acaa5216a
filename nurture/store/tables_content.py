"""What marketers have published: immutable versions by hash, and which of them is live."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, String, Table, false

from nurture.store.columns import Json, Utc
from nurture.store.tables_metadata import metadata

campaigns = Table(
    "campaigns",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("live", String(64), nullable=False),
    Column("state", String(10), nullable=False, default="live"),
    Column("paused_at", Utc),
    Column("draining", Boolean, nullable=False, default=False, server_default=false()),
)
"""``live`` is the version that new journeys get. state: ``live`` or ``paused``. ``draining``: nobody new
comes in before the journeys on older versions are over."""

campaign_versions = Table(
    "campaign_versions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("campaign", String(100), nullable=False, index=True),
    Column("document", Json, nullable=False),
    Column("messages", Json, nullable=False),
    Column("published_at", Utc, nullable=False),
    Column("published_by", String(100)),
)
"""``messages``: message name -> hash of its text. ``hash`` covers both."""

message_versions = Table(
    "message_versions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("message", String(100), nullable=False, index=True),
    Column("source", Json, nullable=False),
    Column("published_at", Utc, nullable=False),
)

policies = Table(
    "policies",
    metadata,
    Column("kind", String(40), primary_key=True),
    Column("live", String(64), nullable=False),
)
"""kind: ``dictionary``, ``scoring``, ``sales``, ``calendars``, ``routing``, ``crm``."""

policy_versions = Table(
    "policy_versions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("kind", String(40), nullable=False, index=True),
    Column("document", Json, nullable=False),
    Column("published_at", Utc, nullable=False),
)
