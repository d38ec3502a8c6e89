"""The way through a running server: commands that write speak to its HTTP API while it holds the database."""

import json
import ssl
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warehouse.commands.opening import writing
from warehouse.domain.errors import RetryLaterError, WarehouseError
from warehouse.settings import ADDRESS_FILE, Settings
from warehouse.storage.database import Database
from warehouse.storage.lock import DatabaseInUseError

PREFIX = "/api/v1"
PATIENCE = 600
"""Seconds to wait for an answer: a large import takes its time."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to send with a form: the field it stands in, and where it lies."""

    field: str
    path: Path


@dataclass(frozen=True, slots=True)
class Server:
    """A running server on this machine, and the secret by which it knows its own commands."""

    url: str
    token: str = field(repr=False)
    certificate: Path | None = None

    def get(self, path: str) -> Any:
        """Ask for something."""
        return self._send("GET", path, b"", "application/json")

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Send a JSON object and give the answer; raises the server's refusal with its own sentence."""
        return self._send("POST", path, json.dumps(body).encode(), "application/json")

    def patch(self, path: str, body: dict[str, Any]) -> Any:
        """Change something, as `post`."""
        return self._send("PATCH", path, json.dumps(body).encode(), "application/json")

    def upload(self, path: str, fields: dict[str, str], file: Upload) -> Any:
        """Send a form with one file, as `post`."""
        boundary = uuid.uuid4().hex
        return self._send("POST", path, _form(boundary, fields, file), f"multipart/form-data; boundary={boundary}")

    def _send(self, method: str, path: str, body: bytes, kind: str) -> Any:
        request = urllib.request.Request(  # noqa: S310 - the address was written by our own server
            f"{self.url}{PREFIX}{path}",
            data=body or None,
            method=method,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": kind, "Accept": "application/json"},
        )
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=self._context())
        )
        try:
            with opener.open(request, timeout=PATIENCE) as response:
                return _parsed(response.read())
        except urllib.error.HTTPError as error:
            raise _refusal(error) from None
        except urllib.error.URLError as error:
            raise RetryLaterError(f"The server at {self.url} does not answer: {error.reason}.") from None

    def _context(self) -> ssl.SSLContext:
        """Trust exactly the server's own certificate, whoever signed it; it names another machine than this."""
        context = ssl.create_default_context(cafile=None if self.certificate is None else str(self.certificate))
        context.check_hostname = self.certificate is None
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        return context


def running_server(settings: Settings) -> Server | None:
    """Find the server that works in this data folder; None when none has said so."""
    path = settings.data_dir / ADDRESS_FILE
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return Server(str(said["url"]), str(said["token"]), settings.tls_cert)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


@contextmanager
def house(settings: Settings, purpose: str) -> Iterator[Database | Server]:
    """Open the database to write, or give the server that holds it.

    Raises `DatabaseInUseError` when something else holds it.
    """
    with ExitStack() as stack:
        try:
            found: Database | Server = stack.enter_context(writing(settings, purpose))
        except DatabaseInUseError:
            server = running_server(settings)
            if server is None:
                raise
            found = server
        yield found


def _form(boundary: str, fields: dict[str, str], file: Upload) -> bytes:
    name = json.dumps(file.path.name)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{file.field}"; filename={name}\r\n'
    parts += [head.encode(), b"Content-Type: application/octet-stream\r\n\r\n", file.path.read_bytes(), b"\r\n"]
    return b"".join([*parts, f"--{boundary}--\r\n".encode()])


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        raise WarehouseError("The server gave an answer that is not JSON.") from None


def _refusal(error: urllib.error.HTTPError) -> WarehouseError:
    try:
        problem = json.loads(error.read())
        sentence = str(problem.get("detail") or problem.get("title") or error.reason)
    except (ValueError, AttributeError):
        sentence = f"The server answered {error.code} {error.reason}."
    return WarehouseError(sentence)
