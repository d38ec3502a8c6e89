"""Shifts: handovers, pauses, temporary badges, what people say, walls, and training records."""

import sqlalchemy as sa
from alembic import op

from warehouse.storage.base import Number, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "handover",
        sa.Column("id", Number, nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("outgoing_id", Number, nullable=False),
        sa.Column("incoming_id", Number, nullable=True),
        sa.Column("found", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("went_wrong", sa.String(length=2000), nullable=False),
        sa.Column("learnt", sa.String(length=2000), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=True),
        sa.Column("taken_at", UtcDateTime(), nullable=True),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["incoming_id"], ["person.id"], name=op.f("fk_handover_incoming_id")),
        sa.ForeignKeyConstraint(["outgoing_id"], ["person.id"], name=op.f("fk_handover_outgoing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handover_signed_at"), ["signed_at"], unique=False)

    op.create_table(
        "pause",
        sa.Column("id", Number, nullable=False),
        sa.Column("person_id", Number, nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pause_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
    )
    with op.batch_alter_table("pause", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pause_ended_at"), ["ended_at"], unique=False)
        batch_op.create_index("ix_pause_person_id_started_at", ["person_id", "started_at"], unique=False)

    op.create_table(
        "temporary_badge",
        sa.Column("id", Number, nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("pin_hash", sa.String(length=200), nullable=True),
        sa.Column("person_id", Number, nullable=False),
        sa.Column("made_by_id", Number, nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_temporary_badge_made_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_temporary_badge_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_temporary_badge")),
        sa.UniqueConstraint("code", name=op.f("uq_temporary_badge_code")),
    )
    with op.batch_alter_table("temporary_badge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_temporary_badge_person_id"), ["person_id"], unique=False)

    op.create_table(
        "training",
        sa.Column("id", Number, nullable=False),
        sa.Column("person_id", Number, nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "picker",
                "packer",
                "lead",
                "inventory_controller",
                "master_data_owner",
                "order_desk",
                "integration_owner",
                "admin",
                "auditor",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("mistakes", Number, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_training_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training")),
        sa.UniqueConstraint(
            "person_id", "role", "kind", "subject", "at", name=op.f("uq_training_person_id_role_kind_subject_at")
        ),
    )
    op.create_table(
        "voice",
        sa.Column("id", Number, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("about", sa.String(length=24), nullable=False),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.Column("person_id", Number, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.String(length=400), nullable=False),
        sa.Column("answered_by_id", Number, nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_voice_answered_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_voice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice")),
    )
    with op.batch_alter_table("voice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_voice_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_voice_state"), ["state"], unique=False)

    op.create_table(
        "wall_link",
        sa.Column("id", Number, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_by_id", Number, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_wall_link_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wall_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_wall_link_token_hash")),
    )
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.add_column(sa.Column("parked_place", sa.String(length=40), nullable=True))

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("expires_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("expires_at")

    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.drop_column("parked_place")

    op.drop_table("wall_link")
    with op.batch_alter_table("voice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_voice_state"))
        batch_op.drop_index(batch_op.f("ix_voice_at"))

    op.drop_table("voice")
    op.drop_table("training")
    with op.batch_alter_table("temporary_badge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_temporary_badge_person_id"))

    op.drop_table("temporary_badge")
    with op.batch_alter_table("pause", schema=None) as batch_op:
        batch_op.drop_index("ix_pause_person_id_started_at")
        batch_op.drop_index(batch_op.f("ix_pause_ended_at"))

    op.drop_table("pause")
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handover_signed_at"))

    op.drop_table("handover")
