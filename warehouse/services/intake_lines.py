"""The fast way in for order lines: half a million of them in one file, as bare tuples."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

_COUNTERS = ("allocated", "picked", "packed", "shipped", "backordered")


class LineValues(NamedTuple):
    """The columns of a new order line, in the order in which they are written."""

    order_id: int
    line_no: int
    external_line: str
    item_id: int | None
    sku: str
    description: str
    unit_price_cents: int | None
    pickable: bool
    ordered: int


def insert_lines(connection: Connection, lines: Sequence[LineValues]) -> None:
    """Insert lines nobody has worked on; tuples straight to the driver take two thirds of the time of named values."""
    if not lines:
        return
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    columns = ", ".join((*LineValues._fields, *_COUNTERS))
    values = ", ".join([mark] * len(LineValues._fields) + ["0"] * len(_COUNTERS))
    connection.exec_driver_sql(f"INSERT INTO order_line ({columns}) VALUES ({values})", list(lines))  # noqa: S608 - names of our own columns
