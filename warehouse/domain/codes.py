"""Every closed list of the domain: states, outcomes, kinds, reasons, roles. One word, one meaning."""

from enum import IntEnum, StrEnum


class Outcome(StrEnum):
    """What a scan came to; one list for pick and pack."""

    ACCEPTED = "accepted"
    UNKNOWN_BARCODE = "unknown_barcode"
    AMBIGUOUS = "ambiguous"
    WRONG_BIN = "wrong_bin"
    NOT_ON_BATCH = "not_on_batch"
    OTHER_TASK = "other_task"
    WRONG_LOT = "wrong_lot"
    EXPIRED = "expired"
    WRONG_UNIT = "wrong_unit"
    OVER_QUANTITY = "over_quantity"
    WRONG_TOTE = "wrong_tote"
    ALREADY_DONE = "already_done"
    ORDER_CHANGED = "order_changed"
    NOT_OWNER = "not_owner"
    STALE = "stale"
    POLICY = "policy"
    WRONG_LABEL = "wrong_label"
    VOID_LABEL = "void_label"


class ScanKind(StrEnum):
    """What the person did; a scanned command barcode equals its kind."""

    SCAN = "scan"
    QUANTITY = "quantity"
    UNDO = "undo"
    SHORT = "short"
    DAMAGED = "damaged"
    WRONG_STOCK = "wrong_stock"
    SKIP = "skip"
    CONFIRM = "confirm"
    TOTE_FULL = "tote_full"
    BIND_TOTE = "bind_tote"
    CLOSE_CARTON = "close_carton"
    WEIGHT = "weight"
    SCAN_BACK = "scan_back"


class ScanStatus(StrEnum):
    """What became of a scan on its way through the server."""

    APPLIED = "applied"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    RETRY_LATER = "retry_later"
    ERROR = "error"


class Via(StrEnum):
    """How a code reached the device."""

    KEY = "key"
    TEXT = "text"
    CAMERA = "camera"
    HAND = "hand"


class Mode(StrEnum):
    """How strictly a zone, station, order type or channel is worked."""

    TRAINING = "training"
    SHADOW = "shadow"
    ENFORCE = "enforce"


class ShortReason(StrEnum):
    """Why less was there than asked."""

    BIN_EMPTY = "bin_empty"
    NOT_FOUND = "not_found"
    UNREADABLE = "unreadable"
    OTHER = "other"


class DamageReason(StrEnum):
    """What is wrong with a damaged unit."""

    BROKEN = "broken"
    WET = "wet"
    EXPIRED = "expired"
    OTHER = "other"


class OrderState(StrEnum):
    """Where an order stands; a hold is beside the state, never a state."""

    RECEIVED = "received"
    READY = "ready"
    BATCHED = "batched"
    PICKING = "picking"
    PICKED = "picked"
    PACKING = "packing"
    PACKED = "packed"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class BatchState(StrEnum):
    """Where a picker's trip stands."""

    PLANNED = "planned"
    RELEASED = "released"
    PICKING = "picking"
    PICKED = "picked"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class TaskState(StrEnum):
    """Where a pick task stands; skipping changes order, not state."""

    OPEN = "open"
    PICKED = "picked"
    SHORT = "short"
    CANCELLED = "cancelled"


class CartonState(StrEnum):
    """Where a parcel stands; `labelled` means its label was scanned back on it."""

    OPEN = "open"
    CLOSED = "closed"
    LABELLED = "labelled"
    LOADED = "loaded"
    SHIPPED = "shipped"
    VOID = "void"


class LabelState(StrEnum):
    """Where the purchase of a shipping label stands."""

    WANTED = "wanted"
    BUYING = "buying"
    BOUGHT = "bought"
    IN_DOUBT = "in_doubt"
    FAILED = "failed"
    VOIDED = "voided"


