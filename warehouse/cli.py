"""The command line: finds the command's module, runs it, and says in one sentence why it refused."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from sqlalchemy.exc import DBAPIError

from warehouse.domain.errors import WarehouseError
from warehouse.settings import SettingsError

COMMANDS: dict[str, tuple[str, str]] = {
    "serve": ("serve", "serve the warehouse until it is told to stop"),
    "demo": ("demo", "make a demo warehouse if there is none, and serve it"),
    "practice": ("practice", "serve a practice floor beside: the same screens, goods and orders of its own"),
    "migrate": ("migrate", "bring the database to the form this program needs"),
    "import": ("import_file", "read a file of items, bins, stock, orders or users"),
    "plan": ("plan", "propose batches for the orders that are ready, or store them"),
    "users": ("users", "add or disable people, give new PINs"),
    "profiles": ("profiles", "list the kinds of files that can be imported"),
    "printers": ("printers", "list the printers, print a test page"),
    "simulate": ("simulate", "let virtual people work the floor and make mistakes"),
    "export": ("export", "write every table to a folder, one JSON line a row"),
    "backup": ("backup", "copy the database while it is in use"),
    "audit": ("audit", "verify the journal"),
    "tls": ("tls", "make a certificate for a network without a public name"),
    "doctor": ("doctor", "check every promise on the live database"),
}
"""Every command: its module in `warehouse.commands`, loaded only when asked for, and what it does."""

REFUSED = 1
WRONG_USE = 2
FAULT = 70
INTERRUPTED = 130
PRIVATE = 0o077
"""Files made by a command are for the house's own user alone."""


class WrongUseError(WarehouseError):
    """The command was called in a way it does not understand."""

    code = "wrong_use"


class Parser(argparse.ArgumentParser):
    """An argument parser that refuses with one sentence, like everything else here."""

    def error(self, message: str) -> NoReturn:
        """Raise the refusal instead of printing the whole usage."""
        raise WrongUseError(f"{message} (`{self.prog} --help` tells more).")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 when it did what was asked."""
    os.umask(PRIVATE)
    try:
        return _run(list(sys.argv[1:] if arguments is None else arguments))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    except (Exception, KeyboardInterrupt) as error:
        sentence, status = _refusal(error)
        print(f"warehouse: {sentence}", file=sys.stderr)
        return status


def _run(given: list[str]) -> int:
    parser = _overview()
    if not given or given[0] not in COMMANDS:
        parser.parse_args(given or ["--help"])
    module = import_module(f"warehouse.commands.{COMMANDS[given[0]][0]}")
    own = Parser(prog=f"warehouse {given[0]}", description=module.__doc__)
    module.build(own)
    status: int = module.run(own.parse_args(given[1:]))
    return status


def _overview() -> Parser:
    lines = "\n".join(f"  {name:<10} {says}" for name, (_, says) in COMMANDS.items())
    parser = Parser(
        prog="warehouse",
        description="Pick-pack scanning: every scan verified, every mismatch blocked, nothing lost.",
        epilog=f"commands:\n{lines}\n\n`warehouse COMMAND --help` tells more. Settings: variables WAREHOUSE_*.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", metavar="COMMAND", choices=list(COMMANDS), help="what to do")
    return parser


def _refusal(error: BaseException) -> tuple[str, int]:
    """Give the sentence and the exit status for whatever ended a command early."""
    match error:
        case WrongUseError():
            return error.message, WRONG_USE
        case KeyboardInterrupt():
            return "Stopped.", INTERRUPTED
        case WarehouseError() | SettingsError() | OSError() | DBAPIError():
            return _sentence(error), REFUSED
    if os.environ.get("WAREHOUSE_TRACE") == "1":
        raise error
    kind = f"{type(error).__name__}: {_first_line(error)}"
    return f"Something went wrong inside ({kind}). Set WAREHOUSE_TRACE=1 to see where.", FAULT


def _sentence(error: BaseException) -> str:
    match error:
        case OSError(strerror=str(reason), filename=str(file)):
            return f"{file}: {reason}."
        case DBAPIError():
            return f"The database cannot be used: {_first_line(error.orig)}."
    return _first_line(error)


def _first_line(error: BaseException | None) -> str:
    return (str(error).strip().splitlines() or ["unknown"])[0]


if __name__ == "__main__":
    sys.exit(main())
