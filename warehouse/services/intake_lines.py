"""The fast way in for order lines: half a million of them in one file, as bare tuples."""

from collections.abc import Sequence

from sqlalchemy import Connection

LineValues = tuple[int, int, str, int | None, str, str, int | None, bool, int]
LINE_COLUMNS = (
    *("order_id", "line_no", "external_line", "item_id", "sku", "description", "unit_price_cents", "pickable"),
    "ordered",
)
"""The columns of a new order line, in the order in which they are written."""

_COUNTERS = ("allocated", "picked", "packed", "shipped", "backordered")


def insert_lines(connection: Connection, lines: Sequence[LineValues]) -> None:
    """Insert lines nobody has worked on; tuples straight to the driver take two thirds of the time of named values."""
    if not lines:
        return
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    columns = ", ".join((*LINE_COLUMNS, *_COUNTERS))
    values = ", ".join([mark] * len(LINE_COLUMNS) + ["0"] * len(_COUNTERS))
    connection.exec_driver_sql(f"INSERT INTO order_line ({columns}) VALUES ({values})", lines)  # noqa: S608 - names of our own columns
