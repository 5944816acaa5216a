"""What the whole campaign language needs: each part's tables and columns in a function of its own"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _tasks()


def downgrade() -> None:
    _without_tasks()


def _tasks() -> None:
    op.add_column(
        "handoffs", sa.Column("kind", sa.String(length=12), nullable=False, server_default="handoff")
    )
    _one_open_handoff("state = 'open' AND joined_to IS NULL AND kind = 'handoff'")


def _without_tasks() -> None:
    _one_open_handoff("state = 'open' AND joined_to IS NULL")
    op.drop_column("handoffs", "kind")


def _one_open_handoff(where: str) -> None:
    op.drop_index("uq_handoffs_open_lead", "handoffs")
    op.create_index(
        "uq_handoffs_open_lead",
        "handoffs",
        ["lead_id"],
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
