"""Consent and preferences"""

import sqlalchemy as sa
from alembic import op

from nurture.store.columns import Utc

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OF_LEADS = (
    ("often", sa.String(length=10)),
    ("mail_pause_until", Utc()),
    ("consent", sa.String(length=20)),
    ("consent_until", Utc()),
)
OF_CONSENTS = (("basis", sa.String(length=20)), ("expires_at", Utc()))
# What was recorded before had no basis: it was given in so many words.
STAND = """
UPDATE leads SET consent = 'express' WHERE EXISTS (
  SELECT 1 FROM consents AS c WHERE c.lead_id = leads.id AND c.purpose = 'marketing' AND c.state = 'given'
  AND NOT EXISTS (SELECT 1 FROM consents AS d WHERE d.lead_id = c.lead_id AND d.purpose = 'marketing'
                  AND d.state = 'withdrawn' AND d.at >= c.at))
"""


def upgrade() -> None:
    for name, kind in OF_LEADS:
        op.add_column("leads", sa.Column(name, kind, nullable=True))
    for name, kind in OF_CONSENTS:
        op.add_column("consents", sa.Column(name, kind, nullable=True))
    op.create_table(
        "wordings",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_wordings")),
    )
    op.execute("UPDATE consents SET basis = 'express' WHERE state = 'given'")
    op.execute(STAND)


def downgrade() -> None:
    op.drop_table("wordings")
    for name, _ in OF_CONSENTS:
        op.drop_column("consents", name)
    for name, _ in OF_LEADS:
        op.drop_column("leads", name)
