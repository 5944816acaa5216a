"""Accounts to send from, their buckets, warm-up and breakers"""

import sqlalchemy as sa
from alembic import op

from nurture.store.columns import Utc

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COUNTED = ("handed", "complaints", "bounces", "refusals")


def upgrade() -> None:
    _accounts()


def downgrade() -> None:
    op.drop_column("rates", "line")
    for table in ("trips", "account_hours", "account_days"):
        op.drop_table(table)


def _accounts() -> None:
    op.create_table(
        "account_days",
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account", "day", name=op.f("pk_account_days")),
    )
    op.create_table(
        "account_hours",
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("hour", Utc(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTED),
        sa.PrimaryKeyConstraint("account", "hour", name=op.f("pk_account_hours")),
    )
    op.create_table(
        "trips",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("counts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("resumed_at", Utc(), nullable=True),
        sa.Column("resumed_by", sa.String(length=320), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trips")),
    )
    op.create_index(op.f("ix_trips_account"), "trips", ["account"])
    op.add_column("rates", sa.Column("line", Utc(), nullable=True))
