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


def downgrade() -> None:
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
