"""Lists the built-in profiles: for each kind of file the shops and programs it may come from."""

import argparse

from warehouse.exchange.profile import profile_names
from warehouse.exchange.targets import Kind


def build(_parser: argparse.ArgumentParser) -> None:
    """There is nothing to choose."""


def run(_options: argparse.Namespace) -> int:
    """Print a line a kind."""
    for kind in Kind:
        print(f"{kind.value:<8} {', '.join(profile_names(kind))}")
    return 0
