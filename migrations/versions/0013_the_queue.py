"""Whom a team could not take yet, in the order in which they are looked at"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

QUEUED = sa.text("state = 'open' AND kind = 'handoff' AND joined_to IS NULL AND owner IS NULL")
ORDER: list[Any] = ["team", sa.text("rank DESC"), "created_at", "id"]


def upgrade() -> None:
    op.add_column("handoffs", sa.Column("rank", sa.Float(), nullable=False, server_default="-1"))
    score = "json_extract(context, '$.score')"
    if op.get_bind().dialect.name == "postgresql":
        score = "CAST(context ->> 'score' AS double precision)"
    op.execute(f"UPDATE handoffs SET rank = {score} WHERE state = 'open' AND {score} IS NOT NULL")
    _create("ix_handoffs_queue", ORDER)
    _create("ix_handoffs_queued", ["kind", "id"])


def downgrade() -> None:
    op.drop_index("ix_handoffs_queued", "handoffs")
    op.drop_index("ix_handoffs_queue", "handoffs")
    op.drop_column("handoffs", "rank")


def _create(name: str, columns: list[Any]) -> None:
    op.create_index(name, "handoffs", columns, sqlite_where=QUEUED, postgresql_where=QUEUED)
