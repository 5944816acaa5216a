"""What is new of one lead, in its order"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OPEN = sa.text("looked_at IS NULL")


def upgrade() -> None:
    # Without the time in it SQLite went through all that the lead ever did, for the sake of the order.
    op.drop_index("ix_events_lead_open", "events")
    _create("lead_id", "occurred_at")


def downgrade() -> None:
    op.drop_index("ix_events_lead_open", "events")
    _create("lead_id")


def _create(*columns: str) -> None:
    op.create_index("ix_events_lead_open", "events", list(columns), sqlite_where=OPEN, postgresql_where=OPEN)
