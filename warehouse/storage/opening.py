"""Where a warehouse keeps what stands beside its database: the file itself, the anchor of its journal."""

from itertools import chain, count
from pathlib import Path

from sqlalchemy.engine import make_url

from warehouse.domain.errors import NotFoundError
from warehouse.domain.words import sentence
from warehouse.storage.chain import Anchor

ANCHOR_NAME = "audit.anchor"


def sqlite_file(url: str) -> Path | None:
    """Give the file of an SQLite address; None for PostgreSQL, which is no file of ours."""
    target = make_url(url)
    if target.get_backend_name() != "sqlite" or not target.database:
        return None
    return Path(target.database)


def require_database(url: str) -> None:
    """Raise `NotFoundError` when the address names an SQLite file that is not there: looking must not make one."""
    file = sqlite_file(url)
    if file is not None and not file.is_file():
        raise NotFoundError(
            sentence(
                "There is no database at {file}. Run `warehouse serve` or `warehouse demo` to make one.", file=file
            )
        )


def anchor_path(data_dir: Path) -> Path:
    """Name the file that pins the end of the audit chain, outside the database."""
    return data_dir / ANCHOR_NAME


def put_anchor_aside(data_dir: Path) -> None:
    """A new database begins a new chain: the ends of those before it are kept beside, under other names."""
    old = anchor_path(data_dir)
    names = chain([".before"], (f".before-{number}" for number in count(2)))
    if old.is_file():
        old.rename(next(path for name in names if not (path := old.with_name(ANCHOR_NAME + name)).exists()))


def anchor_key(secret_key: str) -> bytes:
    """Give the key that signs anchors: the house's secret, which is not in the database."""
    return secret_key.encode()


def open_anchor(data_dir: Path, secret_key: str) -> Anchor:
    """Open the anchor that a `Database` writes after each commit."""
    return Anchor(anchor_path(data_dir), anchor_key(secret_key))