class PrintJobState(StrEnum):
    """Where a print job stands; `in_doubt` waits for a scan of the label or a person's word."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    CONFIRMED = "confirmed"
    WAITING_PRINTER = "waiting_printer"
    IN_DOUBT = "in_doubt"
    FAILED = "failed"
    CANCELLED = "cancelled"
    VOIDED = "voided"


class ExceptionState(StrEnum):
    """Where an entry of the exception queue stands; escalation never closes one."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class Severity(StrEnum):
    """What a finding does: block the scan or order, hold the order, flag it, note it."""

    BLOCK = "B"
    HOLD = "H"
    FLAG = "F"
    NOTE = "N"


class UnitLevel(StrEnum):
    """What one scanned barcode stands for; on screen `each` is called a piece."""

    EACH = "each"
    INNER = "inner"
    CASE = "case"
    PALLET = "pallet"


class Tracking(StrEnum):
    """What must be known of each unit of an item."""

    NONE = "none"
    LOT = "lot"
    SERIAL = "serial"
    EXPIRY = "expiry"


class BinKind(StrEnum):
    """What a storage location is for."""

    PICK_FACE = "pick_face"
    RESERVE = "reserve"
    STAGING = "staging"
    PACK = "pack"
    QUARANTINE = "quarantine"
    PROBLEM_SHELF = "problem_shelf"
    CONSOLIDATION_SHELF = "consolidation_shelf"


class PlaceKind(StrEnum):
    """Whatever a move can go from or to; the last four lie outside the counted stock."""

    BIN = "bin"
    TOTE = "tote"
    CARTON = "carton"
    SUPPLIER = "supplier"
    CUSTOMER = "customer"
    LOST_AND_FOUND = "lost_and_found"
    SCRAP = "scrap"


class MoveReason(StrEnum):
    """Why stock went from one place to another."""

    RECEIPT = "receipt"
    PICK = "pick"
    UNPICK = "unpick"
    PACK = "pack"
    UNPACK = "unpack"
    SHIP = "ship"
    PUT_BACK = "put_back"
    DAMAGE = "damage"
    WRONG_STOCK = "wrong_stock"
    ADJUSTMENT = "adjustment"
    RELOCATE = "relocate"
    REPLENISH = "replenish"


class BarcodeKind(StrEnum):
    """What a code means; the reserved prefix of our own codes in `PREFIXES`."""

    ITEM = "item"
    BIN = "bin"
    TOTE = "tote"
    CART = "cart"
    BADGE = "badge"
    BATCH = "batch"
    ORDER = "order"
    STATION = "station"
    PRINTER = "printer"
    COMMAND = "command"
    CARTON = "carton"
    LOT = "lot"
    SERIAL = "serial"


PREFIXES: dict[str, BarcodeKind] = {
    "B:": BarcodeKind.BATCH,
    "L:": BarcodeKind.BIN,
    "T:": BarcodeKind.TOTE,
    "K:": BarcodeKind.CART,
    "O:": BarcodeKind.ORDER,
    "U:": BarcodeKind.BADGE,
    "S:": BarcodeKind.STATION,
    "P:": BarcodeKind.PRINTER,
    "C:": BarcodeKind.COMMAND,
}

COMMANDS = (
    *("CONFIRM", "UNDO", "SHORT", "DAMAGED", "SKIP", "HELP", "PRINT", "REPRINT", "PAUSE", "LOGOUT"),
    *("FULL", "WRONG", "TYPE", "JOIN", "LEAVE", "MORE"),
)


class Role(StrEnum):
    """Who may do what; the rights of each stand in `roles.py`."""

    PICKER = "picker"
    PACKER = "packer"
    LEAD = "lead"
    INVENTORY_CONTROLLER = "inventory_controller"
    MASTER_DATA_OWNER = "master_data_owner"
    ORDER_DESK = "order_desk"
    INTEGRATION_OWNER = "integration_owner"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Priority(IntEnum):
    """Which work goes first: the higher the sooner."""

    NORMAL = 0
    HIGH = 5
    RUSH = 9
