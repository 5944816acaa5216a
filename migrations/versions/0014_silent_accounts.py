"""Accounts that did not answer are tried by one mail alone"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rates", sa.Column("trial", sa.Boolean()))


def downgrade() -> None:
    op.drop_column("rates", "trial")
