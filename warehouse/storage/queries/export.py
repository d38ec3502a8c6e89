"""What leaves in an export: one table a file, with columns that stay as they are from release to release.

Keys are integers; codes of items and places stand beside them. Quantities are eaches, weights grams, lengths
millimetres, money cents, times UTC in ISO 8601. People are without badges, PINs and sessions; orders without addresses,
which are erased on their own day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

from warehouse.domain.words import without_parts
from warehouse.storage.base import Base
from warehouse.storage.models.batching import BatchRow, BatchSlotRow, PickTaskRow, ToteRow
from warehouse.storage.models.catalog import BarcodeRow, ItemRow
from warehouse.storage.models.exception_queue import ExceptionEventRow, ExceptionRow
from warehouse.storage.models.journal import AuditRow
from warehouse.storage.models.orders import HoldRow, OrderLineRow, OrderRow
from warehouse.storage.models.packing import CartonLineRow, CartonRow, LabelRow, ManifestRow, ShipmentRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.printing import PrintJobRow
from warehouse.storage.models.returns import ReturnLineRow, ReturnRow, ReturnStepRow
from warehouse.storage.models.stock import (
    BinRow,
    CountTaskRow,
    LotRow,
    MoveRow,
    PlaceRow,
    PutBackRow,
    ReservationRow,
    SerialRow,
    StockRow,
)

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Table:
    """One exported table: its name and the select whose column names are the keys of each line."""

    name: str
    query: Select[*tuple[Any, ...]]

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the columns, in order."""
        return tuple(self.query.selected_columns.keys())


def rows(session: Session, table: Table) -> Iterator[dict[str, Any]]:
    """Stream a table; nothing is held but one chunk. Data goes without what is kept to tell it in other languages."""
    with session.execute(table.query.execution_options(yield_per=CHUNK)) as found:
        for row in found.mappings():
            plain = dict(row)
            if isinstance(plain.get("data"), dict):
                plain["data"] = without_parts(plain["data"])
            yield plain


def _plain(name: str, row: type[Base], columns: str, *more: ColumnElement[Any]) -> Table:
    chosen = [getattr(row, column) for column in columns.split()]
    return Table(name, select(*chosen, *more).order_by(chosen[0]))


def _with_item(table: Table, row: Any) -> Table:
    return Table(table.name, table.query.add_columns(ItemRow.sku).outerjoin(ItemRow, ItemRow.id == row.item_id))


def _with_place(table: Table, key: Any, prefix: str = "place") -> Table:
    place = aliased(PlaceRow)
    named = (place.kind.label(f"{prefix}_kind"), place.code.label(f"{prefix}_code"))
    return Table(table.name, table.query.add_columns(*named).outerjoin(place, place.id == key))


_MOVES = _with_item(
    _plain(
        "moves",
        MoveRow,
        "id at item_id lot_id quantity from_place_id to_place_id reason note actor_id scan_id order_line_id "
        "pick_task_id unverified",
    ),
    MoveRow,
)

