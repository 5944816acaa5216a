"""Journeys: the system of record of where every lead is and why."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, UniqueConstraint, text

from nurture.store.columns import BigId, Json, Utc, pk, ref
from nurture.store.tables_metadata import metadata

journeys = Table(
    "journeys",
    metadata,
    pk(),
    Column("campaign", String(100), nullable=False),
    Column("version", String(64), nullable=False),
    ref("lead_id", "leads.id", index=True),
    Column("entry", Integer, nullable=False),
    Column("cause", String(200), nullable=False),
    Column("key", String(200), nullable=False, default=""),
    Column("state", String(10), nullable=False, default="open"),
    Column("outcome", String(100)),
    Column("turn", Integer, nullable=False, default=0),
    Column("step", String(200), nullable=False),
    Column("position", Json, nullable=False),
    Column("effect", String(30), nullable=False),
    Column("due", Utc, nullable=False),
    Column("queue", String(100), nullable=False, default=""),
    Column("tries", Integer, nullable=False, default=0),
    Column("troubles", Integer, nullable=False, default=0),
    Column("hold", String(60)),
    Column("attention", String(60)),
    Column("attention_at", Utc),
    Column("incident", String(36)),
    Column("paused_at", Utc),
    Column("woken", Boolean, nullable=False, default=False),
    Column("wakes_at", Utc),
    Column("listens", String(16)),
    Column("leaving", String(60)),
    Column("entered_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Column("started_at", Utc),
    Column("changed_at", Utc, nullable=False),
    UniqueConstraint("campaign", "lead_id", "cause", name="uq_journeys_cause"),
    UniqueConstraint("campaign", "lead_id", "entry", name="uq_journeys_entry"),
    Index(
        "uq_journeys_open_key",
        "campaign",
        "lead_id",
        "key",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index("ix_journeys_due", "state", "due"),
    Index("ix_journeys_entered", "campaign", "entered_at"),
    Index("ix_journeys_step", "campaign", "version", "state", "step"),
)
"""One row per journey. state: ``open`` or ``ended``. ``position`` is ``domain.position.Position`` as JSON.

``effect`` and ``due`` (campaign time) are the decision of ``turn``. ``tries`` counts how often the effect
of this
turn was begun, ``troubles`` how often it was put off for trouble outside. ``hold`` names why it waits
beyond the
file's own waits; ``attention`` why a person must help. ``listens``: a digest of its waits as
they were written, None when one was woken since. ``woken``: it was asked to
look, and has not yet. ``leaving``: the outcome under
which it ends when it looks next. ``started_at``: when the relay handed it to Temporal.
``wakes_at``: the due to which its workflow still sleeps, where a move has put off the row's since; None: the
row's, or nobody knows.
"""

waits = Table(
    "waits",
    metadata,
    pk(),
    ref("journey_id", "journeys.id"),
    ref("lead_id", "leads.id"),
    Column("token", String(200), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("name", String(200), nullable=False),
    Column("condition", Json, nullable=False),
    Column("state", String(10), nullable=False, default="open"),
    Column("since", Utc, nullable=False),
    UniqueConstraint("journey_id", "kind", "name", "token", name="uq_waits_what"),
    Index("ix_waits_lead", "lead_id", "token", "state"),
)
"""What a journey listens for, a row per token that can change the condition. state: ``open`` or ``woken``;
rows that no longer count are deleted."""

timeline = Table(
    "timeline",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    ref("lead_id", "leads.id"),
    ref("journey_id", "journeys.id", nullable=True),
    Column("turn", Integer),
    Column("at", Utc, nullable=False),
    Column("kind", String(30), nullable=False),
    Column("step", String(200), nullable=False, default=""),
    Column("reason", String(500), nullable=False, default=""),
    Column("detail", Json),
    Index("ix_timeline_lead", "lead_id", "id"),
    Index("ix_timeline_journey", "journey_id", "id"),
)
