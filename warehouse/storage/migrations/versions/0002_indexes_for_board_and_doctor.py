"""Indexes for board and doctor."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_move_pick_task_id"), ["pick_task_id"], unique=False)

    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.create_index("ix_scan_status_received_at", ["status", "received_at"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.drop_index("ix_scan_status_received_at")

    with op.batch_alter_table("move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_move_pick_task_id"))
