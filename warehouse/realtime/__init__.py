"""The live side: one Socket.IO server per application, one way to answer an event, rights asked at each."""

import functools
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from flask import Flask
from flask_socketio import SocketIO
from pydantic import BaseModel, ValidationError
from socketio.exceptions import ConnectionRefusedError as RefusedError

from warehouse.access import Access, Caller, Credentials, Rule, check, credentials_of, rule_of, short
from warehouse.domain.errors import ForbiddenError, InvalidInputError, NotSignedInError, RetryLaterError
from warehouse.metrics import Metrics
from warehouse.problems import Problem, invalid_input, problem_of
from warehouse.realtime.connections import Connection, Connections
from warehouse.realtime.gate import Gate
from warehouse.realtime.rooms import may_enter, person_room
from warehouse.realtime.wire import FRAME_BYTES, PING_EVERY, PONG_WITHIN, Json, Limits, Wire
from warehouse.settings import Settings

log = logging.getLogger(__name__)

TICK = 0.5
LAGGING = 64
UNDECODABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, RefusedError)
BINARY = ("5", "6")

Handler = TypeVar("Handler", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Call:
    """One event being answered: who sent it, and over which socket. `enter` and `leave` are about rooms."""

    caller: Caller
    sid: str
    enter: Callable[[str], None]
    leave: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Event:
    """How one event is answered."""

    name: str
    rule: Rule
    model: type[BaseModel] | None
    handler: Callable[..., object]


class Live:
    """The socket server of one application.

    `on(name, Model)` registers an event; its handler gets `(call, request)` and returns what is acknowledged.
    """

    def __init__(self, app: Flask, *, settings: Settings, access: Access, metrics: Metrics) -> None:
        self.settings = settings
        self.access = access
        self.metrics = metrics
        self.connections = Connections(settings.max_connections)
        self.events: dict[str, Event] = {}
        self.draining = False
        self._stopped = threading.Event()
        self.socketio = self._attach(app)
        self.server = self.socketio.server
        app.wsgi_app = Gate(app.wsgi_app, self.connections.has_room, self._count_refusal)  # type: ignore[method-assign]  # Flask's own way
        self.server.on("connect", self._connect)
        self.server.on("*", self._unknown)
        metrics.watch("sockets", "Open websockets", lambda: len(self.connections))

    def on(self, name: str, model: type[BaseModel] | None = None) -> Callable[[Handler], Handler]:
        """Register the handler of an event; it must be marked with `requires`.

        With a `model` the handler gets the parsed request, without one the raw value as it came. It runs in the
        client's own thread, one event at a time; what it returns (a model, a dataclass or a dict) is the
        acknowledgement, and what it raises is acknowledged as a problem: `code`, `detail`, `status`, `errors`.
        """

        def register(handler: Handler) -> Handler:
            rule = rule_of(handler)
            if rule is None or rule.anonymous:
                raise ValueError(f"the event {name} says not who may send it")
            event = Event(name, rule, model, handler)
            self.events[name] = event
            self.server.on(name, functools.partial(self._answer, event))
            return handler

        return register

    def emit(self, room: str, event: str, payload: object) -> None:
        """Tell everybody in a room. Who reads too slowly is cut off: on coming back it fetches the truth."""
        self._cut_laggards(room)
        self.server.emit(event, payload, room=room)

    def is_heard(self, room: str) -> bool:
        """Tell whether anybody is in a room."""
        return any(True for _ in self.server.manager.get_participants("/", room))

    def sign_out(self, sign_in: int) -> None:
        """End the live sockets of one session at once."""
        self.access.forget()
        for connection in self.connections.of_sign_ins([sign_in]):
            self.dismiss(connection, "signed_out")

    def rights_changed(self, person: int) -> None:
        """Look a person's live sockets over again: rooms they may not hear, sessions that have ended."""
        self.access.forget()
        for connection in self.connections.of_person(person):
            self._look_again(connection)

    def dismiss(self, connection: Connection, reason: str) -> None:
        """Tell a socket that it is signed out, and see that it goes."""
        if connection.sid is None or connection.leaving_since is not None:
            return
        self.connections.leaving(connection)
        self.server.emit("signed_out", {"reason": reason}, to=connection.sid)
        self.server.disconnect(connection.sid)

    def start(self) -> None:
        """Begin looking after the connections; called once, in the process that serves them."""
        threading.Thread(target=self._look_after, name="connections", daemon=True).start()

    def drain(self) -> None:
        """Answer every further event with `retry_later`."""
        self.draining = True

    def stop(self) -> None:
        """Cut every socket; the clients come back by themselves."""
        self._stopped.set()
        for connection in self.connections.everyone():
            connection.line.cut()

    def _attach(self, app: Flask) -> SocketIO:
        limits = Limits(events_per_second=self.settings.events_per_second)
        socketio = SocketIO(
            app,
            async_mode="threading",
            async_handlers=False,
            transports=["websocket"],
            allow_upgrades=False,
            max_http_buffer_size=FRAME_BYTES,
            cors_allowed_origins=list(self.settings.origins),
            ping_interval=PING_EVERY,
            ping_timeout=PONG_WITHIN,
            manage_session=False,
            json=Json,
        )
        engine = socketio.server.eio
        wire = functools.partial(Wire, limits=limits, door=self.connections)
        engine._async = {**engine._async, "websocket": wire}  # noqa: SLF001 - the only place that lets the limit through
        engine.on("message", functools.partial(self._receive, engine.handlers["message"]))
        return socketio

    def _receive(self, handle: Callable[[str, object], None], key: str, data: object) -> None:
        """Hand one message on; who sends what cannot be read is cut off, without a trace in the log."""
        try:
            if not isinstance(data, str) or data.startswith(BINARY):
                raise ValueError("only text is understood here")
            handle(key, data)
        except UNDECODABLE as error:
            log.warning("a socket sent what cannot be read: %s", type(error).__name__)
            self._count_refusal("unreadable")
            self.connections.cut(key)

    def _connect(self, sid: str, environ: dict[str, Any], auth: object) -> None:
        """Admit a socket; every doubt refuses it."""
        try:
            self._admit(sid, environ, auth)
        except Exception as error:
            problem = problem_of(error)
            self._count_refusal(problem.code)
            self.connections.refuse(self.server.manager.eio_sid_from_sid(sid, "/"))
            raise RefusedError(problem.detail, problem.as_json()) from None

    def _admit(self, sid: str, environ: dict[str, Any], auth: object) -> None:
        key = self.server.manager.eio_sid_from_sid(sid, "/")
        if self.draining:
            raise RetryLaterError("The server is restarting.")
        credentials = _with_auth(credentials_of(environ, secure=self.settings.secure), auth)
        caller = self.access.recognise(credentials)
        if caller is None:
            raise NotSignedInError("Sign in first.")
        self.connections.admit(key, sid, credentials, caller)
        if caller.person is not None:
            self.server.enter_room(sid, person_room(caller.person))

    def _answer(self, event: Event, sid: str, *arguments: object) -> object:
        began = time.perf_counter()
        try:
            answer, code = self._handle(event, sid, arguments), "ok"
        except Exception as error:  # without an answer the handheld would wait for ever
            problem = problem_of(error)
            answer, code = problem.as_json(), problem.code
        self.metrics.events.labels(event.name, code).inc()
        self.metrics.event_seconds.labels(event.name).observe(time.perf_counter() - began)
        return {} if answer is None else answer

    def _handle(self, event: Event, sid: str, arguments: tuple[object, ...]) -> object:
        if self.draining:
            raise RetryLaterError("The server is restarting. Nothing happened; it will be sent again.")
        connection = self._speaker(sid)
        check(connection.caller, event.rule)
        if connection.caller is None or len(arguments) != 1:
            raise InvalidInputError("An event carries exactly one value.")
        call = Call(
            connection.caller,
            sid,
            functools.partial(self._enter, connection.caller, sid),
            functools.partial(self.server.leave_room, sid),
        )
        return event.handler(call, _parse(event.model, arguments[0]))

    def _speaker(self, sid: str) -> Connection:
        """Look up again who speaks: a session that ended since is told so, and goes."""
        connection = self.connections.find(sid)
        if connection is None or connection.leaving_since is not None:
            raise NotSignedInError("Sign in first.")
        connection.caller = self.access.recognise(connection.credentials)
        if connection.caller is None:
            self.dismiss(connection, "signed_out")
            raise NotSignedInError("Your session has ended. Sign in again.")
        return connection

    def _enter(self, caller: Caller, sid: str, room: str) -> None:
        if not may_enter(caller, room):
            raise ForbiddenError("Your role may not listen here.")
        self.server.enter_room(sid, room)

    def _unknown(self, name: object, sid: str, *_: object) -> object:
        """Answer an event that does not exist, so that nobody waits for it."""
        return Problem(404, "unknown_event", "There is no such event.").as_json()

    def _look_again(self, connection: Connection) -> None:
        caller = self.access.recognise(connection.credentials)
        if caller is None:
            self.dismiss(connection, "signed_out")
            return
        connection.caller = caller
        for room in self.server.rooms(connection.sid):
            if room != connection.sid and not may_enter(caller, room):
                self.server.leave_room(connection.sid, room)

    def _look_after(self) -> None:
        while not self._stopped.wait(TICK):
            try:
                self.sweep()
            except Exception:  # one failed look must not end the looking
                log.exception("the connections could not be looked over")

    def sweep(self) -> None:
        """Cut strangers, and dismiss or look again at those whose session or rights have changed."""
        for connection in self.connections.strangers():
            connection.line.cut()
        for connection in self.connections.lapsed():
            self.dismiss(connection, "expired")
        admitted = self.connections.admitted()
        versions = self.access.versions(
            {each.caller.sign_in for each in admitted if each.caller and each.caller.sign_in}
        )
        for connection in admitted:
            if connection.changed(versions):
                self._look_again(connection)

    def _cut_laggards(self, room: str) -> None:
        for _, key in list(self.server.manager.get_participants("/", room)):
            engine = self.server.eio.sockets.get(key)
            if engine is not None and engine.queue.qsize() > LAGGING:
                self.metrics.laggards.inc()
                self.connections.cut(key)

    def _count_refusal(self, reason: str) -> None:
        self.metrics.refused_sockets.labels(reason).inc()


def _with_auth(found: Credentials, auth: object) -> Credentials:
    """Add what the client said in `auth`: `token` of a machine, `device_token` of a device."""
    if not isinstance(auth, dict):
        return found
    token, device = short(auth.get("token")), short(auth.get("device_token"))
    if token is not None:
        return Credentials(token=token, device=device)
    return Credentials(session=found.session, token=found.token, device=device or found.device)


def _parse(model: type[BaseModel] | None, value: object) -> object:
    if model is None:
        return value
    try:
        return model.model_validate_json(orjson.dumps(value))
    except ValidationError as error:
        raise invalid_input(error) from None
