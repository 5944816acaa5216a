"""Qualification, accounts' scores and the lifecycle's limits"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OPEN = sa.text("looked_at IS NULL")
STAGES = ["stage", "stage_since"]
UNTOLD = sa.text("stage_told IS NULL")


def upgrade() -> None:
    # What is taken back is found by its event; what is new of one lead without all that she ever did.
    op.create_table(
        "qualifications",
        sa.Column("id", sa.Uuid(as_uuid=False), primary_key=True),
        sa.Column("lead_id", sa.Uuid(as_uuid=False), sa.ForeignKey("leads.id"), nullable=False),
        sa.Column("item", sa.String(20), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(100), nullable=False),
        sa.Column("key", sa.String(400), nullable=False),
        sa.UniqueConstraint("key", name="uq_qualifications_key"),
    )
    op.create_index("ix_qualifications_lead", "qualifications", ["lead_id", "at"])
    op.add_column("leads", sa.Column("stage_since", sa.DateTime(timezone=True)))
    op.add_column("leads", sa.Column("stage_told", sa.DateTime(timezone=True)))
    op.execute("UPDATE leads SET stage_since = created_at")
    op.create_index("ix_leads_stage", "leads", STAGES, sqlite_where=UNTOLD, postgresql_where=UNTOLD)
    op.create_index("ix_points_event_id", "points", ["event_id"])
    op.create_index("ix_events_lead_open", "events", ["lead_id"], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_index("ix_events_lead_open", "events")
    op.drop_index("ix_points_event_id", "points")
    op.drop_index("ix_leads_stage", "leads")
    op.drop_column("leads", "stage_told")
    op.drop_column("leads", "stage_since")
    op.drop_table("qualifications")
