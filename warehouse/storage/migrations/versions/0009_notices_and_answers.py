"""Notices and answers."""

import sqlalchemy as sa
from alembic import op

from warehouse.storage.base import Number, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "mail",
        sa.Column("id", Number, nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", Number, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("problem", sa.String(length=200), nullable=True),
        sa.Column("erase_after", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_erase_after"), ["erase_after"], unique=False)
        batch_op.create_index("ix_mail_state_next_at", ["state", "next_at"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", Number, nullable=False),
        sa.Column("person_id", Number, nullable=False),
        sa.Column("exception_id", Number, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["exception_id"], ["exception.id"], name=op.f("fk_notice_exception_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_exception_id"), ["exception_id"], unique=False)
        batch_op.create_index("ix_notice_person_id_seen_at", ["person_id", "seen_at"], unique=False)

    with op.batch_alter_table("exception", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answer", sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column("merged_into_id", Number, nullable=True))

    with op.batch_alter_table("order_address", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_address_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_order_address_phone"), ["phone"], unique=False)
        batch_op.create_index(batch_op.f("ix_order_address_postcode"), ["postcode"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("order_address", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_address_postcode"))
        batch_op.drop_index(batch_op.f("ix_order_address_phone"))
        batch_op.drop_index(batch_op.f("ix_order_address_email"))

    with op.batch_alter_table("exception", schema=None) as batch_op:
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("answer")

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_person_id_seen_at")
        batch_op.drop_index(batch_op.f("ix_notice_exception_id"))

    op.drop_table("notice")
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.drop_index("ix_mail_state_next_at")
        batch_op.drop_index(batch_op.f("ix_mail_erase_after"))

    op.drop_table("mail")
