"""What the whole campaign language needs: each part's tables and columns in a function of its own"""

import sqlalchemy as sa
from alembic import op

from nurture.store.columns import Utc

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _tasks()
    _answers()
    _replies()
    _experiments()
    _codes()
    _lists()
    _enrolment()
    _moves()


def downgrade() -> None:
    op.drop_column("campaigns", "draining")
    for table in ("move_rows", "moves", "releases"):
        op.drop_table(table)
    _without_enrolment()
    op.drop_table("list_members")
    for table in ("codes", "measured", "experiments", "arms"):
        op.drop_table(table)
    op.drop_column("leads", "replied_at")
    op.drop_column("handoffs", "closes_at")
    for column in ("link_names", "closes_at", "via"):
        op.drop_column("sends", column)
    _without_tasks()


def _tasks() -> None:
    op.add_column(
        "handoffs", sa.Column("kind", sa.String(length=12), nullable=False, server_default="handoff")
    )
    _one_open_handoff("state = 'open' AND joined_to IS NULL AND kind = 'handoff'")


def _answers() -> None:
    op.add_column("leads", sa.Column("replied_at", Utc(), nullable=True))
    op.add_column("sends", sa.Column("link_names", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("sends", sa.Column("closes_at", Utc(), nullable=True))
    op.add_column("sends", sa.Column("via", sa.String(length=8), nullable=False, server_default="mail"))


def _replies() -> None:
    op.add_column("handoffs", sa.Column("closes_at", Utc(), nullable=True))


def _codes() -> None:
    op.create_table(
        "codes",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("campaign", sa.String(length=100), nullable=False),
        sa.Column("pool", sa.String(length=41), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("lead_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("taken_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_codes_lead_id_leads")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codes")),
        sa.UniqueConstraint("campaign", "pool", "code", name="uq_codes_code"),
        sa.UniqueConstraint("campaign", "pool", "lead_id", name="uq_codes_lead"),
    )


def _lists() -> None:
    op.create_table(
        "list_members",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("lead_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("list", sa.String(length=100), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_list_members_lead_id_leads")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_members")),
        sa.UniqueConstraint("lead_id", "list", name="uq_list_members_lead_list"),
    )


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


def _experiments() -> None:
    op.create_table(
        "arms",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("campaign", sa.String(length=100), nullable=False),
        sa.Column("step", sa.String(length=200), nullable=False),
        sa.Column("way", sa.String(length=100), nullable=False),
        sa.Column("journey_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("in_test", sa.Boolean(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["journey_id"], ["journeys.id"], name=op.f("fk_arms_journey_id_journeys")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arms")),
        sa.UniqueConstraint("journey_id", "step", name="uq_arms_journey_step"),
    )
    op.create_index("ix_arms_test", "arms", ["campaign", "step", "in_test"])
    op.create_table(
        "experiments",
        sa.Column("campaign", sa.String(length=100), nullable=False),
        sa.Column("step", sa.String(length=200), nullable=False),
        sa.Column("winner", sa.String(length=100), nullable=False),
        sa.Column("decided_at", Utc(), nullable=False),
        sa.Column("how", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("campaign", "step", name=op.f("pk_experiments")),
    )
    op.create_table(
        "measured",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("campaign", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("journey_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["journey_id"], ["journeys.id"], name=op.f("fk_measured_journey_id_journeys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measured")),
        sa.UniqueConstraint("journey_id", "name", name="uq_measured_journey_name"),
    )
    op.create_index("ix_measured_campaign", "measured", ["campaign", "name"])


def _enrolment() -> None:
    op.add_column("journeys", sa.Column("leaving", sa.String(length=60), nullable=True))
    op.create_table(
        "segment_members",
        sa.Column("segment", sa.String(length=100), nullable=False),
        sa.Column("lead_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("since", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_segment_members_lead_id_leads")),
        sa.PrimaryKeyConstraint("segment", "lead_id", name=op.f("pk_segment_members")),
    )
    op.create_index("ix_segment_members_lead", "segment_members", ["lead_id"])
    op.create_table(
        "scans",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("due", Utc(), nullable=True),
        sa.Column("after", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("began", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_scans")),
    )
    op.create_index("ix_scans_due", "scans", ["due"])
    op.create_table(
        "records",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("lead_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("fields", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("updated_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_records_lead_id_leads")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_records")),
        sa.UniqueConstraint("kind", "external_id", name="uq_records_kind_external_id"),
    )
    op.create_index("ix_records_lead_id", "records", ["lead_id"])
    op.create_table(
        "held_leads",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("campaign", sa.String(length=100), nullable=False),
        sa.Column("lead_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cause", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=10), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_held_leads_lead_id_leads")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_leads")),
        sa.UniqueConstraint("campaign", "lead_id", "cause", name="uq_held_leads_cause"),
    )
    op.create_index("ix_held_leads_reason", "held_leads", ["campaign", "reason"])
    op.create_index("ix_journeys_entered", "journeys", ["campaign", "entered_at"])


def _without_enrolment() -> None:
    op.drop_index("ix_journeys_entered", "journeys")
    op.drop_table("held_leads")
    op.drop_table("records")
    op.drop_table("scans")
    op.drop_table("segment_members")
    op.drop_column("journeys", "leaving")


def _moves() -> None:
    op.add_column("campaigns", sa.Column("draining", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "moves",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("campaign", sa.String(length=100), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("keeps_waits", sa.Boolean(), nullable=False),
        sa.Column("rate", sa.Float(), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.Column("undone_at", Utc(), nullable=True),
        sa.Column("counts", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
    )
    op.create_index(op.f("ix_moves_campaign"), "moves", ["campaign"], unique=False)
    op.create_table(
        "releases",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("campaign", sa.String(length=100), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("before", sa.String(length=64), nullable=True),
        sa.Column("policy", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("approved_by", sa.String(length=100), nullable=True),
        sa.Column("approved_at", Utc(), nullable=True),
        sa.Column("undone_by", sa.String(length=100), nullable=True),
        sa.Column("undone_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_releases")),
    )
    op.create_index(op.f("ix_releases_campaign"), "releases", ["campaign"], unique=False)
    op.create_table(
        "move_rows",
        sa.Column("move_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("journey_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=200), nullable=False),
        sa.Column("position", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("effect", sa.String(length=30), nullable=False),
        sa.Column("due", Utc(), nullable=False),
        sa.Column("queue", sa.String(length=100), nullable=False),
        sa.Column("hold", sa.String(length=60), nullable=True),
        sa.Column("to_turn", sa.Integer(), nullable=False),
        sa.Column("to_version", sa.String(length=64), nullable=False),
        sa.Column("to_step", sa.String(length=200), nullable=False),
        sa.Column("to_position", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("to_effect", sa.String(length=30), nullable=False),
        sa.Column("to_due", Utc(), nullable=False),
        sa.Column("to_queue", sa.String(length=100), nullable=False),
        sa.Column("to_hold", sa.String(length=60), nullable=True),
        sa.Column("to_listens", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["journey_id"], ["journeys.id"], name=op.f("fk_move_rows_journey_id_journeys")
        ),
        sa.ForeignKeyConstraint(["move_id"], ["moves.id"], name=op.f("fk_move_rows_move_id_moves")),
        sa.PrimaryKeyConstraint("move_id", "journey_id", name=op.f("pk_move_rows")),
    )
    op.create_index("ix_move_rows_page", "move_rows", ["move_id", "page"], unique=False)
