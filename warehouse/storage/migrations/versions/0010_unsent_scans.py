"""Leases whose device may still keep scans of the work that went elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward: of leases from before nothing is known to wait."""
    with op.batch_alter_table("lease") as batch_op:
        batch_op.add_column(sa.Column("unsent", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("lease") as batch_op:
        batch_op.alter_column("unsent", server_default=None)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("lease") as batch_op:
        batch_op.drop_column("unsent")
