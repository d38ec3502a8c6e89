"""The number people at a shop use beside the one its programs use, and codes that two items claim."""

import sqlalchemy as sa
from alembic import op

from warehouse.storage.base import Number

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward: orders from before have one number at their shop, and no code is claimed twice."""
    with op.batch_alter_table("barcode") as batch_op:
        batch_op.add_column(sa.Column("claimed_by_id", Number, nullable=True))
        batch_op.create_index(batch_op.f("ix_barcode_claimed_by_id"), ["claimed_by_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_barcode_claimed_by_id"), "item", ["claimed_by_id"], ["id"])
    with op.batch_alter_table("order") as batch_op:
        batch_op.add_column(sa.Column("shop_number", sa.String(length=80), nullable=False, server_default=""))
    with op.batch_alter_table("order") as batch_op:
        batch_op.alter_column("shop_number", server_default=None)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("order") as batch_op:
        batch_op.drop_column("shop_number")
    with op.batch_alter_table("barcode") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_barcode_claimed_by_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_barcode_claimed_by_id"))
        batch_op.drop_column("claimed_by_id")
