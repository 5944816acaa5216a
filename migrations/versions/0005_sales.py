"""What routing, clocks of sales and CRMs need"""

import sqlalchemy as sa
from alembic import op

from nurture.store.columns import Utc

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    _clocks()
    _answers()
    _returns()


def downgrade() -> None:
    op.drop_table("returns")
    for column in ("handed_at", "rests_until"):
        op.drop_column("leads", column)
    op.drop_index("ix_handoffs_owner", "handoffs")
    op.drop_index("ix_handoffs_team", "handoffs")
    op.create_index(op.f("ix_handoffs_owner"), "handoffs", ["owner"])
    for name in ("back_at", "deal", "amount", "currency", "deal_at", "follows"):
        op.drop_column("handoffs", name)
    for name in ("clock", "clock_at", "marks", "touched_at", "touched_by", "sla"):
        op.drop_column("handoffs", name)


def _clocks() -> None:
    op.add_column("handoffs", sa.Column("clock", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("handoffs", sa.Column("clock_at", Utc(), nullable=True))
    op.add_column("handoffs", sa.Column("marks", JSON, nullable=True))
    op.add_column("handoffs", sa.Column("touched_at", Utc(), nullable=True))
    op.add_column("handoffs", sa.Column("touched_by", sa.String(length=100), nullable=True))
    op.add_column("handoffs", sa.Column("sla", sa.String(length=8), nullable=True))
    op.drop_index(op.f("ix_handoffs_owner"), "handoffs")
    op.create_index("ix_handoffs_owner", "handoffs", ["owner", "state", "due"])
    op.create_index("ix_handoffs_team", "handoffs", ["team", "state", "due"])


def _answers() -> None:
    op.add_column("handoffs", sa.Column("back_at", Utc(), nullable=True))
    op.add_column("handoffs", sa.Column("deal", sa.String(length=8), nullable=True))
    op.add_column("handoffs", sa.Column("amount", sa.Float(), nullable=True))
    op.add_column("handoffs", sa.Column("currency", sa.String(length=3), nullable=True))
    op.add_column("handoffs", sa.Column("deal_at", Utc(), nullable=True))
    op.add_column("handoffs", sa.Column("follows", sa.Uuid(as_uuid=False), nullable=True))
    op.add_column("leads", sa.Column("handed_at", Utc(), nullable=True))
    op.add_column("leads", sa.Column("rests_until", Utc(), nullable=True))


def _returns() -> None:
    op.create_table(
        "returns",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("lead_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("handoff_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("campaign", sa.String(length=100), nullable=False),
        sa.Column("due", Utc(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("done_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_returns_lead_id_leads")),
        sa.ForeignKeyConstraint(["handoff_id"], ["handoffs.id"], name=op.f("fk_returns_handoff_id_handoffs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returns")),
    )
    op.create_index(op.f("ix_returns_lead_id"), "returns", ["lead_id"])
    op.create_index("ix_returns_due", "returns", ["state", "due"])
