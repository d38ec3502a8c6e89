"""Mapping profiles of the site, sources that are looked at, write-backs, webhooks."""

import sqlalchemy as sa
from alembic import op

from warehouse.storage.base import Number, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "source",
        sa.Column("id", Number, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=400), nullable=False),
        sa.Column("user_name", sa.String(length=80), nullable=False),
        sa.Column("secret", sa.String(length=200), nullable=False),
        sa.Column("every_minutes", Number, nullable=False),
        sa.Column("silent_minutes", Number, nullable=False),
        sa.Column("write_back", sa.String(length=16), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=True),
        sa.Column("looked_at", UtcDateTime(), nullable=True),
        sa.Column("arrived_at", UtcDateTime(), nullable=True),
        sa.Column("cursor", UtcDateTime(), nullable=True),
        sa.Column("failures", Number, nullable=False),
        sa.Column("error", sa.String(length=400), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("name", name=op.f("uq_source_name")),
    )
    op.create_table(
        "webhook_message",
        sa.Column("id", Number, nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("erase_after", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_message")),
        sa.UniqueConstraint("message_id", name=op.f("uq_webhook_message_message_id")),
    )
    with op.batch_alter_table("webhook_message", schema=None) as batch_op:
        batch_op.create_index("ix_webhook_message_erase_after", ["erase_after"], unique=False)

    op.create_table(
        "mapping_profile",
        sa.Column("id", Number, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("proposed_by_id", Number, nullable=True),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", Number, nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_mapping_profile_decided_by_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["person.id"], name=op.f("fk_mapping_profile_proposed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mapping_profile")),
        sa.UniqueConstraint("kind", "name", "version", name=op.f("uq_mapping_profile_kind_name_version")),
    )
    op.create_table(
        "webhook_endpoint",
        sa.Column("id", Number, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("url", sa.String(length=400), nullable=False),
        sa.Column("types", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("secret", sa.String(length=120), nullable=False),
        sa.Column("previous_secret", sa.String(length=120), nullable=True),
        sa.Column("previous_until", UtcDateTime(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("state_reason", sa.String(length=200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by_id", Number, nullable=True),
        sa.Column("delivered_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_webhook_endpoint_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoint")),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("id", Number, nullable=False),
        sa.Column("message_id", Number, nullable=False),
        sa.Column("endpoint_id", Number, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", Number, nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=True),
        sa.Column("last_at", UtcDateTime(), nullable=True),
        sa.Column("status", Number, nullable=True),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["endpoint_id"], ["webhook_endpoint.id"], name=op.f("fk_webhook_delivery_endpoint_id")),
        sa.ForeignKeyConstraint(["message_id"], ["webhook_message.id"], name=op.f("fk_webhook_delivery_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint("message_id", "endpoint_id", name=op.f("uq_webhook_delivery_message_id_endpoint_id")),
    )
    with op.batch_alter_table("webhook_delivery", schema=None) as batch_op:
        batch_op.create_index("ix_webhook_delivery_endpoint_id", ["endpoint_id"], unique=False)
        batch_op.create_index("ix_webhook_delivery_state_next_at", ["state", "next_at"], unique=False)

    op.create_table(
        "write_back",
        sa.Column("id", Number, nullable=False),
        sa.Column("source_id", Number, nullable=False),
        sa.Column("shipment_id", Number, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", Number, nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("error", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipment.id"], name=op.f("fk_write_back_shipment_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_write_back_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_write_back")),
        sa.UniqueConstraint("shipment_id", name=op.f("uq_write_back_shipment_id")),
    )
    with op.batch_alter_table("write_back", schema=None) as batch_op:
        batch_op.create_index("ix_write_back_source_id", ["source_id"], unique=False)
        batch_op.create_index("ix_write_back_state_next_at", ["state", "next_at"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("write_back", schema=None) as batch_op:
        batch_op.drop_index("ix_write_back_state_next_at")
        batch_op.drop_index("ix_write_back_source_id")

    op.drop_table("write_back")
    with op.batch_alter_table("webhook_delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_webhook_delivery_state_next_at")
        batch_op.drop_index("ix_webhook_delivery_endpoint_id")

    op.drop_table("webhook_delivery")
    op.drop_table("webhook_endpoint")
    op.drop_table("mapping_profile")
    with op.batch_alter_table("webhook_message", schema=None) as batch_op:
        batch_op.drop_index("ix_webhook_message_erase_after")

    op.drop_table("webhook_message")
    op.drop_table("source")
