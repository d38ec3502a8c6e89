"""The first tables."""

import sqlalchemy as sa
from alembic import op

from warehouse.storage.base import Number, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "audit",
        sa.Column("seq", Number, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", Number, nullable=True),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_subject"), ["subject"], unique=False)

    op.create_table(
        "cart",
        sa.Column("id", Number, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("slots", Number, nullable=False),
        sa.Column("max_weight_g", Number, nullable=True),
        sa.Column("max_volume_cm3", Number, nullable=True),
        sa.Column("max_lines", Number, nullable=True),
        sa.CheckConstraint("slots >= 1", name=op.f("ck_cart_slots_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart")),
        sa.UniqueConstraint("code", name=op.f("uq_cart_code")),
    )
    op.create_table(
        "item",
        sa.Column("id", Number, nullable=False),
        sa.Column("sku", sa.String(length=40), nullable=False),
        sa.Column("sku_folded", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("weight_g", Number, nullable=True),
        sa.Column("length_mm", Number, nullable=True),
        sa.Column("width_mm", Number, nullable=True),
        sa.Column("height_mm", Number, nullable=True),
        sa.Column(
            "tracking",
            sa.Enum(
                "none", "lot", "serial", "expiry", name="tracking", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("high_value", sa.Boolean(), nullable=False),
        sa.Column("fragile", sa.Boolean(), nullable=False),
        sa.Column("limited_quantity", sa.Boolean(), nullable=False),
        sa.Column("hs_code", sa.String(length=12), nullable=True),
        sa.Column("origin", sa.String(length=2), nullable=True),
        sa.Column("stocked", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("weight_g IS NULL OR weight_g >= 0", name=op.f("ck_item_weight_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("sku", name=op.f("uq_item_sku")),
    )
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_sku_folded"), ["sku_folded"], unique=False)

    op.create_table(
        "packaging",
        sa.Column("id", Number, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("length_mm", Number, nullable=False),
        sa.Column("width_mm", Number, nullable=False),
        sa.Column("height_mm", Number, nullable=False),
        sa.Column("tare_g", Number, nullable=False),
        sa.Column("max_weight_g", Number, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packaging")),
        sa.UniqueConstraint("code", name=op.f("uq_packaging_code")),
    )
    op.create_table(
        "person",
        sa.Column("id", Number, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "picker",
                "packer",
                "lead",
                "inventory_controller",
                "master_data_owner",
                "order_desk",
                "integration_owner",
                "admin",
                "auditor",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("badge", sa.String(length=64), nullable=False),
        sa.Column("pin_hash", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.Column("failed_at", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("locked_hard", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("erase_after", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("badge", name=op.f("uq_person_badge")),
    )
    op.create_table(
        "place",
        sa.Column("id", Number, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "bin",
                "tote",
                "carton",
                "supplier",
                "customer",
                "lost_and_found",
                "scrap",
                name="placekind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("kind", "code", name=op.f("uq_place_kind_code")),
    )
    op.create_table(
        "printer",
        sa.Column("id", Number, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("transport", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("media", sa.String(length=40), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("attention", sa.String(length=200), nullable=True),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printer")),
        sa.UniqueConstraint("name", name=op.f("uq_printer_name")),
    )
    op.create_table(
        "request_key",
        sa.Column("id", Number, nullable=False),
        sa.Column("caller", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", Number, nullable=False),
        sa.Column("answer", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("erase_after", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_key")),
        sa.UniqueConstraint("caller", "key", name=op.f("uq_request_key_caller_key")),
    )
    op.create_table(
        "station",
        sa.Column("id", Number, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station")),
        sa.UniqueConstraint("code", name=op.f("uq_station_code")),
    )
    op.create_table(
        "wave",
        sa.Column("id", Number, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("cutoff_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave")),
    )
    op.create_table(
        "writer_mark",
        sa.Column("writer", sa.String(length=40), nullable=False),
        sa.Column("group_no", Number, nullable=False),
        sa.PrimaryKeyConstraint("writer", name=op.f("pk_writer_mark")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", Number, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("permissions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("person_id", Number, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_api_token_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_table(
        "barcode",
        sa.Column("id", Number, nullable=False),
        sa.Column("code", sa.String(length=120), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "item",
                "bin",
                "tote",
                "cart",
                "badge",
                "batch",
                "order",
                "station",
                "command",
                "carton",
                "lot",
                "serial",
                name="barcodekind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("item_id", Number, nullable=True),
        sa.Column("place_id", Number, nullable=True),
        sa.Column("person_id", Number, nullable=True),
        sa.Column("cart_id", Number, nullable=True),
        sa.Column(
            "unit",
            sa.Enum(
                "each",
                "inner",
                "case",
                "pallet",
                name="unitlevel",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("pack_quantity", Number, nullable=False),
        sa.CheckConstraint("pack_quantity >= 1", name=op.f("ck_barcode_pack_quantity_positive")),
        sa.ForeignKeyConstraint(["cart_id"], ["cart.id"], name=op.f("fk_barcode_cart_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_barcode_item_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_barcode_person_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_barcode_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_barcode")),
        sa.UniqueConstraint("code", name=op.f("uq_barcode_code")),
    )
    with op.batch_alter_table("barcode", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_barcode_cart_id"), ["cart_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_barcode_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_barcode_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_barcode_place_id"), ["place_id"], unique=False)

    op.create_table(
        "bin",
        sa.Column("id", Number, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("zone", sa.String(length=20), nullable=False),
        sa.Column("aisle", sa.String(length=20), nullable=False),
        sa.Column("bay", sa.String(length=20), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("position", sa.String(length=20), nullable=False),
        sa.Column("x_mm", Number, nullable=True),
        sa.Column("y_mm", Number, nullable=True),
        sa.Column("walk_sequence", Number, nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "pick_face",
                "reserve",
                "staging",
                "pack",
                "quarantine",
                "problem_shelf",
                "consolidation_shelf",
                name="binkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("pickable", sa.Boolean(), nullable=False),
        sa.Column("blocked_reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["place.id"], name=op.f("fk_bin_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bin")),
        sa.UniqueConstraint("code", name=op.f("uq_bin_code")),
    )
    op.create_table(
        "device",
        sa.Column("id", Number, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("person_id", Number, nullable=True),
        sa.Column("first_seq", Number, nullable=True),
        sa.Column("last_seq", Number, nullable=False),
        sa.Column("pending", Number, nullable=False),
        sa.Column("persisted", sa.Boolean(), nullable=False),
        sa.Column("first_seen_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("lost_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_device_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("name", name=op.f("uq_device_name")),
    )
    op.create_table(
        "import_run",
        sa.Column("id", Number, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("cursor", Number, nullable=False),
        sa.Column("report", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("rejected", sa.LargeBinary(), nullable=True),
        sa.Column("person_id", Number, nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("erase_after", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_import_run_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_run_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_import_run_source"), ["source"], unique=False)

    op.create_table(
        "lot",
        sa.Column("id", Number, nullable=False),
        sa.Column("item_id", Number, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_lot_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
    )
    with op.batch_alter_table("lot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lot_item_id"), ["item_id"], unique=False)

    op.create_table(
        "manifest",
        sa.Column("id", Number, nullable=False),
        sa.Column("carrier", sa.String(length=40), nullable=False),
        sa.Column("cutoff_at", UtcDateTime(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("revision", Number, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by_id", Number, nullable=True),
        sa.ForeignKeyConstraint(["closed_by_id"], ["person.id"], name=op.f("fk_manifest_closed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manifest")),
    )
    op.create_table(
        "plan_run",
        sa.Column("id", Number, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("request", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("person_id", Number, nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_plan_run_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_run")),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by_id", Number, nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"], name=op.f("fk_setting_changed_by_id")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", Number, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("csrf_token", sa.String(length=64), nullable=False),
        sa.Column("person_id", Number, nullable=False),
        sa.Column("device", sa.String(length=64), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_person_id"), ["person_id"], unique=False)

    op.create_table(
        "station_printer",
        sa.Column("id", Number, nullable=False),
        sa.Column("station_id", Number, nullable=True),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("rank", Number, nullable=False),
        sa.Column("printer_id", Number, nullable=False),
        sa.ForeignKeyConstraint(["printer_id"], ["printer.id"], name=op.f("fk_station_printer_printer_id")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_station_printer_station_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_printer")),
        sa.UniqueConstraint("station_id", "role", "rank", name=op.f("uq_station_printer_station_id_role_rank")),
    )
    op.create_table(
        "batch",
        sa.Column("id", Number, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "released",
                "picking",
                "picked",
                "closed",
                "cancelled",
                name="batchstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("wave_id", Number, nullable=True),
        sa.Column("plan_run_id", Number, nullable=True),
        sa.Column("cutoff_at", UtcDateTime(), nullable=True),
        sa.Column("priority", Number, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=20), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("cart_id", Number, nullable=True),
        sa.Column("cart_taken_at", UtcDateTime(), nullable=True),
        sa.Column("assigned_id", Number, nullable=True),
        sa.Column("person_id", Number, nullable=True),
        sa.Column("device", sa.String(length=64), nullable=True),
        sa.Column("epoch", Number, nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("list_version", Number, nullable=False),
        sa.Column("revision", Number, nullable=False),
        sa.Column("position", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("policy", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("distance_mm", Number, nullable=True),
        sa.Column("name_order_distance_mm", Number, nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("released_at", UtcDateTime(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("picked_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["assigned_id"], ["person.id"], name=op.f("fk_batch_assigned_id")),
        sa.ForeignKeyConstraint(["cart_id"], ["cart.id"], name=op.f("fk_batch_cart_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_batch_person_id")),
        sa.ForeignKeyConstraint(["plan_run_id"], ["plan_run.id"], name=op.f("fk_batch_plan_run_id")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_batch_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("number", name=op.f("uq_batch_number")),
    )
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batch_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_batch_state_cutoff_at", ["state", "cutoff_at"], unique=False)

    op.create_table(
        "count_task",
        sa.Column("id", Number, nullable=False),
        sa.Column("bin_id", Number, nullable=False),
        sa.Column("item_id", Number, nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("person_id", Number, nullable=True),
        sa.Column("first_person_id", Number, nullable=True),
        sa.Column("device", sa.String(length=64), nullable=True),
        sa.Column("epoch", Number, nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=True),
        sa.Column("position", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("counted", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("recounted", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("approved_by_id", Number, nullable=True),
        sa.Column("self_approved", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["approved_by_id"], ["person.id"], name=op.f("fk_count_task_approved_by_id")),
        sa.ForeignKeyConstraint(["bin_id"], ["bin.id"], name=op.f("fk_count_task_bin_id")),
        sa.ForeignKeyConstraint(["first_person_id"], ["person.id"], name=op.f("fk_count_task_first_person_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_count_task_item_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_count_task_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_task")),
    )
    with op.batch_alter_table("count_task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_count_task_bin_id"), ["bin_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_count_task_state"), ["state"], unique=False)

    op.create_table(
        "order",
        sa.Column("id", Number, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("external_id", sa.String(length=80), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "ready",
                "batched",
                "picking",
                "picked",
                "packing",
                "packed",
                "shipped",
                "cancelled",
                name="orderstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("placed_at", UtcDateTime(), nullable=False),
        sa.Column("ship_on", sa.Date(), nullable=True),
        sa.Column("cutoff_at", UtcDateTime(), nullable=True),
        sa.Column("priority", Number, nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("carrier", sa.String(length=40), nullable=False),
        sa.Column("customer", sa.String(length=80), nullable=False),
        sa.Column("country", sa.String(length=60), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("value_cents", Number, nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("gift_note", sa.String(length=1000), nullable=True),
        sa.Column("instructions", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("basket_hash", sa.String(length=64), nullable=False),
        sa.Column("import_id", Number, nullable=True),
        sa.Column("list_version", Number, nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("shipped_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["import_run.id"], name=op.f("fk_order_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order")),
        sa.UniqueConstraint("number", name=op.f("uq_order_number")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_order_source_external_id")),
    )
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_basket_hash"), ["basket_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_order_customer"), ["customer"], unique=False)
        batch_op.create_index(batch_op.f("ix_order_import_id"), ["import_id"], unique=False)
        batch_op.create_index("ix_order_state_cutoff_at", ["state", "cutoff_at"], unique=False)

    op.create_table(
        "stock",
        sa.Column("id", Number, nullable=False),
        sa.Column("place_id", Number, nullable=False),
        sa.Column("item_id", Number, nullable=False),
        sa.Column("lot_id", Number, nullable=False),
        sa.Column("quantity", Number, nullable=False),
        sa.Column("reserved", Number, nullable=False),
        sa.Column("blocked_reason", sa.String(length=200), nullable=True),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_stock_quantity_not_negative")),
        sa.CheckConstraint("reserved BETWEEN 0 AND quantity", name=op.f("ck_stock_reserved_in_range")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_stock_item_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_stock_lot_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_stock_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock")),
        sa.UniqueConstraint("place_id", "item_id", "lot_id", name=op.f("uq_stock_place_id_item_id_lot_id")),
    )
    with op.batch_alter_table("stock", schema=None) as batch_op:
        batch_op.create_index("ix_stock_item_id_place_id", ["item_id", "place_id"], unique=False)

    op.create_table(
        "cancellation",
        sa.Column("id", Number, nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("external_id", sa.String(length=80), nullable=False),
        sa.Column("order_id", Number, nullable=False),
        sa.Column("import_id", Number, nullable=True),
        sa.Column("units", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("applied_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["import_run.id"], name=op.f("fk_cancellation_import_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_cancellation_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cancellation")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_cancellation_source_external_id")),
    )
    with op.batch_alter_table("cancellation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cancellation_order_id"), ["order_id"], unique=False)

    op.create_table(
        "exception",
        sa.Column("id", Number, nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column(
            "severity",
            sa.Enum("B", "H", "F", "N", name="severity", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "acknowledged",
                "resolved",
                name="exceptionstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "owner_role",
            sa.Enum(
                "picker",
                "packer",
                "lead",
                "inventory_controller",
                "master_data_owner",
                "order_desk",
                "integration_owner",
                "admin",
                "auditor",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("owner_id", Number, nullable=True),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("order_id", Number, nullable=True),
        sa.Column("batch_id", Number, nullable=True),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("level", Number, nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("acknowledged_at", UtcDateTime(), nullable=True),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("resolution", sa.String(length=400), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_exception_batch_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_exception_order_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_exception_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exception")),
    )
    with op.batch_alter_table("exception", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exception_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exception_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index("ix_exception_state_due_at", ["state", "due_at"], unique=False)
        batch_op.create_index("ix_exception_type_subject", ["type", "subject"], unique=False)

    op.create_table(
        "lease",
        sa.Column("id", Number, nullable=False),
        sa.Column("batch_id", Number, nullable=True),
        sa.Column("order_id", Number, nullable=True),
        sa.Column("epoch", Number, nullable=False),
        sa.Column("person_id", Number, nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("how", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_lease_batch_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_lease_order_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lease_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lease")),
        sa.UniqueConstraint("batch_id", "order_id", "epoch", name=op.f("uq_lease_batch_id_order_id_epoch")),
    )
    with op.batch_alter_table("lease", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lease_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lease_order_id"), ["order_id"], unique=False)

    op.create_table(
        "order_address",
        sa.Column("order_id", Number, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("company", sa.String(length=200), nullable=False),
        sa.Column("lines", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("city", sa.String(length=120), nullable=False),
        sa.Column("region", sa.String(length=120), nullable=False),
        sa.Column("postcode", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("erase_after", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_order_address_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_order_address")),
    )
    op.create_table(
        "order_line",
        sa.Column("id", Number, nullable=False),
        sa.Column("order_id", Number, nullable=False),
        sa.Column("line_no", Number, nullable=False),
        sa.Column("external_line", sa.String(length=80), nullable=False),
        sa.Column("item_id", Number, nullable=True),
        sa.Column("sku", sa.String(length=40), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("unit_price_cents", Number, nullable=True),
        sa.Column("pickable", sa.Boolean(), nullable=False),
        sa.Column("ordered", Number, nullable=False),
        sa.Column("allocated", Number, nullable=False),
        sa.Column("picked", Number, nullable=False),
        sa.Column("packed", Number, nullable=False),
        sa.Column("shipped", Number, nullable=False),
        sa.Column("backordered", Number, nullable=False),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "allocated >= 0 AND picked + allocated + backordered <= ordered",
            name=op.f("ck_order_line_allocated_in_range"),
        ),
        sa.CheckConstraint("backordered >= 0", name=op.f("ck_order_line_backordered_in_range")),
        sa.CheckConstraint("ordered > 0", name=op.f("ck_order_line_ordered_positive")),
        sa.CheckConstraint("packed <= picked", name=op.f("ck_order_line_packed_in_range")),
        sa.CheckConstraint("picked <= ordered", name=op.f("ck_order_line_picked_in_range")),
        sa.CheckConstraint("shipped >= 0 AND shipped <= packed", name=op.f("ck_order_line_shipped_in_range")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_order_line_item_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_order_line_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sa.UniqueConstraint("order_id", "line_no", name=op.f("uq_order_line_order_id_line_no")),
    )
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_line_item_id"), ["item_id"], unique=False)

    op.create_table(
        "pack",
        sa.Column("id", Number, nullable=False),
        sa.Column("order_id", Number, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("person_id", Number, nullable=True),
        sa.Column("device", sa.String(length=64), nullable=True),
        sa.Column("station_id", Number, nullable=True),
        sa.Column("epoch", Number, nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("list_version", Number, nullable=False),
        sa.Column("revision", Number, nullable=False),
        sa.Column("position", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("self_packed", sa.Boolean(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_pack_order_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pack_person_id")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_pack_station_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack")),
        sa.UniqueConstraint("order_id", name=op.f("uq_pack_order_id")),
    )
    op.create_table(
        "put_back",
        sa.Column("id", Number, nullable=False),
        sa.Column("item_id", Number, nullable=False),
        sa.Column("lot_id", Number, nullable=True),
        sa.Column("place_id", Number, nullable=True),
        sa.Column("bin_id", Number, nullable=True),
        sa.Column("order_id", Number, nullable=True),
        sa.Column("quantity", Number, nullable=False),
        sa.Column("returned", Number, nullable=False),
        sa.Column("booked", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("person_id", Number, nullable=True),
        sa.Column("device", sa.String(length=64), nullable=True),
        sa.Column("epoch", Number, nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=True),
        sa.Column("position", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("returned BETWEEN 0 AND quantity", name=op.f("ck_put_back_returned_in_range")),
        sa.ForeignKeyConstraint(["bin_id"], ["bin.id"], name=op.f("fk_put_back_bin_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_put_back_item_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_put_back_lot_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_put_back_order_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_put_back_person_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_put_back_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_put_back")),
    )
    with op.batch_alter_table("put_back", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_put_back_state"), ["state"], unique=False)

    op.create_table(
        "shipment",
        sa.Column("id", Number, nullable=False),
        sa.Column("order_id", Number, nullable=False),
        sa.Column("shipment_no", Number, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("split_reason", sa.String(length=400), nullable=True),
        sa.Column("split_by_id", Number, nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("shipped_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_shipment_order_id")),
        sa.ForeignKeyConstraint(["split_by_id"], ["person.id"], name=op.f("fk_shipment_split_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment")),
        sa.UniqueConstraint("order_id", "shipment_no", name=op.f("uq_shipment_order_id_shipment_no")),
    )
    op.create_table(
        "tote",
        sa.Column("id", Number, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("order_id", Number, nullable=True),
        sa.Column("at_place_id", Number, nullable=True),
        sa.Column("max_weight_g", Number, nullable=True),
        sa.Column("volume_cm3", Number, nullable=True),
        sa.ForeignKeyConstraint(["at_place_id"], ["place.id"], name=op.f("fk_tote_at_place_id")),
        sa.ForeignKeyConstraint(["id"], ["place.id"], name=op.f("fk_tote_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_tote_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tote")),
        sa.UniqueConstraint("code", name=op.f("uq_tote_code")),
    )
    with op.batch_alter_table("tote", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tote_order_id"), ["order_id"], unique=False)

    op.create_table(
        "batch_slot",
        sa.Column("id", Number, nullable=False),
        sa.Column("batch_id", Number, nullable=False),
        sa.Column("slot_no", Number, nullable=False),
        sa.Column("order_id", Number, nullable=False),
        sa.Column("tote_id", Number, nullable=True),
        sa.Column("overflow", sa.Boolean(), nullable=False),
        sa.Column("full", sa.Boolean(), nullable=False),
        sa.Column("locked_reason", sa.String(length=40), nullable=True),
        sa.Column("bound_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_slot_batch_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_batch_slot_order_id")),
        sa.ForeignKeyConstraint(["tote_id"], ["tote.id"], name=op.f("fk_batch_slot_tote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_slot")),
        sa.UniqueConstraint("batch_id", "slot_no", name=op.f("uq_batch_slot_batch_id_slot_no")),
    )
    with op.batch_alter_table("batch_slot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batch_slot_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_batch_slot_tote_id"), ["tote_id"], unique=False)

    op.create_table(
        "carton",
        sa.Column("id", Number, nullable=False),
        sa.Column("order_id", Number, nullable=False),
        sa.Column("shipment_id", Number, nullable=False),
        sa.Column("carton_no", Number, nullable=False),
        sa.Column("sscc", sa.String(length=18), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "closed",
                "labelled",
                "loaded",
                "shipped",
                "void",
                name="cartonstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("full", sa.Boolean(), nullable=False),
        sa.Column("packaging_id", Number, nullable=True),
        sa.Column("weight_g", Number, nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.Column("packer_id", Number, nullable=True),
        sa.Column("station_id", Number, nullable=True),
        sa.Column("manifest_id", Number, nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("labelled_at", UtcDateTime(), nullable=True),
        sa.Column("loaded_at", UtcDateTime(), nullable=True),
        sa.Column("shipped_at", UtcDateTime(), nullable=True),
        sa.Column("void_reason", sa.String(length=400), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["place.id"], name=op.f("fk_carton_id")),
        sa.ForeignKeyConstraint(["manifest_id"], ["manifest.id"], name=op.f("fk_carton_manifest_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_carton_order_id")),
        sa.ForeignKeyConstraint(["packaging_id"], ["packaging.id"], name=op.f("fk_carton_packaging_id")),
        sa.ForeignKeyConstraint(["packer_id"], ["person.id"], name=op.f("fk_carton_packer_id")),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipment.id"], name=op.f("fk_carton_shipment_id")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_carton_station_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carton")),
        sa.UniqueConstraint("order_id", "carton_no", name=op.f("uq_carton_order_id_carton_no")),
        sa.UniqueConstraint("sscc", name=op.f("uq_carton_sscc")),
    )
    with op.batch_alter_table("carton", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_carton_manifest_id"), ["manifest_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_carton_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_carton_shipment_id"), ["shipment_id"], unique=False)

    op.create_table(
        "exception_event",
        sa.Column("id", Number, nullable=False),
        sa.Column("exception_id", Number, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", Number, nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_exception_event_actor_id")),
        sa.ForeignKeyConstraint(["exception_id"], ["exception.id"], name=op.f("fk_exception_event_exception_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exception_event")),
    )
    with op.batch_alter_table("exception_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exception_event_exception_id"), ["exception_id"], unique=False)

    op.create_table(
        "hold",
        sa.Column("id", Number, nullable=False),
        sa.Column("order_id", Number, nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.Column("exception_id", Number, nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("lifted_at", UtcDateTime(), nullable=True),
        sa.Column("lifted_by_id", Number, nullable=True),
        sa.Column("lift_reason", sa.String(length=400), nullable=True),
        sa.ForeignKeyConstraint(["exception_id"], ["exception.id"], name=op.f("fk_hold_exception_id")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["person.id"], name=op.f("fk_hold_lifted_by_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_hold_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hold_order_id"), ["order_id"], unique=False)

    op.create_table(
        "pick_task",
        sa.Column("id", Number, nullable=False),
        sa.Column("batch_id", Number, nullable=False),
        sa.Column("sequence", Number, nullable=False),
        sa.Column("stop_no", Number, nullable=False),
        sa.Column("slot_no", Number, nullable=True),
        sa.Column("order_id", Number, nullable=False),
        sa.Column("order_line_id", Number, nullable=False),
        sa.Column("item_id", Number, nullable=False),
        sa.Column("lot_id", Number, nullable=False),
        sa.Column("bin_id", Number, nullable=False),
        sa.Column("wanted", Number, nullable=False),
        sa.Column("picked", Number, nullable=False),
        sa.Column("short", Number, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "picked",
                "short",
                "cancelled",
                name="taskstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("short_reason", sa.String(length=24), nullable=True),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("changed", sa.String(length=16), nullable=True),
        sa.Column("version", Number, nullable=False),
        sa.Column("unverified", sa.Boolean(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("picked_by_id", Number, nullable=True),
        sa.CheckConstraint(
            "picked >= 0 AND short >= 0 AND picked + short <= wanted", name=op.f("ck_pick_task_picked_in_range")
        ),
        sa.CheckConstraint("wanted >= 1", name=op.f("ck_pick_task_wanted_positive")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_pick_task_batch_id")),
        sa.ForeignKeyConstraint(["bin_id"], ["bin.id"], name=op.f("fk_pick_task_bin_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_pick_task_item_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_pick_task_lot_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_pick_task_order_id")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_pick_task_order_line_id")),
        sa.ForeignKeyConstraint(["picked_by_id"], ["person.id"], name=op.f("fk_pick_task_picked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pick_task")),
    )
    with op.batch_alter_table("pick_task", schema=None) as batch_op:
        batch_op.create_index("ix_pick_task_batch_id_sequence", ["batch_id", "sequence"], unique=False)
        batch_op.create_index(batch_op.f("ix_pick_task_bin_id"), ["bin_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pick_task_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pick_task_order_line_id"), ["order_line_id"], unique=False)

    op.create_table(
        "scan",
        sa.Column("id", Number, nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("seq", Number, nullable=False),
        sa.Column("person_id", Number, nullable=True),
        sa.Column("holder_id", Number, nullable=True),
        sa.Column("sender_id", Number, nullable=True),
        sa.Column("epoch", Number, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "scan",
                "quantity",
                "undo",
                "short",
                "damaged",
                "wrong_stock",
                "skip",
                "confirm",
                "tote_full",
                "bind_tote",
                "close_carton",
                "weight",
                "scan_back",
                name="scankind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("batch_id", Number, nullable=True),
        sa.Column("order_id", Number, nullable=True),
        sa.Column("count_id", Number, nullable=True),
        sa.Column("put_back_id", Number, nullable=True),
        sa.Column("manifest_id", Number, nullable=True),
        sa.Column("code", sa.String(length=512), nullable=True),
        sa.Column("symbology", sa.String(length=8), nullable=True),
        sa.Column("quantity", Number, nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("list_version", Number, nullable=True),
        sa.Column("local", sa.String(length=24), nullable=True),
        sa.Column("via", sa.String(length=8), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(length=24), nullable=True),
        sa.Column("task_id", Number, nullable=True),
        sa.Column("order_line_id", Number, nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "applied",
                "rejected",
                "duplicate",
                "retry_later",
                "error",
                name="scanstatus",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "accepted",
                "unknown_barcode",
                "ambiguous",
                "wrong_bin",
                "not_on_batch",
                "other_task",
                "wrong_lot",
                "expired",
                "wrong_unit",
                "over_quantity",
                "wrong_tote",
                "already_done",
                "order_changed",
                "not_owner",
                "stale",
                "policy",
                "wrong_label",
                "void_label",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("counted", Number, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_scan_batch_id")),
        sa.ForeignKeyConstraint(["count_id"], ["count_task.id"], name=op.f("fk_scan_count_id")),
        sa.ForeignKeyConstraint(["manifest_id"], ["manifest.id"], name=op.f("fk_scan_manifest_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_scan_order_id")),
        sa.ForeignKeyConstraint(["put_back_id"], ["put_back.id"], name=op.f("fk_scan_put_back_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan")),
        sa.UniqueConstraint("device", "seq", name=op.f("uq_scan_device_seq")),
        sa.UniqueConstraint("scan_id", name=op.f("uq_scan_scan_id")),
    )
    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.create_index("ix_scan_batch_id_received_at", ["batch_id", "received_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_scan_count_id"), ["count_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_scan_manifest_id"), ["manifest_id"], unique=False)
        batch_op.create_index("ix_scan_order_id_received_at", ["order_id", "received_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_scan_put_back_id"), ["put_back_id"], unique=False)
        batch_op.create_index("ix_scan_received_at", ["received_at"], unique=False)

    op.create_table(
        "serial",
        sa.Column("id", Number, nullable=False),
        sa.Column("item_id", Number, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("lot_id", Number, nullable=True),
        sa.Column("place_id", Number, nullable=False),
        sa.Column("order_line_id", Number, nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_serial_item_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_serial_lot_id")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_serial_order_line_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_serial_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_serial")),
        sa.UniqueConstraint("item_id", "code", name=op.f("uq_serial_item_id_code")),
    )
    with op.batch_alter_table("serial", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_serial_place_id"), ["place_id"], unique=False)

    op.create_table(
        "carton_line",
        sa.Column("id", Number, nullable=False),
        sa.Column("carton_id", Number, nullable=False),
        sa.Column("order_line_id", Number, nullable=False),
        sa.Column("item_id", Number, nullable=False),
        sa.Column("lot_id", Number, nullable=False),
        sa.Column("quantity", Number, nullable=False),
        sa.Column("serials", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_carton_line_quantity_not_negative")),
        sa.ForeignKeyConstraint(["carton_id"], ["carton.id"], name=op.f("fk_carton_line_carton_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_carton_line_item_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_carton_line_lot_id")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_carton_line_order_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carton_line")),
        sa.UniqueConstraint(
            "carton_id", "order_line_id", "lot_id", name=op.f("uq_carton_line_carton_id_order_line_id_lot_id")
        ),
    )
    with op.batch_alter_table("carton_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_carton_line_order_line_id"), ["order_line_id"], unique=False)

    op.create_table(
        "label",
        sa.Column("id", Number, nullable=False),
        sa.Column("carton_id", Number, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "wanted",
                "buying",
                "bought",
                "in_doubt",
                "failed",
                "voided",
                name="labelstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("carrier", sa.String(length=40), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("tracking", sa.String(length=60), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("print_job_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("scanned_back_at", UtcDateTime(), nullable=True),
        sa.Column("voided_at", UtcDateTime(), nullable=True),
        sa.Column("void_reason", sa.String(length=400), nullable=True),
        sa.Column("voided_by_id", Number, nullable=True),
        sa.ForeignKeyConstraint(["carton_id"], ["carton.id"], name=op.f("fk_label_carton_id")),
        sa.ForeignKeyConstraint(["voided_by_id"], ["person.id"], name=op.f("fk_label_voided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label")),
        sa.UniqueConstraint("tracking", name=op.f("uq_label_tracking")),
    )
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_label_carton_id"), ["carton_id"], unique=False)

    op.create_table(
        "move",
        sa.Column("id", Number, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("item_id", Number, nullable=False),
        sa.Column("lot_id", Number, nullable=False),
        sa.Column("quantity", Number, nullable=False),
        sa.Column("from_place_id", Number, nullable=False),
        sa.Column("to_place_id", Number, nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "receipt",
                "pick",
                "unpick",
                "pack",
                "unpack",
                "ship",
                "put_back",
                "damage",
                "wrong_stock",
                "adjustment",
                "relocate",
                "replenish",
                name="movereason",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("actor_id", Number, nullable=True),
        sa.Column("scan_id", sa.Uuid(), nullable=True),
        sa.Column("order_line_id", Number, nullable=True),
        sa.Column("pick_task_id", Number, nullable=True),
        sa.Column("unverified", sa.Boolean(), nullable=False),
        sa.CheckConstraint("from_place_id <> to_place_id", name=op.f("ck_move_places_differ")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_move_quantity_positive")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_move_actor_id")),
        sa.ForeignKeyConstraint(["from_place_id"], ["place.id"], name=op.f("fk_move_from_place_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_move_item_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_move_lot_id")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_move_order_line_id")),
        sa.ForeignKeyConstraint(["pick_task_id"], ["pick_task.id"], name=op.f("fk_move_pick_task_id")),
        sa.ForeignKeyConstraint(["to_place_id"], ["place.id"], name=op.f("fk_move_to_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move")),
    )
    with op.batch_alter_table("move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_move_from_place_id"), ["from_place_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_move_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_move_order_line_id"), ["order_line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_move_scan_id"), ["scan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_move_to_place_id"), ["to_place_id"], unique=False)

    op.create_table(
        "print_job",
        sa.Column("id", Number, nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("station_id", Number, nullable=True),
        sa.Column("printer_id", Number, nullable=True),
        sa.Column("carton_id", Number, nullable=True),
        sa.Column("order_id", Number, nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "claimed",
                "sending",
                "sent",
                "confirmed",
                "waiting_printer",
                "in_doubt",
                "failed",
                "cancelled",
                "voided",
                name="printjobstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("attempt", Number, nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=True),
        sa.Column("extension", sa.String(length=8), nullable=True),
        sa.Column("reprint_of", sa.Uuid(), nullable=True),
        sa.Column("reprint_no", Number, nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=True),
        sa.Column("person_id", Number, nullable=True),
        sa.Column("error", sa.String(length=400), nullable=True),
        sa.Column("how_confirmed", sa.String(length=16), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("erase_after", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["carton_id"], ["carton.id"], name=op.f("fk_print_job_carton_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_print_job_order_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_print_job_person_id")),
        sa.ForeignKeyConstraint(["printer_id"], ["printer.id"], name=op.f("fk_print_job_printer_id")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_print_job_station_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_job")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_print_job_idempotency_key")),
        sa.UniqueConstraint("job_id", name=op.f("uq_print_job_job_id")),
    )
    with op.batch_alter_table("print_job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_print_job_carton_id"), ["carton_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_print_job_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_print_job_printer_id"), ["printer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_print_job_state"), ["state"], unique=False)

    op.create_table(
        "reservation",
        sa.Column("id", Number, nullable=False),
        sa.Column("place_id", Number, nullable=False),
        sa.Column("item_id", Number, nullable=False),
        sa.Column("lot_id", Number, nullable=False),
        sa.Column("order_line_id", Number, nullable=False),
        sa.Column("pick_task_id", Number, nullable=True),
        sa.Column("quantity", Number, nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_reservation_quantity_positive")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_reservation_item_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_reservation_lot_id")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_reservation_order_line_id")),
        sa.ForeignKeyConstraint(["pick_task_id"], ["pick_task.id"], name=op.f("fk_reservation_pick_task_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_reservation_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation")),
    )
    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reservation_order_line_id"), ["order_line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reservation_pick_task_id"), ["pick_task_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reservation_place_id"), ["place_id"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reservation_place_id"))
        batch_op.drop_index(batch_op.f("ix_reservation_pick_task_id"))
        batch_op.drop_index(batch_op.f("ix_reservation_order_line_id"))

    op.drop_table("reservation")
    with op.batch_alter_table("print_job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_print_job_state"))
        batch_op.drop_index(batch_op.f("ix_print_job_printer_id"))
        batch_op.drop_index(batch_op.f("ix_print_job_order_id"))
        batch_op.drop_index(batch_op.f("ix_print_job_carton_id"))

    op.drop_table("print_job")
    with op.batch_alter_table("move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_move_to_place_id"))
        batch_op.drop_index(batch_op.f("ix_move_scan_id"))
        batch_op.drop_index(batch_op.f("ix_move_order_line_id"))
        batch_op.drop_index(batch_op.f("ix_move_item_id"))
        batch_op.drop_index(batch_op.f("ix_move_from_place_id"))

    op.drop_table("move")
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_label_carton_id"))

    op.drop_table("label")
    with op.batch_alter_table("carton_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_carton_line_order_line_id"))

    op.drop_table("carton_line")
    with op.batch_alter_table("serial", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_serial_place_id"))

    op.drop_table("serial")
    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.drop_index("ix_scan_received_at")
        batch_op.drop_index(batch_op.f("ix_scan_put_back_id"))
        batch_op.drop_index("ix_scan_order_id_received_at")
        batch_op.drop_index(batch_op.f("ix_scan_manifest_id"))
        batch_op.drop_index(batch_op.f("ix_scan_count_id"))
        batch_op.drop_index("ix_scan_batch_id_received_at")

    op.drop_table("scan")
    with op.batch_alter_table("pick_task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pick_task_order_line_id"))
        batch_op.drop_index(batch_op.f("ix_pick_task_order_id"))
        batch_op.drop_index(batch_op.f("ix_pick_task_bin_id"))
        batch_op.drop_index("ix_pick_task_batch_id_sequence")

    op.drop_table("pick_task")
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hold_order_id"))

    op.drop_table("hold")
    with op.batch_alter_table("exception_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exception_event_exception_id"))

    op.drop_table("exception_event")
    with op.batch_alter_table("carton", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_carton_shipment_id"))
        batch_op.drop_index(batch_op.f("ix_carton_order_id"))
        batch_op.drop_index(batch_op.f("ix_carton_manifest_id"))

    op.drop_table("carton")
    with op.batch_alter_table("batch_slot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batch_slot_tote_id"))
        batch_op.drop_index(batch_op.f("ix_batch_slot_order_id"))

    op.drop_table("batch_slot")
    with op.batch_alter_table("tote", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tote_order_id"))

    op.drop_table("tote")
    op.drop_table("shipment")
    with op.batch_alter_table("put_back", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_put_back_state"))

    op.drop_table("put_back")
    op.drop_table("pack")
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_line_item_id"))

    op.drop_table("order_line")
    op.drop_table("order_address")
    with op.batch_alter_table("lease", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lease_order_id"))
        batch_op.drop_index(batch_op.f("ix_lease_batch_id"))

    op.drop_table("lease")
    with op.batch_alter_table("exception", schema=None) as batch_op:
        batch_op.drop_index("ix_exception_type_subject")
        batch_op.drop_index("ix_exception_state_due_at")
        batch_op.drop_index(batch_op.f("ix_exception_owner_id"))
        batch_op.drop_index(batch_op.f("ix_exception_order_id"))

    op.drop_table("exception")
    with op.batch_alter_table("cancellation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cancellation_order_id"))

    op.drop_table("cancellation")
    with op.batch_alter_table("stock", schema=None) as batch_op:
        batch_op.drop_index("ix_stock_item_id_place_id")

    op.drop_table("stock")
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.drop_index("ix_order_state_cutoff_at")
        batch_op.drop_index(batch_op.f("ix_order_import_id"))
        batch_op.drop_index(batch_op.f("ix_order_customer"))
        batch_op.drop_index(batch_op.f("ix_order_basket_hash"))

    op.drop_table("order")
    with op.batch_alter_table("count_task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_count_task_state"))
        batch_op.drop_index(batch_op.f("ix_count_task_bin_id"))

    op.drop_table("count_task")
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.drop_index("ix_batch_state_cutoff_at")
        batch_op.drop_index(batch_op.f("ix_batch_person_id"))

    op.drop_table("batch")
    op.drop_table("station_printer")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_person_id"))

    op.drop_table("sign_in")
    op.drop_table("setting")
    op.drop_table("plan_run")
    op.drop_table("manifest")
    with op.batch_alter_table("lot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lot_item_id"))

    op.drop_table("lot")
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_run_source"))
        batch_op.drop_index(batch_op.f("ix_import_run_sha256"))

    op.drop_table("import_run")
    op.drop_table("device")
    op.drop_table("bin")
    with op.batch_alter_table("barcode", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_barcode_place_id"))
        batch_op.drop_index(batch_op.f("ix_barcode_person_id"))
        batch_op.drop_index(batch_op.f("ix_barcode_item_id"))
        batch_op.drop_index(batch_op.f("ix_barcode_cart_id"))

    op.drop_table("barcode")
    op.drop_table("api_token")
    op.drop_table("writer_mark")
    op.drop_table("wave")
    op.drop_table("station")
    op.drop_table("request_key")
    op.drop_table("printer")
    op.drop_table("place")
    op.drop_table("person")
    op.drop_table("packaging")
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_sku_folded"))

    op.drop_table("item")
    op.drop_table("cart")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_subject"))

    op.drop_table("audit")
