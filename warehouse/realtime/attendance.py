"""Who is connected and in which rooms, kept for many threads: the library's own books have no lock.

Two handhelds that leave in the same moment would leave its lists of the leaving in disorder, and one of them in the
rooms for ever (python-socketio 5, `base_manager.py`: `remove` and `del` in two steps).
"""

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any

from socketio import Manager


def _in_turn(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def call(self: "Attendance", *given: Any, **named: Any) -> Any:
        with self.turn:
            return method(self, *given, **named)

    return call


class Attendance(Manager):  # type: ignore[misc]  # the library has no types
    """The library's books, written and read by one thread at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.turn = threading.RLock()

    def get_participants(self, namespace: str, room: Any) -> list[Any]:
        """List who is in a room now."""
        with self.turn:
            return list(super().get_participants(namespace, room))

    pre_connect = _in_turn(Manager.pre_connect)
    connect = _in_turn(Manager.connect)
    is_pre_connected = _in_turn(Manager.is_pre_connected)
    is_connected = _in_turn(Manager.is_connected)
    pre_disconnect = _in_turn(Manager.pre_disconnect)
    basic_disconnect = _in_turn(Manager.basic_disconnect)
    basic_enter_room = _in_turn(Manager.basic_enter_room)
    basic_leave_room = _in_turn(Manager.basic_leave_room)
    get_rooms = _in_turn(Manager.get_rooms)
