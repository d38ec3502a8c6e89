"""Rooms: who hears what. A room's right is asked at the door and again whenever somebody's rights change."""

import re

from warehouse.access import Caller
from warehouse.domain.roles import Permission

BOARD = "board"
WALL = "wall"
EXCEPTIONS = "exceptions"
PRINT_JOBS = "print_jobs"
IMPORTS = "imports"
PLANNING = "planning"

RIGHTS: dict[str, tuple[Permission, ...]] = {
    "board": (Permission.SEE_BOARD,),
    "wall": (Permission.SEE_WALL,),
    "exceptions": (Permission.SEE_EXCEPTIONS, Permission.WORK_EXCEPTIONS),
    "print_jobs": (Permission.WORK_PRINT_JOBS,),
    "imports": (Permission.IMPORT_ORDERS, Permission.EDIT_CATALOG, Permission.ADJUST_STOCK, Permission.EDIT_PEOPLE),
    "planning": (Permission.SEE_BATCHES, Permission.PLAN_BATCHES),
    "batch": (Permission.PICK, Permission.SEE_BATCHES),
    "order": (Permission.PACK, Permission.SEE_ORDERS),
}


_NAMES = {"batch": re.compile(r"[1-9][0-9]{0,18}"), "order": re.compile(r"[A-Z0-9-]{1,20}")}


def batch_room(batch: int) -> str:
    """Name the room of those who work on or look at one batch."""
    return f"batch:{batch}"


def order_room(number: str) -> str:
    """Name the room of those who pack or look at one order."""
    return f"order:{number}"


def person_room(person: int) -> str:
    """Name the room of all live sockets of one person."""
    return f"person:{person}"


def may_enter(caller: Caller, room: str) -> bool:
    """Tell whether this caller may hear what is said in `room`; an unknown kind of room is closed to all."""
    kind, _, name = room.partition(":")
    if kind == "person":
        return caller.person is not None and name == str(caller.person)
    if kind in _NAMES and not _NAMES[kind].fullmatch(name):
        return False
    return caller.may(*RIGHTS.get(kind, ()))
