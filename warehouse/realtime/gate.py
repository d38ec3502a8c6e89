"""What a websocket handshake must be before the libraries see it; anything else is answered here."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import orjson

from warehouse.problems import Problem

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/socket.io/"
VERSION = "13"
KEY_LENGTH = 24
NOT_A_WEBSOCKET = Problem(400, "bad_upgrade", "This address takes websocket connections only.")
NO_ROOM = Problem(503, "too_many_connections", "Too many connections are being opened. Try again in a moment.")


class Gate:
    """Stands before Engine.IO: only whole websocket handshakes, and only while there is room for one more."""

    def __init__(self, inside: "WSGIApplication", has_room: Callable[[], bool], refused: Callable[[str], None]) -> None:
        self._inside = inside
        self._has_room = has_room
        self._refused = refused

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Serve one request."""
        if not environ.get("PATH_INFO", "").startswith(PATH.rstrip("/")):
            return self._inside(environ, start_response)
        if not _is_handshake(environ):
            return self._refuse(NOT_A_WEBSOCKET, start_response)
        if not self._has_room():
            return self._refuse(NO_ROOM, start_response)
        return self._inside(environ, start_response)

    def _refuse(self, problem: Problem, start_response: "StartResponse") -> Iterable[bytes]:
        self._refused(problem.code)
        body = orjson.dumps(problem.as_json())
        headers = [("Content-Type", "application/problem+json"), ("Content-Length", str(len(body)))]
        start_response(f"{problem.status} Refused", headers)
        return [body]


def _is_handshake(environ: "WSGIEnvironment") -> bool:
    connection = [part.strip().lower() for part in environ.get("HTTP_CONNECTION", "").split(",")]
    return (
        environ["REQUEST_METHOD"] == "GET"
        and environ.get("HTTP_UPGRADE", "").lower() == "websocket"
        and "upgrade" in connection
        and environ.get("HTTP_SEC_WEBSOCKET_VERSION") == VERSION
        and len(environ.get("HTTP_SEC_WEBSOCKET_KEY", "")) == KEY_LENGTH
        and "sid=" not in environ.get("QUERY_STRING", "")
    )
