"""Which printers there are and what they are used for."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.printer_trouble import trouble
from warehouse.storage.models.printing import PrinterRow, StationPrinterRow


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPrinter:
    """One printer; `roles` are the kinds of paper some station sends it, `attention` what a person should see to.

    `least_dots` is the narrowest bar that was scanned back from its test page, None before that.
    """

    id: int
    name: str
    transport: str
    address: str
    profile: str
    media: str
    active: bool
    attention: str | None
    least_dots: int | None
    roles: tuple[str, ...]


def known_printers(session: Session) -> list[KnownPrinter]:
    """List every printer by name."""
    uses = session.execute(select(StationPrinterRow.printer_id, StationPrinterRow.role).distinct()).all()
    return [
        KnownPrinter(
            id=row.id,
            name=row.name,
            transport=row.transport,
            address=row.address,
            profile=row.profile,
            media=row.media,
            active=row.active,
            attention=trouble(row.attention),
            least_dots=row.least_dots,
            roles=tuple(sorted(use.role for use in uses if use.printer_id == row.id)),
        )
        for row in session.scalars(select(PrinterRow).order_by(PrinterRow.name))
    ]