TABLES: tuple[Table, ...] = (
    _plain(
        "items",
        ItemRow,
        "id sku name weight_g length_mm width_mm height_mm tracking high_value fragile limited_quantity hs_code origin "
        "stocked active updated_at safety_buffer",
    ),
    _plain("barcodes", BarcodeRow, "id code kind item_id place_id cart_id unit pack_quantity"),
    _plain("places", PlaceRow, "id kind code"),
    _plain(
        "bins",
        BinRow,
        "id code zone aisle bay side level position x_mm y_mm walk_sequence kind pickable blocked_reason",
    ),
    _with_item(_plain("lots", LotRow, "id item_id code received_at expires_on"), LotRow),
    _with_place(
        _with_item(_plain("stock", StockRow, "id place_id item_id lot_id quantity reserved blocked_reason"), StockRow),
        StockRow.place_id,
    ),
    _with_item(_plain("serials", SerialRow, "id item_id code lot_id place_id order_line_id"), SerialRow),
    _with_place(
        _with_item(
            _plain("reservations", ReservationRow, "id place_id item_id lot_id order_line_id pick_task_id quantity"),
            ReservationRow,
        ),
        ReservationRow.place_id,
    ),
    _plain(
        "orders",
        OrderRow,
        "id number source external_id shop_number state placed_at ship_on cutoff_at priority service carrier customer "
        "country currency value_cents import_id list_version received_at changed_at shipped_at",
    ),
    _plain(
        "lines",
        OrderLineRow,
        "id order_id line_no external_line item_id sku description unit_price_cents pickable ordered allocated picked "
        "packed shipped backordered cancelled_at",
    ),
    _plain("holds", HoldRow, "id order_id reason text exception_id opened_at lifted_at lifted_by_id lift_reason"),
    _plain(
        "batches",
        BatchRow,
        "id number state wave_id cutoff_at priority kind zone mode cart_id assigned_id person_id device epoch "
        "lease_until list_version distance_mm name_order_distance_mm created_at released_at started_at picked_at "
        "closed_at parked_place",
    ),
    _plain("slots", BatchSlotRow, "id batch_id slot_no order_id tote_id overflow full locked_reason bound_at"),
    _with_item(
        _plain(
            "tasks",
            PickTaskRow,
            "id batch_id sequence stop_no order_id order_line_id item_id lot_id bin_id wanted picked short state "
            "short_reason version unverified closed_at picked_by_id",
        ),
        PickTaskRow,
    ),
    _plain("totes", ToteRow, "id code state order_id at_place_id max_weight_g volume_cm3"),
    _plain(
        "scans",
        ScanRow,
        "id scan_id device seq person_id holder_id sender_id epoch at received_at kind batch_id order_id count_id "
        "put_back_id manifest_id code symbology quantity reason list_version local via mode step task_id "
        "order_line_id status outcome counted answer",
    ),
    _with_place(_with_place(_MOVES, MoveRow.from_place_id, "from"), MoveRow.to_place_id, "to"),
    _plain(
        "cartons",
        CartonRow,
        "id order_id shipment_id carton_no sscc state packaging_id weight_g content_hash packer_id station_id "
        "manifest_id opened_at closed_at labelled_at loaded_at shipped_at void_reason",
    ),
    _with_item(
        _plain("carton_lines", CartonLineRow, "id carton_id order_line_id item_id lot_id quantity serials"),
        CartonLineRow,
    ),
    _plain("shipments", ShipmentRow, "id order_id shipment_no state split_reason split_by_id created_at shipped_at"),
    _plain(
        "labels",
        LabelRow,
        "id carton_id state carrier service tracking content_hash print_job_id created_at scanned_back_at voided_at "
        "void_reason voided_by_id",
    ),
    _plain(
        "print_jobs",
        PrintJobRow,
        "id job_id idempotency_key kind role station_id printer_id carton_id order_id state attempt not_before "
        "reprint_of reprint_no reason person_id error how_confirmed created_at sent_at confirmed_at",
    ),
    _with_item(
        _plain(
            "put_backs",
            PutBackRow,
            "id item_id lot_id place_id bin_id order_id quantity returned booked reason state person_id opened_at "
            "closed_at",
        ),
        PutBackRow,
    ),
    _plain(
        "counts",
        CountTaskRow,
        "id bin_id item_id reason state person_id first_person_id counted recounted opened_at closed_at "
        "approved_by_id self_approved second_person_id third_count",
    ),
    _plain(
        "returns",
        ReturnRow,
        "id number kind state order_id tracking reason opened_at opened_by_id received_at closed_at closed_by_id "
        "close_reason",
    ),
    _with_item(
        _plain(
            "return_lines",
            ReturnLineRow,
            "id return_id order_line_id item_id announced received restocked quarantined scrapped",
        ),
        ReturnLineRow,
    ),
    _plain("return_steps", ReturnStepRow, "id return_line_id move_id step at actor_id"),
    _plain(
        "manifests",
        ManifestRow,
        "id carrier cutoff_at state revision created_at closed_at closed_by_id supplement_of_id missed_reason "
        "reference",
    ),
    _plain(
        "exceptions",
        ExceptionRow,
        "id type severity state owner_role owner_id subject order_id batch_id text data level opened_at due_at "
        "acknowledged_at resolved_at resolution answer merged_into_id",
    ),
    _plain("exception_events", ExceptionEventRow, "id exception_id at actor_id kind text"),
    _plain("audit", AuditRow, "seq at actor_id role action subject details digest"),
    _plain("users", PersonRow, "id name role language active created_at expires_at"),
)
"""Every exported table. Print jobs are without their documents, which hold addresses."""
