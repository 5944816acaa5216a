"""Mails without an answer are repeated under their key while it lives"""

import sqlalchemy as sa
from alembic import op

from nurture.store.columns import Utc

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sends", sa.Column("repeat_until", Utc()))
    op.add_column("sends", sa.Column("repeat_place", sa.String(16)))


def downgrade() -> None:
    op.drop_column("sends", "repeat_place")
    op.drop_column("sends", "repeat_until")
