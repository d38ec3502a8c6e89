"""The last scan of each device that a lead was given."""

import sqlalchemy as sa
from alembic import op

from warehouse.storage.base import Number

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward: of a device from before any number up to its last may have been given up."""
    with op.batch_alter_table("device") as batch_op:
        batch_op.add_column(sa.Column("given_seq", Number, nullable=False, server_default="0"))
    device = sa.table("device", sa.column("last_seq", Number), sa.column("given_seq", Number))
    op.execute(device.update().values(given_seq=device.c.last_seq))
    with op.batch_alter_table("device") as batch_op:
        batch_op.alter_column("given_seq", server_default=None)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("device") as batch_op:
        batch_op.drop_column("given_seq")
