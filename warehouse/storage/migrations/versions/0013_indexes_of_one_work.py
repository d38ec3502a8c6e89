"""A scan stands only in the index of its own kind of work."""

from alembic import op
from sqlalchemy import text

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INDEXES = (
    ("batch_id", "received_at"),
    ("order_id", "received_at"),
    ("count_id",),
    ("put_back_id",),
    ("manifest_id",),
)


def upgrade() -> None:
    """Go forward."""
    for columns in INDEXES:
        name, named = f"ix_scan_{'_'.join(columns)}", text(f"{columns[0]} IS NOT NULL")
        op.drop_index(name, table_name="scan")
        op.create_index(name, "scan", list(columns), sqlite_where=named, postgresql_where=named)


def downgrade() -> None:
    """Go back."""
    for columns in INDEXES:
        name = f"ix_scan_{'_'.join(columns)}"
        op.drop_index(name, table_name="scan")
        op.create_index(name, "scan", list(columns))
