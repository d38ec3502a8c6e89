"""What an event is: its name, who may send it, how its value is read, and who answers it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ValidationError

from warehouse.access import Caller, Rule, rule_of
from warehouse.domain.errors import InvalidInputError
from warehouse.problems import invalid_input

Handler = TypeVar("Handler", bound=Callable[..., object])
Reply = Callable[[object], None]
"""Sends the acknowledgement: bytes are JSON already, anything else becomes JSON."""


@dataclass(frozen=True, slots=True)
class Call:
    """One event being answered: who sent it, and over which socket. `enter` and `leave` are about its `rooms`."""

    caller: Caller
    sid: str
    enter: Callable[[str], None]
    leave: Callable[[str], None]
    rooms: Callable[[], list[str]]

    def move_to(self, room: str) -> None:
        """Enter a room and leave those of its kind: a device works on one thing at a time."""
        kind = room.partition(":")[0]
        for other in self.rooms():
            if other != room and other.partition(":")[0] == kind:
                self.leave(other)
        self.enter(room)


@dataclass(frozen=True, slots=True)
class Event:
    """How one event is answered."""

    name: str
    rule: Rule
    model: type[BaseModel] | None
    handler: Callable[..., object]

    def read(self, value: object) -> Any:
        """Give the parsed request; the raw value where there is no model. Raises `InvalidInputError`."""
        if self.model is None:
            return value
        try:
            return self.model.model_validate_json(orjson.dumps(value))
        except ValidationError as error:
            raise invalid_input(error) from None


def event_of(name: str, model: type[BaseModel] | None, handler: Callable[..., object]) -> Event:
    """Make an event of a handler that is marked with `requires`; ValueError for one that says not who may send it."""
    rule = rule_of(handler)
    if rule is None or rule.anonymous:
        raise ValueError(f"the event {name} says not who may send it")
    return Event(name, rule, model, handler)


def only_value(values: Sequence[Any]) -> Any:
    """Give what an event carries; raises `InvalidInputError` unless it is exactly one value."""
    if len(values) != 1:
        raise InvalidInputError("An event carries exactly one value.")
    return values[0]
