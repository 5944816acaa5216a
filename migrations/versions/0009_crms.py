"""Links with CRMs"""

import sqlalchemy as sa
from alembic import op

from nurture.store.columns import Utc

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True)
OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("lane", sa.Integer(), nullable=False, server_default="1"))
    op.create_index(
        "ix_outbox_lane",
        "outbox",
        ["kind", "lane", "id"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    for name in ("base", "kept", "tasks"):
        op.add_column("crm_links", sa.Column(name, JSON, nullable=True))
    op.add_column("crm_links", sa.Column("seen_at", Utc(), nullable=True))
    op.create_index("ix_crm_links_remote", "crm_links", ["crm", "remote_id"])
    _parked()
    op.create_table(
        "crm_cursors",
        sa.Column("crm", sa.String(length=40), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("crm", name=op.f("pk_crm_cursors")),
    )
    op.create_table(
        "crm_tokens",
        sa.Column("crm", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("crm", name=op.f("pk_crm_tokens")),
    )


def downgrade() -> None:
    for table in ("crm_tokens", "crm_cursors", "crm_parked"):
        op.drop_table(table)
    op.drop_index("ix_crm_links_remote", "crm_links")
    for name in ("seen_at", "tasks", "kept", "base"):
        op.drop_column("crm_links", name)
    op.drop_index("ix_outbox_lane", "outbox")
    op.drop_column("outbox", "lane")


def _parked() -> None:
    op.create_table(
        "crm_parked",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("crm", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("remote_id", sa.String(length=200), nullable=True),
        sa.Column("lead_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("settled_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_crm_parked_lead_id_leads")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_parked")),
        sa.UniqueConstraint("crm", "key", name="uq_crm_parked_crm_key"),
    )
    op.create_index(op.f("ix_crm_parked_lead_id"), "crm_parked", ["lead_id"])
    op.create_index("ix_crm_parked_open", "crm_parked", ["at"], sqlite_where=OPEN, postgresql_where=OPEN)
