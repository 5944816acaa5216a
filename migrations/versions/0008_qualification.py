"""Qualification, accounts' scores and the lifecycle's limits"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OPEN = sa.text("looked_at IS NULL")


def upgrade() -> None:
    # What is taken back is found by its event; what is new of one lead without all that she ever did.
    op.create_index("ix_points_event_id", "points", ["event_id"])
    op.create_index("ix_events_lead_open", "events", ["lead_id"], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_index("ix_events_lead_open", "events")
    op.drop_index("ix_points_event_id", "points")
