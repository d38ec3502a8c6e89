"""Second counts and remarks."""

import sqlalchemy as sa
from alembic import op

from warehouse.storage.base import Number, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "remark",
        sa.Column("id", Number, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=True),
        sa.Column("text", sa.String(length=400), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("erase_after", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
    )
    with op.batch_alter_table("remark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remark_erase_after"), ["erase_after"], unique=False)

    with op.batch_alter_table("carton", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recounted_by_id", Number, nullable=True))
        batch_op.add_column(sa.Column("recounted_self", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_foreign_key(batch_op.f("fk_carton_recounted_by_id"), "person", ["recounted_by_id"], ["id"])

    with op.batch_alter_table("count_task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("third_count", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("second_person_id", Number, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_count_task_second_person_id"), "person", ["second_person_id"], ["id"]
        )

    with op.batch_alter_table("pack", schema=None) as batch_op:
        batch_op.add_column(sa.Column("second_count", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("pack", schema=None) as batch_op:
        batch_op.drop_column("second_count")

    with op.batch_alter_table("count_task", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_count_task_second_person_id"), type_="foreignkey")
        batch_op.drop_column("second_person_id")
        batch_op.drop_column("third_count")

    with op.batch_alter_table("carton", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_carton_recounted_by_id"), type_="foreignkey")
        batch_op.drop_column("recounted_self")
        batch_op.drop_column("recounted_by_id")

    with op.batch_alter_table("remark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_remark_erase_after"))

    op.drop_table("remark")
