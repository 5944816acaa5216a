"""This installation: who it is, who may use it, and what went wrong."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Integer, String, Table, Text

from nurture.store.columns import Id, Json, Utc, pk
from nurture.store.tables_metadata import metadata

installation = Table(
    "installation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("uuid", Id, nullable=False),
    Column("base_url", String(300), nullable=False),
    Column("namespace", String(200), nullable=False),
    Column("clock", String(10), nullable=False, default="real"),
    Column("stepped_to", Utc),
    Column("held_for", String(300)),
    Column("held_at", Utc),
    Column("restored_at", Utc),
    Column("restored_from", Utc),
    Column("reconciled_at", Utc),
    Column("created_at", Utc, nullable=False),
    Column("settings", Json, nullable=False, default=dict),
)
"""One row, id 1. ``held_for``: why everything outgoing is stopped. ``stepped_to``: campaign time of a
stepped clock.
``restored_*``: set by a restore; nothing is sent until ``reconciled_at`` is later."""

users = Table(
    "users",
    metadata,
    pk(),
    Column("email", String(320), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("team", String(100), nullable=False, default=""),
    Column("role", String(20), nullable=False, default="sales"),
    Column("active", Boolean, nullable=False, default=True),
    Column("zone", String(64)),
    Column("last_assigned", Integer, nullable=False, default=0),
    Column("away_until", Utc),
    Column("substitute", Id),
    Column("digest_on", String(10)),
    Column("created_at", Utc, nullable=False),
)
"""role: ``sales``, ``marketing`` or ``admin``. ``last_assigned``: the round robin's count at the last
task. ``away_until``: they get nothing before, and ``substitute`` stands in; both set in the inbox.
``digest_on``: the day of their last digest."""

sign_ins = Table(
    "sign_ins",
    metadata,
    pk(),
    Column("user_id", Id, nullable=False, index=True),
    Column("kind", String(10), nullable=False),
    Column("token_sha256", String(64), nullable=False, unique=True),
    Column("expires_at", Utc, nullable=False),
    Column("used_at", Utc),
)
"""kind: ``link`` (once) or ``session``."""

api_keys = Table(
    "api_keys",
    metadata,
    pk(),
    Column("name", String(100), nullable=False, unique=True),
    Column("key_sha256", String(64), nullable=False, unique=True),
    Column("created_at", Utc, nullable=False),
    Column("revoked_at", Utc),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(100), nullable=False),
    Column("text", Text, nullable=False),
    Column("lead_id", Id, index=True),
    Column("journey_id", Id, index=True),
    Column("at", Utc, nullable=False),
)
"""The words of errors, which may hold personal data and therefore stand nowhere else."""

rates = Table(
    "rates",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("tokens", Float, nullable=False),
    Column("at", Utc, nullable=False),
    Column("line", Utc),
    Column("trial", Boolean),
)
"""Token buckets shared by all workers. ``line``: when the last of those who wait in a line comes to one.
``trial``: one token at a time, until somebody says that it was well used."""

leases = Table(
    "leases",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("owner", String(100), nullable=False),
    Column("until", Utc, nullable=False),
)
"""Which process does what only one may do at a time, such as the relay's rounds."""
