"""What e-mail through any provider needs, and dates and companies of many leads"""

import sqlalchemy as sa
from alembic import op

from nurture.store.columns import Utc

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _dates()
    _companies()


def downgrade() -> None:
    op.drop_table("account_changes")
    op.drop_table("coming_dates")


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
