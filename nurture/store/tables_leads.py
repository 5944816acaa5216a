"""People and companies, and what they have allowed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from nurture.store.columns import Id, Json, Utc, pk, ref
from nurture.store.tables_metadata import metadata


def since_created(context: Any) -> Any:
    """A lead is at her first stage since she is known."""
    return context.get_current_parameters().get("created_at")


accounts = Table(
    "accounts",
    metadata,
    pk(),
    Column("domain", String(255), nullable=False, unique=True),
    Column("name", String(255)),
    Column("country", String(2)),
    Column("fields", Json, nullable=False, default=dict),
    Column("rests_until", Utc),
    Column("created_at", Utc, nullable=False),
)
"""``rests_until``: until when sales wants no marketing messages to anybody of it."""

leads = Table(
    "leads",
    metadata,
    pk(),
    Column("email", String(320), unique=True),
    Column("first_name", String(200)),
    Column("last_name", String(200)),
    Column("phone", String(50)),
    Column("country", String(2)),
    Column("zone", String(64)),
    Column("language", String(10)),
    Column("fields", Json, nullable=False, default=dict),
    Column("stage", String(20), nullable=False, default="lead"),
    Column("tags", Json, nullable=False, default=list),
    Column("tracking", Boolean, nullable=False, default=True),
    Column("owner", Id, ForeignKey("users.id")),
    ref("account_id", "accounts.id", nullable=True, index=True),
    Column("merged_into", Id),
    Column("erased_at", Utc),
    Column("replied_at", Utc),
    Column("handed_at", Utc),
    Column("rests_until", Utc),
    Column("often", String(10)),
    Column("mail_pause_until", Utc),
    Column("consent", String(20)),
    Column("consent_until", Utc),
    Column("stage_since", Utc, default=since_created),
    Column("stage_told", Utc),
    Column("created_at", Utc, nullable=False),
    Column("updated_at", Utc, nullable=False),
    Index(
        "ix_leads_stage",
        "stage",
        "stage_since",
        sqlite_where=text("stage_told IS NULL"),
        postgresql_where=text("stage_told IS NULL"),
    ),
)
"""``email`` is normalised and lower-case. ``replied_at``: when they, or
somebody of their company, wrote back and was not answered yet. ``handed_at``: since when they, or somebody
of their company, are with sales. ``rests_until``: until when sales wants no marketing messages to them.
``often`` and ``mail_pause_until``: what they have asked for at the preference page. ``consent``: the basis
of the consent to marketing that lasts longest, None without one. ``consent_until``: when it runs out.
``stage_since``: since when they are at their stage; ``stage_told``: when it was told that this is longer
than the lifecycle allows.
``fields``: declared in the dictionary, without the ``lead.``
before."""

identities = Table(
    "identities",
    metadata,
    pk(),
    ref("lead_id", "leads.id", index=True),
    Column("kind", String(30), nullable=False),
    Column("value", String(320), nullable=False),
    UniqueConstraint("kind", "value", name="uq_identities_kind_value"),
)
"""kind: ``email``, or the name of an outside system whose id of the lead ``value`` is."""

consents = Table(
    "consents",
    metadata,
    pk(),
    ref("lead_id", "leads.id", index=True),
    Column("purpose", String(40), nullable=False),
    Column("state", String(12), nullable=False),
    Column("at", Utc, nullable=False),
    Column("source", String(200)),
    Column("wording", String(64)),
    Column("proof", Json),
    Column("basis", String(20)),
    Column("expires_at", Utc),
)
"""state: ``given`` or ``withdrawn``; the latest counts. Rows are added and never changed. purpose:
``marketing`` or ``topic:NAME``. ``wording``: of ``wordings``. ``basis``: ``express``, or what implies it."""

wordings = Table(
    "wordings",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("text", Text, nullable=False),
    Column("at", Utc, nullable=False),
)
"""What people read when they agreed; ``at``: when it was first used."""

list_members = Table(
    "list_members",
    metadata,
    pk(),
    ref("lead_id", "leads.id"),
    Column("list", String(100), nullable=False),
    Column("at", Utc, nullable=False),
    UniqueConstraint("lead_id", "list", name="uq_list_members_lead_list"),
)
"""Whom campaigns have put on a list; the dictionary's own members are domains and addresses."""

suppressions = Table(
    "suppressions",
    metadata,
    pk(),
    Column("address", String(64), nullable=False),
    Column("scope", String(100), nullable=False, default="all"),
    Column("reason", String(30), nullable=False),
    Column("at", Utc, nullable=False),
    Column("lifted", Boolean, nullable=False, default=False),
    Column("soft", Integer, nullable=False, default=0),
    UniqueConstraint("address", "scope", name="uq_suppressions_address_scope"),
    Index("ix_suppressions_address", "address"),
)
"""``address``: HMAC of the normalised address, so that it outlives erasure. reason: ``unsubscribed``,
``complained``, ``bounced``. scope: ``all`` or a campaign."""
