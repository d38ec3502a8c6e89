"""Returns and going live."""

import sqlalchemy as sa
from alembic import op

from warehouse.storage.base import Number, UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "available_told",
        sa.Column("item_id", Number, nullable=False),
        sa.Column("available", Number, nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_available_told_item_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_available_told")),
    )
    op.create_table(
        "baseline",
        sa.Column("id", Number, nullable=False),
        sa.Column("kpi", sa.String(length=40), nullable=False),
        sa.Column("numerator", Number, nullable=False),
        sa.Column("denominator", Number, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by_id", Number, nullable=True),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_baseline_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baseline")),
    )
    with op.batch_alter_table("baseline", schema=None) as batch_op:
        batch_op.create_index("ix_baseline_kpi_recorded_at", ["kpi", "recorded_at"], unique=False)

    op.create_table(
        "parallel_run",
        sa.Column("id", Number, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("rows", Number, nullable=False),
        sa.Column("same", Number, nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("opened_by_id", Number, nullable=True),
        sa.Column("signed_at", UtcDateTime(), nullable=True),
        sa.Column("signed_by_id", Number, nullable=True),
        sa.ForeignKeyConstraint(["opened_by_id"], ["person.id"], name=op.f("fk_parallel_run_opened_by_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["person.id"], name=op.f("fk_parallel_run_signed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parallel_run")),
    )
    op.create_table(
        "statement",
        sa.Column("id", Number, nullable=False),
        sa.Column("step", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("person_id", Number, nullable=True),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_statement_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
    )
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.create_index("ix_statement_step_subject", ["step", "subject"], unique=False)

    op.create_table(
        "stock_freeze",
        sa.Column("id", Number, nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("started_by_id", Number, nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by_id", Number, nullable=True),
        sa.Column("end_reason", sa.String(length=400), nullable=True),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_stock_freeze_ended_by_id")),
        sa.ForeignKeyConstraint(["started_by_id"], ["person.id"], name=op.f("fk_stock_freeze_started_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_freeze")),
    )
    op.create_table(
        "parallel_difference",
        sa.Column("id", Number, nullable=False),
        sa.Column("run_id", Number, nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("order_ref", sa.String(length=80), nullable=False),
        sa.Column("sku", sa.String(length=40), nullable=False),
        sa.Column("old", Number, nullable=True),
        sa.Column("new", Number, nullable=True),
        sa.Column("answer", sa.String(length=400), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by_id", Number, nullable=True),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_parallel_difference_answered_by_id")),
        sa.ForeignKeyConstraint(["run_id"], ["parallel_run.id"], name=op.f("fk_parallel_difference_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parallel_difference")),
        sa.UniqueConstraint(
            "run_id", "level", "order_ref", "sku", name=op.f("uq_parallel_difference_run_id_level_order_ref_sku")
        ),
    )
    with op.batch_alter_table("parallel_difference", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_parallel_difference_run_id"), ["run_id"], unique=False)

    op.create_table(
        "goods_return",
        sa.Column("id", Number, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "asked", "refused", "unknown", name="returnkind", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "announced",
                "received",
                "inspected",
                "closed",
                "cancelled",
                name="returnstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("order_id", Number, nullable=True),
        sa.Column("tracking", sa.String(length=60), nullable=True),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("opened_by_id", Number, nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by_id", Number, nullable=True),
        sa.Column("close_reason", sa.String(length=400), nullable=True),
        sa.ForeignKeyConstraint(["closed_by_id"], ["person.id"], name=op.f("fk_goods_return_closed_by_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["person.id"], name=op.f("fk_goods_return_opened_by_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_goods_return_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_return")),
        sa.UniqueConstraint("number", name=op.f("uq_goods_return_number")),
    )
    with op.batch_alter_table("goods_return", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goods_return_opened_at"), ["opened_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_goods_return_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_goods_return_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_goods_return_tracking"), ["tracking"], unique=False)

    op.create_table(
        "return_line",
        sa.Column("id", Number, nullable=False),
        sa.Column("return_id", Number, nullable=False),
        sa.Column("order_line_id", Number, nullable=True),
        sa.Column("item_id", Number, nullable=False),
        sa.Column("announced", Number, nullable=False),
        sa.Column("received", Number, nullable=False),
        sa.Column("restocked", Number, nullable=False),
        sa.Column("quarantined", Number, nullable=False),
        sa.Column("scrapped", Number, nullable=False),
        sa.CheckConstraint("announced >= 0 AND received >= 0", name=op.f("ck_return_line_counts_not_negative")),
        sa.CheckConstraint(
            "restocked + quarantined + scrapped <= received", name=op.f("ck_return_line_decided_in_range")
        ),
        sa.CheckConstraint(
            "restocked >= 0 AND quarantined >= 0 AND scrapped >= 0", name=op.f("ck_return_line_decided_not_negative")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_return_line_item_id")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_return_line_order_line_id")),
        sa.ForeignKeyConstraint(["return_id"], ["goods_return.id"], name=op.f("fk_return_line_return_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_line")),
    )
    with op.batch_alter_table("return_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_return_line_order_line_id"), ["order_line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_return_line_return_id"), ["return_id"], unique=False)

    op.create_table(
        "return_step",
        sa.Column("id", Number, nullable=False),
        sa.Column("return_line_id", Number, nullable=False),
        sa.Column("move_id", Number, nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "received",
                "restocked",
                "quarantined",
                "scrapped",
                name="returnstep",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", Number, nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_return_step_actor_id")),
        sa.ForeignKeyConstraint(["move_id"], ["move.id"], name=op.f("fk_return_step_move_id")),
        sa.ForeignKeyConstraint(["return_line_id"], ["return_line.id"], name=op.f("fk_return_step_return_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_step")),
        sa.UniqueConstraint("move_id", name=op.f("uq_return_step_move_id")),
    )
    with op.batch_alter_table("return_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_return_step_return_line_id"), ["return_line_id"], unique=False)

    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("safety_buffer", Number, nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.drop_column("safety_buffer")

    with op.batch_alter_table("return_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_return_step_return_line_id"))

    op.drop_table("return_step")
    with op.batch_alter_table("return_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_return_line_return_id"))
        batch_op.drop_index(batch_op.f("ix_return_line_order_line_id"))

    op.drop_table("return_line")
    with op.batch_alter_table("goods_return", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goods_return_tracking"))
        batch_op.drop_index(batch_op.f("ix_goods_return_state"))
        batch_op.drop_index(batch_op.f("ix_goods_return_order_id"))
        batch_op.drop_index(batch_op.f("ix_goods_return_opened_at"))

    op.drop_table("goods_return")
    with op.batch_alter_table("parallel_difference", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_parallel_difference_run_id"))

    op.drop_table("parallel_difference")
    op.drop_table("stock_freeze")
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.drop_index("ix_statement_step_subject")

    op.drop_table("statement")
    op.drop_table("parallel_run")
    with op.batch_alter_table("baseline", schema=None) as batch_op:
        batch_op.drop_index("ix_baseline_kpi_recorded_at")

    op.drop_table("baseline")
    op.drop_table("available_told")
