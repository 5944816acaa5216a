"""What scores, qualification and the lifecycle need"""

import sqlalchemy as sa
from alembic import op

from nurture.store.columns import Utc

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "score_levels",
        sa.Column("lead_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("since", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_score_levels_lead_id_leads")),
        sa.PrimaryKeyConstraint("lead_id", name=op.f("pk_score_levels")),
    )


def downgrade() -> None:
    op.drop_table("score_levels")
