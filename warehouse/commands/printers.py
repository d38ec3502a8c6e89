"""Lists the printers, and prints a test page that shows how well one of them prints."""

import argparse
import sys
import uuid

from warehouse.commands.opening import now, reading
from warehouse.commands.remote import Server, house
from warehouse.domain.errors import NotFoundError, WarehouseError
from warehouse.services.actor import SYSTEM
from warehouse.services.printing.events import PrintTest, queue_test_page
from warehouse.services.printing.swaps import BarRead, note_read
from warehouse.settings import Settings, read_settings
from warehouse.storage.queries.printers import KnownPrinter, known_printers


def build(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parts = parser.add_subparsers(dest="what", required=True, metavar="list|test")
    parts.add_parser("list", help="show every printer: how it is reached, what it is loaded with, which paper it gets")
    test = parts.add_parser("test", help="print a test page; then scan back the narrowest bars that read")
    test.add_argument("name", metavar="NAME")


def run(options: argparse.Namespace) -> int:
    """List, or queue a page."""
    settings = read_settings()
    with reading(settings.database_url) as session:
        found = known_printers(session)
    if options.what == "list":
        print(_list(found))
        return 0
    print(_test(settings, found, options.name))
    if sys.stdin.isatty():
        _take_scans(settings)
    return 0


def _take_scans(settings: Settings) -> None:
    """Keep the narrowest bar that is scanned back from the page."""
    while code := input("Scan the narrowest bars that read, then press Enter: ").strip():
        try:
            print(_read(settings, code))
        except WarehouseError as error:
            print(error.message)


def _read(settings: Settings, code: str) -> str:
    with house(settings, "printers") as place:
        if isinstance(place, Server):
            return str(place.post("/printers/scan", {"code": code})["text"])
        read = place.run(note_read, BarRead(actor=SYSTEM, at=now(), code=code))
    return f"{read.name} prints bars of {read.least_dots} dots that read."


def _list(found: list[KnownPrinter]) -> str:
    return "\n".join(map(_line, found)) or "There are no printers yet."


def _line(printer: KnownPrinter) -> str:
    state = printer.attention or ("ready" if printer.active else "switched off")
    where = f"{printer.transport} {printer.address}".strip()
    return f"{printer.name:<14} {printer.profile:<16} {printer.media:<8} {','.join(printer.roles):<20} {where}  {state}"


def _test(settings: Settings, found: list[KnownPrinter], name: str) -> str:
    printer = next((one for one in found if one.name.casefold() == name.casefold()), None)
    if printer is None:
        raise NotFoundError(
            f"There is no printer “{name}”; there are: {', '.join(one.name for one in found) or 'none'}."
        )
    with house(settings, "printers") as place:
        if isinstance(place, Server):
            job = place.post(f"/printers/{printer.id}/test", {})["job"]
            return f"The test page is job {job}; it prints on {printer.name} now."
        wish = PrintTest(actor=SYSTEM, at=now(), printer=printer.id, key=uuid.uuid4().hex)
        job = place.run(queue_test_page, wish)
    return f"The test page is job {job}; it prints on {printer.name} when the server runs."
