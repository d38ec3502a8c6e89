"""What each role may do: one table, asked by every route and every socket event."""

from collections.abc import Iterable
from enum import StrEnum

from warehouse.domain.codes import Role


class Permission(StrEnum):
    """One thing a person or a machine can be allowed to do."""

    PICK = "pick"
    PACK = "pack"
    COUNT = "count"
    SHIP = "ship"
    SEE_BOARD = "see_board"
    SEE_WALL = "see_wall"
    SEE_ORDERS = "see_orders"
    EDIT_ORDERS = "edit_orders"
    IMPORT_ORDERS = "import_orders"
    SEE_CATALOG = "see_catalog"
    EDIT_CATALOG = "edit_catalog"
    SEE_STOCK = "see_stock"
    ADJUST_STOCK = "adjust_stock"
    SEE_BATCHES = "see_batches"
    PLAN_BATCHES = "plan_batches"
    OVERRIDE = "override"
    VOID_CARTONS = "void_cartons"
    PRINT_LABELS = "print_labels"
    WORK_PRINT_JOBS = "work_print_jobs"
    REPRINT = "reprint"
    EDIT_PRINTERS = "edit_printers"
    SEE_EXCEPTIONS = "see_exceptions"
    WORK_EXCEPTIONS = "work_exceptions"
    ASSIGN_EXCEPTIONS = "assign_exceptions"
    SEE_PEOPLE = "see_people"
    UNLOCK_PEOPLE = "unlock_people"
    EDIT_PEOPLE = "edit_people"
    EDIT_SETTINGS = "edit_settings"
    EDIT_TOKENS = "edit_tokens"
    EDIT_CONNECTIONS = "edit_connections"
    SEE_METRICS = "see_metrics"
    SEE_JOURNAL = "see_journal"


LOOKING = frozenset(
    {
        Permission.SEE_BOARD,
        Permission.SEE_WALL,
        Permission.SEE_ORDERS,
        Permission.SEE_CATALOG,
        Permission.SEE_STOCK,
        Permission.SEE_BATCHES,
        Permission.SEE_EXCEPTIONS,
    }
)

FLOOR = frozenset({Permission.WORK_PRINT_JOBS, Permission.WORK_EXCEPTIONS})

RIGHTS: dict[Role, frozenset[Permission]] = {
    Role.PICKER: frozenset({Permission.PICK, Permission.COUNT}) | FLOOR,
    Role.PACKER: frozenset({Permission.PACK, Permission.SHIP, Permission.REPRINT}) | FLOOR,
    Role.LEAD: frozenset(
        {
            Permission.PICK,
            Permission.PACK,
            Permission.COUNT,
            Permission.SHIP,
            Permission.EDIT_ORDERS,
            Permission.ADJUST_STOCK,
            Permission.PLAN_BATCHES,
            Permission.OVERRIDE,
            Permission.VOID_CARTONS,
            Permission.PRINT_LABELS,
            Permission.REPRINT,
            Permission.ASSIGN_EXCEPTIONS,
            Permission.SEE_PEOPLE,
            Permission.UNLOCK_PEOPLE,
            Permission.SEE_JOURNAL,
        }
    )
    | FLOOR
    | LOOKING,
    Role.INVENTORY_CONTROLLER: frozenset(
        {Permission.COUNT, Permission.ADJUST_STOCK, Permission.PRINT_LABELS, Permission.WORK_EXCEPTIONS}
    )
    | LOOKING,
    Role.MASTER_DATA_OWNER: frozenset({Permission.EDIT_CATALOG, Permission.PRINT_LABELS, Permission.WORK_EXCEPTIONS})
    | LOOKING,
    Role.ORDER_DESK: frozenset({Permission.EDIT_ORDERS, Permission.IMPORT_ORDERS, Permission.WORK_EXCEPTIONS})
    | LOOKING,
    Role.INTEGRATION_OWNER: frozenset(
        {
            Permission.IMPORT_ORDERS,
            Permission.EDIT_TOKENS,
            Permission.EDIT_CONNECTIONS,
            Permission.SEE_METRICS,
            Permission.WORK_EXCEPTIONS,
        }
    )
    | LOOKING,
    Role.ADMIN: frozenset(Permission),
    Role.AUDITOR: frozenset({Permission.SEE_JOURNAL, Permission.SEE_PEOPLE, Permission.SEE_METRICS}) | LOOKING,
}


def rights_of(role: Role) -> frozenset[Permission]:
    """List what a role may do."""
    return RIGHTS[role]


def rights_named(names: Iterable[str]) -> frozenset[Permission]:
    """Turn stored names into rights; a name that is no longer one gives nothing."""
    known = {permission.value: permission for permission in Permission}
    return frozenset(known[name] for name in names if name in known)
