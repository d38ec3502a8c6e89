"""Lists the printers: how each is reached, what it is loaded with, which paper it gets."""

import argparse

from warehouse.commands.opening import reading
from warehouse.settings import read_settings
from warehouse.storage.queries.printers import KnownPrinter, known_printers


def build(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parts = parser.add_subparsers(dest="what", required=True, metavar="list")
    parts.add_parser("list", help="show every printer")


def run(_options: argparse.Namespace) -> int:
    """Print a line a printer."""
    with reading(read_settings().database_url) as session:
        found = known_printers(session)
    for printer in found:
        print(_line(printer))
    if not found:
        print("There are no printers yet.")
    return 0


def _line(printer: KnownPrinter) -> str:
    state = printer.attention or ("ready" if printer.active else "switched off")
    where = f"{printer.transport} {printer.address}".strip()
    return f"{printer.name:<12} {printer.profile:<16} {printer.media:<8} {','.join(printer.roles):<20} {where}  {state}"
