"""Brings the tables of the database to the form this program needs. Refuses while a server runs on it."""

import argparse

from warehouse.commands.opening import alone
from warehouse.settings import read_settings
from warehouse.storage import migrate


def build(_parser: argparse.ArgumentParser) -> None:
    """There is nothing to choose."""


def run(_options: argparse.Namespace) -> int:
    """Run every missing step."""
    url = read_settings().database_url
    with alone(url, "migrate"):
        before = migrate.current(url)
        if before == migrate.head():
            print(f"The database is at revision {before} already.")
            return 0
        migrate.upgrade(url)
    print(f"The database went from revision {before or 'none'} to {migrate.head()}.")
    return 0
