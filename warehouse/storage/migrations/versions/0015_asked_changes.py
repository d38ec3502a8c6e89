"""What a lead was asked about an order, and since when its lines are changed here, in columns of their own."""

import sqlalchemy as sa
from alembic import op

from warehouse.storage.base import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward: a change that was asked about is asked about once more when it comes again."""
    with op.batch_alter_table("order") as batch_op:
        batch_op.add_column(sa.Column("asked_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("lines_changed_at", UtcDateTime(), nullable=True))
    order = sa.table("order", sa.column("content_hash", sa.String), sa.column("asked_hash", sa.String))
    op.execute(order.update().where(order.c.content_hash.like("?%")).values(asked_hash=order.c.content_hash))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("order") as batch_op:
        batch_op.drop_column("lines_changed_at")
        batch_op.drop_column("asked_hash")
