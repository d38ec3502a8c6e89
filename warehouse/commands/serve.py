"""Serves the warehouse in the foreground; SIGTERM ends it within ten seconds. The first start makes an admin."""

import argparse

from warehouse.commands.first_start import ADMIN, prepare
from warehouse.server import serve
from warehouse.settings import read_settings


def build(_parser: argparse.ArgumentParser) -> None:
    """There is nothing to choose: the settings say it all."""


def run(_options: argparse.Namespace) -> int:
    """Serve until told to stop."""
    settings = read_settings()
    keys = prepare(settings)
    if keys is not None:
        print(f"First start. {ADMIN} signs in with badge {keys.badge} and PIN {keys.pin}; the PIN is shown this once.")
        print(f"Lost it? `warehouse users reset-pin {ADMIN}` gives a new one.", flush=True)
    serve(settings)
