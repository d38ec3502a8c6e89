"""Copies the database while it is in use, in one consistent step, with the anchor of its journal beside the copy."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from warehouse.commands.opening import reading, seal_of, seal_of_copy
from warehouse.services.audits import examine
from warehouse.settings import Settings, read_settings
from warehouse.storage.backup import anchor_copy, back_up, write_record


def build(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the copy to make; it must not exist")
    parser.add_argument("--check", action="store_true", help="open the copy and look through every promise of it")


def run(options: argparse.Namespace) -> int:
    """Copy, then seal the copy and note when it was made; exit 1 when a checked copy does not hold."""
    settings = read_settings()
    seal = seal_of(settings)
    back_up(settings.database_url, options.file)
    anchor = anchor_copy(options.file, seal.anchor, seal.key)
    print(f"Copied to {options.file}" + (f", its anchor to {anchor}." if anchor else "."))
    holds = _holds(settings, options.file) if options.check else None
    write_record(settings.data_dir, datetime.now(UTC), checked=holds is True)
    if holds is None:
        print(f"Check it with: warehouse doctor --file {options.file}")
    else:
        print("The copy was opened: every promise holds." if holds else "The copy does NOT hold. Run the doctor on it.")
    return 1 if holds is False else 0


def _holds(settings: Settings, copy: Path) -> bool:
    with reading(f"sqlite:///{copy.absolute()}") as session:
        return examine(session, seal_of_copy(settings, copy)).ok
