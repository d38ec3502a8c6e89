"""How a websocket is opened: the libraries speak the protocol, the switchboard does the reading and the waiting.

Engine.IO by itself spends four threads on a client, and one more for each ping. Here a client is a line at the
switchboard; the server's thread that opened it sleeps until the line ends, so that its count of connections holds.
"""

import socket
from typing import TYPE_CHECKING, Any, NoReturn

from engineio import packet
from flask import Flask
from flask_socketio import SocketIO

from warehouse.realtime.attendance import Attendance
from warehouse.realtime.connections import Connections
from warehouse.realtime.frames import agreement
from warehouse.realtime.line import Line
from warehouse.realtime.switchboard import Switchboard
from warehouse.realtime.wire import FRAME_BYTES, PING_EVERY, PONG_WITHIN, SILENCE, Json, Limits
from warehouse.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def attach(app: Flask, settings: Settings) -> SocketIO:
    """Put Socket.IO before the application, every option that matters set."""
    return SocketIO(
        app,
        async_mode="threading",
        async_handlers=False,
        transports=["websocket"],
        allow_upgrades=False,
        max_http_buffer_size=FRAME_BYTES,
        cors_allowed_origins=list(settings.origins),
        ping_interval=PING_EVERY,
        ping_timeout=PONG_WITHIN,
        manage_session=False,
        json=Json,
        client_manager=Attendance(),
    )


class Opening:
    """Opens the websockets of one server."""

    def __init__(self, engine: Any, switchboard: Switchboard, connections: Connections, limits: Limits) -> None:
        self._engine = engine
        self._switchboard = switchboard
        self._connections = connections
        self._limits = limits
        engine._handle_connect = self._open  # noqa: SLF001 - the only place where Engine.IO lets its own sockets be replaced

    def _open(
        self, environ: "WSGIEnvironment", _start: "StartResponse", _transport: str, _jsonp_index: int | None
    ) -> NoReturn:
        """Serve one client until it is gone."""
        bare: socket.socket = environ["gunicorn.socket"]
        line = Line(self._engine.generate_id(), self._engine, bare, self._limits)
        self._engine.sockets[line.key] = line
        self._connections.opened(line)
        try:
            _shake_hands(bare, environ["HTTP_SEC_WEBSOCKET_KEY"])
            line.send(packet.Packet(packet.OPEN, _greeting(line)))
            self._engine._trigger_event("connect", line.key, environ, run_async=False)  # noqa: SLF001 - as its own sockets do
            self._switchboard.serve(line)
        finally:
            line.close(abort=True, reason=self._engine.reason.TRANSPORT_CLOSE)
            self._engine.sockets.pop(line.key, None)
            self._connections.closed(line)
        raise StopIteration  # tells gunicorn that the answer has been given and the connection is over


def _shake_hands(bare: socket.socket, key: str) -> None:
    bare.settimeout(SILENCE)
    bare.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    bare.sendall(agreement(key))
    bare.settimeout(0)


def _greeting(line: Line) -> dict[str, object]:
    return {
        "sid": line.key,
        "upgrades": [],
        "pingInterval": PING_EVERY * 1000,
        "pingTimeout": PONG_WITHIN * 1000,
        "maxPayload": FRAME_BYTES,
    }
