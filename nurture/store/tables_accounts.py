"""What the accounts at mail providers have done, and what stopped them."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from nurture.store.columns import BigId, Json, Utc
from nurture.store.tables_metadata import metadata

account_days = Table(
    "account_days",
    metadata,
    Column("account", String(60), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("taken", Integer, nullable=False, default=0),
)
"""Places of an account with so many a day. ``day``: UTC, ISO. ``taken`` counts those on days ahead that
are promised, too."""

account_hours = Table(
    "account_hours",
    metadata,
    Column("account", String(60), primary_key=True),
    Column("hour", Utc, primary_key=True),
    Column("handed", Integer, nullable=False, default=0),
    Column("complaints", Integer, nullable=False, default=0),
    Column("bounces", Integer, nullable=False, default=0),
    Column("refusals", Integer, nullable=False, default=0),
)
"""What the breakers count. Deleted when somebody resumes the account: it begins afresh."""

trips = Table(
    "trips",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("account", String(60), nullable=False, index=True),
    Column("reason", String(20), nullable=False),
    Column("counts", Json, nullable=False),
    Column("at", Utc, nullable=False),
    Column("resumed_at", Utc),
    Column("resumed_by", String(320)),
)
"""Each time that a breaker stopped an account, with the numbers of that moment."""
