"""What providers tell of our mails, and how each of their accounts stands."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, UniqueConstraint

from nurture.store.columns import BigId, Id, Utc, ref
from nurture.store.tables_metadata import metadata

provider_events = Table(
    "provider_events",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("provider", String(20), nullable=False),
    Column("key", String(200), nullable=False),
    Column("told", String(20), nullable=False),
    Column("name", String(100), nullable=False, default=""),
    Column("reason", String(60), nullable=False, default=""),
    Column("code", Integer),
    Column("machine", Boolean, nullable=False, default=False),
    ref("send_id", "sends.id", nullable=True, index=True),
    ref("lead_id", "leads.id", nullable=True, index=True),
    Column("remote_id", String(250), nullable=False, default=""),
    Column("address", String(64)),
    Column("inbox_id", Id),
    Column("occurred_at", Utc, nullable=False),
    Column("received_at", Utc, nullable=False),
    UniqueConstraint("provider", "key", name="uq_provider_events_key"),
    Index("ix_provider_events_remote", "remote_id"),
)
"""In our own vocabulary (`nurture/domain/mail_events.py`), each once. ``send_id`` None: of no mail that we
know (yet). ``address``: HMAC of the recipient. The words of the provider are in the inbox."""

channels = Table(
    "channels",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("reason", String(60), nullable=False),
    Column("since", Utc, nullable=False),
    Column("until", Utc, nullable=False),
    Column("tries", Integer, nullable=False, default=1),
    Column("incident", String(36)),
)
"""Accounts that could not be used: nothing is handed over before ``until``. Times are the database's."""
