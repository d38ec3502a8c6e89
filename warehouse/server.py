"""`warehouse serve`: gunicorn inside, one worker process with many threads, one writer of the database file.

The parent process only watches: it never holds a database open, and the worker makes everything after the fork.
"""

import ctypes
import gc
import json
import os
import secrets
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.gthread import ThreadWorker
from sqlalchemy.engine import make_url

from warehouse.app import App, create_app, open_database
from warehouse.settings import ADDRESS_FILE, Settings
from warehouse.storage.lock import FileLock, lock_beside
from warehouse.storage.migrate import require_head

SPARE_THREADS = 64
SPARE_CONNECTIONS = 200
STOP_WITHIN = 8
WORKER_SILENCE = 60
BACKLOG = 2048
ARENAS = 2
M_ARENA_MAX = -8
"""What glibc's `mallopt` calls the most memory pools it may open (malloc.h)."""

SWITCH = 0.0001
"""Seconds after which a thread that computes lets another one go on. A scan takes the lock of the interpreter several
times on its way; beside an import or a plan each time used to cost it the usual five milliseconds."""

COLLECT_AFTER = (10_000, 10, 100)
"""After how many new objects the youngest, and after how many such rounds the older ones, are looked through for
cycles. By the interpreter's own numbers everything is looked through again and again while an import or a plan holds
many objects, 40 to 160 ms each time, and every scan waits for it."""

Build = Callable[[Settings, str], App]
Ready = Callable[[Settings], None]


def build(settings: Settings, console_token: str) -> App:
    """Make the product as it is served."""
    return create_app(settings, open_database(settings), console_token=console_token)


def say_ready(settings: Settings) -> None:
    """Print where people find the server."""
    sys.stdout.write(f"Ready: {' '.join(settings.origins)}\n")
    sys.stdout.flush()


def serve(settings: Settings, *, on_ready: Ready = say_ready, make: Build = build) -> NoReturn:
    """Serve in the foreground until SIGTERM or SIGINT, then drain and end within ten seconds.

    `on_ready` is called in the worker once it answers, with the port that was really taken. Raises
    `DatabaseInUseError`, `SchemaError` or OSError (the port) before anything is served.
    """
    _lock = hold_database(settings)  # kept until this process and the worker, which inherits it, are gone
    require_head(settings.database_url)
    bound_memory()
    listener = _listen(settings)
    settings = replace(settings, port=listener.getsockname()[1])
    Arbiter(_Server(_Plan(settings, listener.detach(), secrets.token_urlsafe(32), on_ready, make))).run()
    raise SystemExit(0)


def hold_database(settings: Settings) -> FileLock | None:
    """Become the one process that writes the SQLite file; PostgreSQL needs no lock of ours."""
    target = make_url(settings.database_url)
    if target.get_backend_name() != "sqlite" or not target.database:
        return None
    return lock_beside(Path(target.database)).acquire(purpose="serve")


def bound_memory() -> None:
    """Let all threads share two memory pools, and give back what was freed so far.

    glibc opens up to eight pools a core, one for each new thread, and keeps what was once used in each: with a thread
    for every handheld that is several times the memory in use. Only one thread at a time allocates under the
    interpreter's lock, so two pools cost no time. Where another library serves memory there is nothing to do.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt") and hasattr(library, "malloc_trim"):
        library.mallopt(M_ARENA_MAX, ARENAS)
        gc.collect()
        library.malloc_trim(0)


@dataclass(frozen=True, slots=True)
class _Plan:
    settings: Settings
    listener: int
    console_token: str
    on_ready: Ready
    make: Build


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn comes without types
    """Gunicorn as this product needs it, without a configuration file or a command line of its own."""

    def __init__(self, plan: _Plan) -> None:
        self.plan = plan
        self.product: App | None = None
        super().__init__()

    def load_config(self) -> None:
        """Set every option that matters; anything read from the environment is overruled."""
        for name, value in _options(self.plan).items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Make the product in the worker, after the fork: threads and database handles do not survive one."""
        sys.setswitchinterval(SWITCH)
        self.product = self.plan.make(self.plan.settings, self.plan.console_token)
        self.product.start()
        gc.collect()
        gc.freeze()  # what lives as long as the process needs no looking through again and again
        gc.set_threshold(*COLLECT_AFTER)
        return self.product.flask

    def drain(self) -> None:
        """Let the product finish what it promised."""
        if self.product is not None:
            self.product.stop()


class _Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn comes without types
    """A worker that lets its websockets go when told to stop, instead of waiting for them."""

    def handle_exit(self, sig: int, frame: object) -> None:
        """Begin to stop, once; the signal's handler itself must return at once."""
        if self.alive:
            threading.Thread(target=self.app.drain, name="drain").start()
        super().handle_exit(sig, frame)

    handle_quit = handle_exit


def _options(plan: _Plan) -> dict[str, Any]:
    settings = plan.settings
    threads = settings.max_connections + SPARE_THREADS
    options = {
        "bind": f"fd://{plan.listener}",
        "backlog": BACKLOG,
        "worker_class": _Worker,
        "workers": 1,
        "threads": threads,
        "worker_connections": threads + SPARE_CONNECTIONS,
        "max_requests": 0,
        "preload_app": False,
        "timeout": WORKER_SILENCE,
        "graceful_timeout": STOP_WITHIN,
        "keepalive": 5,
        "forwarded_allow_ips": "",
        "proxy_allow_ips": "",
        "control_socket_disable": True,
        "accesslog": None,
        "loglevel": "warning",
        "proc_name": "warehouse",
        "on_exit": lambda _arbiter: (settings.data_dir / ADDRESS_FILE).unlink(missing_ok=True),
        "post_worker_init": lambda _worker: _announce(plan),
    }
    return options | (_tls(settings) if settings.tls_cert else {})


def _tls(settings: Settings) -> dict[str, Any]:
    def context(_config: object, usual: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
        made = usual()
        made.minimum_version = ssl.TLSVersion.TLSv1_2
        return made

    return {"certfile": str(settings.tls_cert), "keyfile": str(settings.tls_key), "ssl_context": context}


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OSError(f"Cannot listen on {settings.host} port {settings.port}: {reason}.") from None


def _announce(plan: _Plan) -> None:
    """Write how commands on this machine reach the server, whole or not at all, then say that it is ready."""
    path = plan.settings.data_dir / ADDRESS_FILE
    partial = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"url": plan.settings.url, "token": plan.console_token}, file)
    partial.replace(path)
    plan.on_ready(plan.settings)
