"""What e-mail through any provider needs, dates and companies of many leads, and moves taken back"""

import sqlalchemy as sa
from alembic import op

from nurture.store.columns import BigId, Id, Utc

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NEW = sa.text("state = 'new'")
REMOTE = sa.text("provider_message_id IS NOT NULL")


def upgrade() -> None:
    _dates()
    _companies()
    _mail()
    op.add_column("journeys", sa.Column("wakes_at", Utc(), nullable=True))


def downgrade() -> None:
    op.drop_column("journeys", "wakes_at")
    _without_mail()
    op.drop_table("account_changes")
    op.drop_table("coming_dates")


def _mail() -> None:
    _provider_events()
    _channels()
    op.add_column("sends", sa.Column("provider_message_id", sa.String(length=250), nullable=True))
    op.create_index(
        "ix_sends_remote",
        "sends",
        ["provider_message_id"],
        sqlite_where=REMOTE,
        postgresql_where=REMOTE,
    )
    op.create_index("ix_inbox_new", "inbox", ["id"], sqlite_where=NEW, postgresql_where=NEW)


def _without_mail() -> None:
    op.drop_index("ix_inbox_new", table_name="inbox")
    op.drop_index("ix_sends_remote", table_name="sends")
    op.drop_column("sends", "provider_message_id")
    op.drop_table("channels")
    op.drop_table("provider_events")


def _provider_events() -> None:
    op.create_table(
        "provider_events",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("told", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("machine", sa.Boolean(), nullable=False),
        sa.Column("send_id", Id, nullable=True),
        sa.Column("lead_id", Id, nullable=True),
        sa.Column("remote_id", sa.String(length=250), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("inbox_id", Id, nullable=True),
        sa.Column("occurred_at", Utc(), nullable=False),
        sa.Column("received_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_provider_events_lead_id_leads")),
        sa.ForeignKeyConstraint(["send_id"], ["sends.id"], name=op.f("fk_provider_events_send_id_sends")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_events")),
        sa.UniqueConstraint("provider", "key", name="uq_provider_events_key"),
    )
    op.create_index("ix_provider_events_remote", "provider_events", ["remote_id"])
    for column in ("send_id", "lead_id"):
        op.create_index(op.f(f"ix_provider_events_{column}"), "provider_events", [column])


def _channels() -> None:
    op.create_table(
        "channels",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("since", Utc(), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("incident", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_channels")),
    )


def _dates() -> None:
    op.create_table(
        "coming_dates",
        sa.Column("campaign", sa.String(length=100), nullable=False),
        sa.Column("owner", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("campaign", "owner", name=op.f("pk_coming_dates")),
    )
    op.create_index("ix_coming_dates_at", "coming_dates", ["campaign", "at"])


def _companies() -> None:
    op.create_table(
        "account_changes",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("account_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("fields", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("told", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("after", sa.Uuid(as_uuid=False), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_account_changes_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_changes")),
    )
