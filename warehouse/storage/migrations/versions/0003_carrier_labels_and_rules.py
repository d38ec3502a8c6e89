"""Carrier labels and rules."""

import sqlalchemy as sa
from alembic import op

from warehouse.storage.base import Number, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "shipping_rules",
        sa.Column("id", Number, nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("rules", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("proposed_by_id", Number, nullable=True),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", Number, nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_shipping_rules_decided_by_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["person.id"], name=op.f("fk_shipping_rules_proposed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipping_rules")),
        sa.UniqueConstraint("version", name=op.f("uq_shipping_rules_version")),
    )
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.add_column(sa.Column("buy_key", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("via", sa.String(length=16), nullable=False, server_default="neutral"))
        batch_op.add_column(sa.Column("rule", sa.String(length=60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("rules_version", Number, nullable=True))
        batch_op.add_column(sa.Column("cost_cents", Number, nullable=True))
        batch_op.add_column(sa.Column("currency", sa.String(length=3), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("attempt", Number, nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("not_before", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("error", sa.String(length=400), nullable=True))
        batch_op.add_column(sa.Column("bought_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("carrier_void", sa.String(length=16), nullable=True))
        batch_op.create_index("ix_label_state_not_before", ["state", "not_before"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_label_buy_key"), ["buy_key"])

    # The values of the rows that are there were neutral; later ones are written by the program.
    with op.batch_alter_table("label", schema=None) as batch_op:
        for name in ("via", "rule", "currency", "attempt"):
            batch_op.alter_column(name, server_default=None)

    with op.batch_alter_table("manifest", schema=None) as batch_op:
        batch_op.add_column(sa.Column("supplement_of_id", Number, nullable=True))
        batch_op.add_column(sa.Column("missed_reason", sa.String(length=400), nullable=True))
        batch_op.add_column(sa.Column("reference", sa.String(length=80), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_manifest_supplement_of_id"), "manifest", ["supplement_of_id"], ["id"]
        )

    with op.batch_alter_table("printer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("least_dots", Number, nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("printer", schema=None) as batch_op:
        batch_op.drop_column("least_dots")

    with op.batch_alter_table("manifest", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_manifest_supplement_of_id"), type_="foreignkey")
        batch_op.drop_column("reference")
        batch_op.drop_column("missed_reason")
        batch_op.drop_column("supplement_of_id")

    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_label_buy_key"), type_="unique")
        batch_op.drop_index("ix_label_state_not_before")
        batch_op.drop_column("carrier_void")
        batch_op.drop_column("bought_at")
        batch_op.drop_column("error")
        batch_op.drop_column("not_before")
        batch_op.drop_column("attempt")
        batch_op.drop_column("currency")
        batch_op.drop_column("cost_cents")
        batch_op.drop_column("rules_version")
        batch_op.drop_column("rule")
        batch_op.drop_column("via")
        batch_op.drop_column("buy_key")

    op.drop_table("shipping_rules")
