"""What comes in and goes out: sends, events, points, handoffs, inbox and outbox."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    text,
)

from nurture.store.columns import BigId, Id, Json, Utc, pk, ref
from nurture.store.tables_metadata import metadata

sends = Table(
    "sends",
    metadata,
    pk(),
    Column("key", String(400), nullable=False, unique=True),
    ref("lead_id", "leads.id", nullable=True, index=True),
    ref("journey_id", "journeys.id", nullable=True, index=True),
    Column("campaign", String(100), nullable=False, default=""),
    Column("step", String(200), nullable=False, default=""),
    Column("visit", Integer, nullable=False, default=1),
    Column("message", String(100), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("text_hash", String(64)),
    Column("state", String(12), nullable=False, default="pending"),
    Column("reason", String(60)),
    Column("owner", Id),
    Column("lease_until", Utc),
    Column("attempts", Integer, nullable=False, default=0),
    Column("not_before", Utc),
    Column("message_id", String(200), unique=True),
    Column("provider", String(60)),
    Column("provider_message_id", String(250)),
    Column("body", LargeBinary),
    Column("body_sha256", String(64)),
    Column("recipient", String(320)),
    Column("links", Json),
    Column("via", String(8), nullable=False, default="mail", server_default="mail"),
    Column("link_names", Json),
    Column("answers", Json),
    Column("closes_at", Utc),
    Column("repeat_until", Utc),
    Column("repeat_place", String(16)),
    Column("code", Integer),
    Column("incident", String(36)),
    Column("created_at", Utc, nullable=False),
    Column("claimed_at", Utc),
    Column("sent_at", Utc),
    Column("settled_at", Utc),
    Index("ix_sends_state", "state", "lease_until"),
    Index("ix_sends_caps", "lead_id", "kind", "created_at"),
    Index(
        "ix_sends_remote",
        "provider_message_id",
        sqlite_where=text("provider_message_id IS NOT NULL"),
        postgresql_where=text("provider_message_id IS NOT NULL"),
    ),
)
"""The ledger. state: ``pending claimed inflight sent delivered bounced complained retry unknown cancelled
given_up``.

``key``: ``{journey}/{step}/{visit}/send`` or ``handoff/...``. ``body`` is kept only while a mail may still
have to be sent again as it was. ``repeat_until``: of one handed over under an idempotency key, until when
that is trusted, and ``repeat_place`` where it holds: only there it is handed over again if it had no answer.
``link_names``: index of a link -> what the message calls it. ``closes_at``: when its question can be answered
no longer.
``sent_at`` and ``created_at`` are campaign time, ``lease_until``, ``not_before`` and ``repeat_until``
the database's.
"""

events = Table(
    "events",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("source", String(40), nullable=False),
    Column("key", String(200), nullable=False),
    Column("type", String(100), nullable=False),
    ref("lead_id", "leads.id", nullable=True),
    ref("send_id", "sends.id", nullable=True, index=True),
    Column("occurred_at", Utc, nullable=False),
    Column("received_at", Utc, nullable=False),
    Column("data", Json, nullable=False, default=dict),
    Column("verdict", String(10)),
    Column("reasons", Json),
    Column("judge_at", Utc, nullable=False),
    Column("looked_at", Utc),
    UniqueConstraint("source", "key", name="uq_events_source_key"),
    Index("ix_events_lead", "lead_id", "occurred_at"),
    Index(
        "ix_events_lead_open",
        "lead_id",
        "occurred_at",
        sqlite_where=text("looked_at IS NULL"),
        postgresql_where=text("looked_at IS NULL"),
    ),
    Index(
        "ix_events_open",
        "judge_at",
        sqlite_where=text("looked_at IS NULL"),
        postgresql_where=text("looked_at IS NULL"),
    ),
)
"""What happened, raw. verdict: ``human`` or ``machine``, None while not judged. ``judge_at`` (campaign
time): when the
relay may look, later than ``received_at`` for clicks that a scanner may have made."""

points = Table(
    "points",
    metadata,
    pk(),
    ref("lead_id", "leads.id"),
    Column("event_id", BigId, ForeignKey("events.id"), index=True),
    Column("rule", String(100), nullable=False),
    Column("points", Float, nullable=False),
    Column("at", Utc, nullable=False),
    Column("policy", String(64), nullable=False),
    Column("key", String(300), nullable=False, unique=True),
    Index("ix_points_lead", "lead_id", "at"),
)
"""Dated entries of the score. ``key``: ``event/{id}/{rule}``, or the journey, step and visit that gave
them."""

inbox = Table(
    "inbox",
    metadata,
    pk(),
    Column("source", String(40), nullable=False),
    Column("key", String(200), nullable=False),
    Column("headers", Json),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", Utc, nullable=False),
    Column("handled_at", Utc),
    Column("state", String(12), nullable=False, default="new"),
    UniqueConstraint("source", "key", name="uq_inbox_source_key"),
    Index(
        "ix_inbox_new",
        "id",
        sqlite_where=text("state = 'new'"),
        postgresql_where=text("state = 'new'"),
    ),
)
"""Webhooks as they came, before anything is made of them. state: ``new``, ``done``, or ``odd`` where
something in it could not be read. ``body`` is emptied a month later."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("kind", String(10), nullable=False),
    Column("record", Id, nullable=False),
    Column("key", String(300), unique=True),
    Column("payload", Json, nullable=False),
    Column("state", String(10), nullable=False, default="open"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("not_before", Utc),
    Column("lease_until", Utc),
    Column("error", String(200)),
    Column("incident", String(36)),
    Column("created_at", Utc, nullable=False),
    Column("done_at", Utc),
    Column("lane", Integer, nullable=False, default=1, server_default="1"),
    Index(
        "ix_outbox_open",
        "kind",
        "id",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index(
        "ix_outbox_lane",
        "kind",
        "lane",
        "id",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index("ix_outbox_record", "record", "id"),
)
"""What must still be told to Temporal or a CRM. kind: ``start``, ``wake``, ``crm``. ``record``: rows of one
record go
in order. state: ``open done dead cancelled``."""

imports = Table(
    "imports",
    metadata,
    pk(),
    Column("name", String(255), nullable=False),
    Column("fingerprint", String(64), nullable=False, unique=True),
    Column("rows", Integer, nullable=False, default=0),
    Column("created", Integer, nullable=False, default=0),
    Column("updated", Integer, nullable=False, default=0),
    Column("refused", Integer, nullable=False, default=0),
    Column("state", String(12), nullable=False, default="running"),
    Column("started_at", Utc, nullable=False),
    Column("ended_at", Utc),
)

import_rows = Table(
    "import_rows",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    ref("import_id", "imports.id", index=True),
    Column("line", Integer, nullable=False),
    Column("reason", String(200), nullable=False),
    Column("resolved", Boolean, nullable=False, default=False),
)
"""Refused rows only: which line and why."""
