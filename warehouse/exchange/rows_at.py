"""Reads single rows of a file once more: those that turned out to be wrong only when they were stored."""

from collections.abc import Collection

from warehouse.domain.drafts import SourceRow
from warehouse.exchange.mapping import Request
from warehouse.exchange.tables import open_table


def rows_at(request: Request, lines: Collection[int]) -> dict[int, SourceRow]:
    """Give the records that begin on these physical lines."""
    wanted = set(lines)
    table = open_table(request.origin, request.profile, request.limits).table
    return {line: SourceRow(line, tuple(cells)) for line, cells in table.rows() if line in wanted}
