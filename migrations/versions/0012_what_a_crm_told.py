"""When a CRM that cannot be looked at told of what"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("crm_links", sa.Column("told", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("crm_links", "told")
