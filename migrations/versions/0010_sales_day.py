"""A day of sales"""

import sqlalchemy as sa
from alembic import op

from nurture.store.columns import Utc

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True)
WAKING = sa.text("state = 'open' AND next_at IS NOT NULL")
UNJUDGED = sa.text("verdict IS NULL")
UNTOLD = sa.text("told_at IS NULL")


def upgrade() -> None:
    op.add_column("handoffs", sa.Column("next_at", Utc(), nullable=True))
    op.create_index("ix_handoffs_next", "handoffs", ["next_at"], sqlite_where=WAKING, postgresql_where=WAKING)
    op.create_index("ix_handoffs_load", "handoffs", ["team", "clock_at"])
    op.create_index("ix_handoffs_answered", "handoffs", ["answered_by", "answered_at"])
    op.add_column("users", sa.Column("away_until", Utc(), nullable=True))
    op.add_column("users", sa.Column("substitute", sa.Uuid(as_uuid=False), nullable=True))
    op.add_column("users", sa.Column("digest_on", sa.String(length=10), nullable=True))
    op.add_column("accounts", sa.Column("rests_until", Utc(), nullable=True))
    _shadows()
    _backlog()
    _notices()


def downgrade() -> None:
    op.drop_table("notices")
    op.drop_table("backlog")
    op.drop_table("shadows")
    op.drop_column("accounts", "rests_until")
    for column in ("digest_on", "substitute", "away_until"):
        op.drop_column("users", column)
    op.drop_index("ix_handoffs_answered", "handoffs")
    op.drop_index("ix_handoffs_load", "handoffs")
    op.drop_index("ix_handoffs_next", "handoffs")
    op.drop_column("handoffs", "next_at")


def _shadows() -> None:
    op.create_table(
        "shadows",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("lead_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("journey_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("team", sa.String(length=100), nullable=False),
        sa.Column("owner", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("context", JSON, nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("verdict", sa.String(length=3), nullable=True),
        sa.Column("judged_by", sa.String(length=100), nullable=True),
        sa.Column("judged_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_shadows_lead_id_leads")),
        sa.ForeignKeyConstraint(["journey_id"], ["journeys.id"], name=op.f("fk_shadows_journey_id_journeys")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shadows")),
        sa.UniqueConstraint("key", name=op.f("uq_shadows_key")),
    )
    op.create_index(op.f("ix_shadows_lead_id"), "shadows", ["lead_id"])
    op.create_index(
        "ix_shadows_open", "shadows", ["created_at"], sqlite_where=UNJUDGED, postgresql_where=UNJUDGED
    )


def _backlog() -> None:
    op.create_table(
        "backlog",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("lead_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("campaign", sa.String(length=100), nullable=False),
        sa.Column("team", sa.String(length=100), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("done_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_backlog_lead_id_leads")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backlog")),
        sa.UniqueConstraint("lead_id", "campaign", name="uq_backlog_lead_campaign"),
    )
    op.create_index("ix_backlog_next", "backlog", ["state", "team", "score"])


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("lead_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("due", Utc(), nullable=False),
        sa.Column("told_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_notices_lead_id_leads")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("key", name=op.f("uq_notices_key")),
    )
    op.create_index(op.f("ix_notices_lead_id"), "notices", ["lead_id"])
    op.create_index("ix_notices_due", "notices", ["due"], sqlite_where=UNTOLD, postgresql_where=UNTOLD)
