"""How and where the shop wants an order that a person here has sent otherwise."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward: of orders sent otherwise before nobody knows what their shop had said."""
    with op.batch_alter_table("order_address") as batch_op:
        batch_op.add_column(sa.Column("shop_hash", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("order_address") as batch_op:
        batch_op.drop_column("shop_hash")
