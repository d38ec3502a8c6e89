"""Verifies the journal: `audit verify` walks the chain of entries and holds its end against the anchor. Only reads."""

import argparse
import sys

from warehouse.commands.opening import reading, seal_of
from warehouse.services.audits import verify_chain
from warehouse.settings import read_settings


def build(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parts = parser.add_subparsers(dest="what", required=True, metavar="verify")
    parts.add_parser("verify", help="walk the whole journal; exit 1 naming the first entry that does not hold")


def run(_options: argparse.Namespace) -> int:
    """Verify; exit 1 when an entry does not hold or the end is missing."""
    settings = read_settings()
    seal = seal_of(settings)
    with reading(settings.database_url) as session:
        found = verify_chain(session, seal)
    if not found.ok:
        print(f"warehouse: {found}", file=sys.stderr)
        return 1
    print(found)
    if seal.anchor is None and found.checked:
        print("There is no anchor beside the database: a missing end would not be noticed.")
    return 0
