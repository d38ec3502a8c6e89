"""How much a source brings: less than half of what the same day of the week usually brings is told, as silence is."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.words import Text, sentence
from warehouse.storage.models.intake import ImportRunRow, SourceRow

WEEKS = 4
_DAY, _WEEK = timedelta(hours=24), timedelta(weeks=1)
_FEWEST_WEEKS = 3
_FEWEST_ROWS = 20
_SHARE = 2


def thin_day(session: Session, source: SourceRow, now: datetime) -> Text | None:
    """Say how much came in the last 24 hours when it is less than half the usual; nothing when all is well.

    The usual is the median of the same 24 hours in the last four weeks, of which at least three must have brought
    something: a shop that sleeps on Sundays is no alarm. So few rows that chance rules are no measure.
    """
    counts = _rows_by_week(session, source, now)
    before = [rows for rows in counts[1:] if rows]
    usual = int(median(before)) if len(before) >= _FEWEST_WEEKS else 0
    if usual < _FEWEST_ROWS or counts[0] * _SHARE >= usual:
        return None
    return sentence(
        "{source}: {rows} rows in the last 24 hours, {usual} are usual on this day of the week",
        source=source.name,
        rows=f"{counts[0]:,}",
        usual=f"{usual:,}",
    )


def _rows_by_week(session: Session, source: SourceRow, now: datetime) -> Sequence[int]:
    """Add up the rows of the 24 hours that end now, and of the same hours one to four weeks ago."""
    runs = session.execute(
        select(ImportRunRow.started_at, ImportRunRow.cursor).where(
            ImportRunRow.source == _known_as(source),
            ImportRunRow.kind == source.kind,
            ImportRunRow.state == "done",
            ImportRunRow.started_at > now - WEEKS * _WEEK - _DAY,
        )
    )
    counts = [0] * (WEEKS + 1)
    for started, rows in runs:
        weeks, rest = divmod(now - started, _WEEK)
        if rest < _DAY and 0 <= weeks <= WEEKS:
            counts[weeks] += rows
    return counts


def _known_as(source: SourceRow) -> str:
    """Give the name its imports run under: orders come under the source's own, other files under their kind."""
    return source.name if source.kind == "orders" else source.kind
