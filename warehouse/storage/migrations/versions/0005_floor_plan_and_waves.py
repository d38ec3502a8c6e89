"""Floor plan and waves."""

import sqlalchemy as sa
from alembic import op

from warehouse.storage.base import Number, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "aisle",
        sa.Column("id", Number, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("zone", sa.String(length=20), nullable=False),
        sa.Column("x_mm", Number, nullable=False),
        sa.Column("one_way", sa.String(length=8), nullable=False),
        sa.Column("blocked_reason", sa.String(length=200), nullable=True),
        sa.Column("blocked_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("one_way IN ('', 'up', 'down')", name=op.f("ck_aisle_one_way_is_a_direction")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aisle")),
        sa.UniqueConstraint("code", name=op.f("uq_aisle_code")),
    )
    op.create_table(
        "cross_aisle",
        sa.Column("id", Number, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("y_mm", Number, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cross_aisle")),
        sa.UniqueConstraint("code", name=op.f("uq_cross_aisle_code")),
    )
    op.create_table(
        "depot",
        sa.Column("id", Number, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("x_mm", Number, nullable=False),
        sa.Column("y_mm", Number, nullable=False),
        sa.CheckConstraint("kind IN ('depot', 'start', 'end', 'station')", name=op.f("ck_depot_kind_is_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_depot")),
        sa.UniqueConstraint("code", name=op.f("uq_depot_code")),
    )
    op.create_table(
        "layout_edge",
        sa.Column("id", Number, nullable=False),
        sa.Column("from_node", sa.String(length=40), nullable=False),
        sa.Column("to_node", sa.String(length=40), nullable=False),
        sa.Column("distance_mm", Number, nullable=False),
        sa.Column("one_way", sa.Boolean(), nullable=False),
        sa.CheckConstraint("distance_mm >= 0", name=op.f("ck_layout_edge_distance_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layout_edge")),
        sa.UniqueConstraint("from_node", "to_node", name=op.f("uq_layout_edge_from_node_to_node")),
    )
    op.create_table(
        "zone",
        sa.Column("id", Number, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zone")),
        sa.UniqueConstraint("code", name=op.f("uq_zone_code")),
    )
    op.create_table(
        "pace",
        sa.Column("id", Number, nullable=False),
        sa.Column("person_id", Number, nullable=True),
        sa.Column("line_ms", Number, nullable=False),
        sa.Column("lines", Number, nullable=False),
        sa.Column("batches", Number, nullable=False),
        sa.Column("measured_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pace_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pace")),
        sa.UniqueConstraint("person_id", name=op.f("uq_pace_person_id")),
    )
    op.create_table(
        "wave_template",
        sa.Column("id", Number, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("carrier", sa.String(length=80), nullable=False),
        sa.Column("cutoff", sa.String(length=5), nullable=False),
        sa.Column("zone", sa.String(length=20), nullable=False),
        sa.Column("max_orders", Number, nullable=False),
        sa.Column("cart", sa.String(length=40), nullable=False),
        sa.Column("single", sa.Boolean(), nullable=False),
        sa.Column("release_at", sa.String(length=5), nullable=False),
        sa.Column("weekdays", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("rolling", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("ran_on", sa.Date(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by_id", Number, nullable=True),
        sa.CheckConstraint("max_orders >= 1", name=op.f("ck_wave_template_max_orders_positive")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"], name=op.f("fk_wave_template_changed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave_template")),
        sa.UniqueConstraint("name", name=op.f("uq_wave_template_name")),
    )
    op.create_table(
        "batch_offer",
        sa.Column("id", Number, nullable=False),
        sa.Column("batch_id", Number, nullable=False),
        sa.Column("order_id", Number, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("extra_mm", Number, nullable=False),
        sa.Column("extra_s", Number, nullable=False),
        sa.Column("offered_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("person_id", Number, nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_offer_batch_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_batch_offer_order_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_batch_offer_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_offer")),
    )
    with op.batch_alter_table("batch_offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batch_offer_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_batch_offer_order_id"), ["order_id"], unique=False)

    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.add_column(sa.Column("expected_s", Number, nullable=True))

    with op.batch_alter_table("bin", schema=None) as batch_op:
        batch_op.add_column(sa.Column("side", sa.String(length=1), nullable=False, server_default=""))

    with op.batch_alter_table("cart", schema=None) as batch_op:
        batch_op.add_column(sa.Column("max_items", Number, nullable=True))
        batch_op.add_column(sa.Column("max_orders", Number, nullable=True))

    with op.batch_alter_table("wave", schema=None) as batch_op:
        batch_op.add_column(sa.Column("template_id", Number, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_wave_template_id"), "wave_template", ["template_id"], ["id"])


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("wave", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_wave_template_id"), type_="foreignkey")
        batch_op.drop_column("template_id")

    with op.batch_alter_table("cart", schema=None) as batch_op:
        batch_op.drop_column("max_orders")
        batch_op.drop_column("max_items")

    with op.batch_alter_table("bin", schema=None) as batch_op:
        batch_op.drop_column("side")

    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.drop_column("expected_s")

    with op.batch_alter_table("batch_offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batch_offer_order_id"))
        batch_op.drop_index(batch_op.f("ix_batch_offer_batch_id"))

    op.drop_table("batch_offer")
    op.drop_table("wave_template")
    op.drop_table("pace")
    op.drop_table("zone")
    op.drop_table("layout_edge")
    op.drop_table("depot")
    op.drop_table("cross_aisle")
    op.drop_table("aisle")
