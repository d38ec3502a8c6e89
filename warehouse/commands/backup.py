"""Copies the database while it is in use, in one consistent step, with the anchor of its journal beside the copy."""

import argparse
from pathlib import Path

from warehouse.commands.opening import seal_of
from warehouse.settings import read_settings
from warehouse.storage.backup import anchor_copy, back_up


def build(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the copy to make; it must not exist")


def run(options: argparse.Namespace) -> int:
    """Copy, then seal the copy."""
    settings = read_settings()
    seal = seal_of(settings)
    back_up(settings.database_url, options.file)
    anchor = anchor_copy(options.file, seal.anchor, seal.key)
    print(f"Copied to {options.file}" + (f", its anchor to {anchor}." if anchor else "."))
    print(f"Check it with: warehouse doctor --file {options.file}")
    return 0
