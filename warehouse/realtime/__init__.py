"""The live side: one Socket.IO server per application, one way to answer an event, rights asked at each."""

import functools
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Flask
from pydantic import BaseModel
from socketio.exceptions import ConnectionRefusedError as RefusedError

from warehouse.access import Access, Caller, Credentials, check, credentials_of, short
from warehouse.domain.errors import ForbiddenError, InvalidInputError, NotSignedInError, RetryLaterError
from warehouse.domain.words import sentence
from warehouse.metrics import Metrics
from warehouse.problems import Problem, problem_of
from warehouse.realtime.connections import Connection, Connections
from warehouse.realtime.events import Call, Event, Handler, event_of, only_value
from warehouse.realtime.gate import Gate
from warehouse.realtime.hearing import Hearing
from warehouse.realtime.line import Line
from warehouse.realtime.opening import Opening, attach
from warehouse.realtime.rooms import may_enter, person_room
from warehouse.realtime.wire import Limits
from warehouse.settings import Settings
from warehouse.words import Words

log = logging.getLogger(__name__)

TICK = 0.5
LAGGING = 64
MOST_ROOMS = 64


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
        self._words: Words | None = None
        self._stopped = threading.Event()
        self.socketio = attach(app, settings)
        self.server = self.socketio.server
        self._hearing = Hearing(self, self.server.eio.handlers["message"])
        limits = Limits(events_per_second=settings.events_per_second)
        self._opening = Opening(self.server.eio, self._hearing.switchboard, self.connections, limits)
        app.wsgi_app = Gate(app.wsgi_app, self.connections.has_room, self._count_refusal)  # type: ignore[method-assign]  # Flask's own way
        self.server.on("connect", self._connect)
        self.server.on("*", self._unknown)
        metrics.watch("sockets", "Open websockets", lambda: len(self.connections))

    def on(self, name: str, model: type[BaseModel] | None = None) -> Callable[[Handler], Handler]:
        """Register the handler of an event; it must be marked with `requires`.

        With a `model` the handler gets the parsed request, without one the raw value as it came. It may wait; of one
        client one event is answered at a time. What it returns (a model, a dataclass or a dict) is the
        acknowledgement, and what it raises is acknowledged as a problem: `code`, `detail`, `status`, `errors`.
        """

        def register(handler: Handler) -> Handler:
            self.events[name] = event_of(name, model, handler)
            self.server.on(name, functools.partial(self._answer, self.events[name]))
            return handler

        return register

    def later(self, name: str) -> Callable[[Handler], Handler]:
        """Register a handler that must not wait: it gets `(caller, value, reply)` and sees that `reply` is called."""

        def register(handler: Handler) -> Handler:
            self.events[name] = self._hearing.later[name] = event_of(name, None, handler)
            return handler

        return register

    def at_pause(self, act: Callable[[], None]) -> None:
        """Have `act` called whenever everything that had come is heard; it must not wait."""
        self._hearing.pauses.append(act)

    def emit(self, room: str, event: str, payload: object) -> None:
        """Tell everybody in a room. Who reads too slowly is cut off: on coming back it fetches the truth."""
        self._cut_laggards(room)
        self.server.emit(event, payload, room=room)

    def is_heard(self, room: str) -> bool:
        """Tell whether anybody is in a room."""
        return any(True for _ in self.server.manager.get_participants("/", room))

    def speak(self, words: Words) -> None:
        """Tell refusals in the language of who asked from now on, not in English."""
        self._words = words

    def problem(self, connection: Connection | None, error: Exception) -> Problem:
        """Give what may be told of an error to whose socket this is."""
        caller = connection.caller if connection else None
        problem = problem_of(error)
        if self._words is None or caller is None or caller.language is None:
            return problem
        return problem.in_words(self._words.speaker(caller.language).put)

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
        self._hearing.stop()
        for connection in self.connections.everyone():
            connection.line.cut()

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
        credentials = _with_auth(
            credentials_of(environ, secure=self.settings.secure, practice=self.settings.practice), auth
        )
        caller = self.access.recognise(credentials)
        if caller is None:
            raise NotSignedInError("Sign in first.")
        self.connections.admit(key, sid, credentials, caller)
        if caller.person is not None:
            self.server.enter_room(sid, person_room(caller.person))

    def unreadable(self, _line: Line) -> None:
        """Count a client that was cut off for what it sent."""
        self._count_refusal("unreadable")

    def count(self, event: Event, code: str, began: float) -> None:
        """Count an event that was answered with this code."""
        self.metrics.answered(event.name, code, time.perf_counter() - began)

    def is_known(self, connection: Connection | None) -> bool:
        """Tell whether it was made sure within the last second who speaks there."""
        return connection is not None and connection.is_known(self.access.generation)

    def may_ask(self, connection: Connection | None, event: Event) -> Caller:
        """Give who speaks there, known by now, if this event is theirs to send; raises what it is refused with."""
        if self.draining:
            raise RetryLaterError("The server is restarting. Nothing happened; it will be sent again.")
        if connection is None or connection.leaving_since is not None:
            raise NotSignedInError("Sign in first.")
        check(connection.caller, event.rule)
        if connection.caller is None:
            raise NotSignedInError("Sign in first.")
        return connection.caller

    def speaker(self, connection: Connection | None) -> Connection:
        """Look up again who speaks there: a session that ended since is told so, and goes."""
        if connection is None or connection.sid is None or connection.leaving_since is not None:
            raise NotSignedInError("Sign in first.")
        generation = self.access.generation
        connection.caller = self.access.recognise(connection.credentials)
        if connection.caller is None:
            self.dismiss(connection, "signed_out")
            raise NotSignedInError("Your session has ended. Sign in again.")
        connection.made_sure(generation)
        return connection

    def _answer(self, event: Event, sid: str, *arguments: object) -> object:
        began = time.perf_counter()
        try:
            answer, code = self._handle(event, sid, arguments), "ok"
        except Exception as error:  # without an answer the handheld would wait for ever
            problem = self.problem(self.connections.find(sid), error)
            answer, code = problem.as_json(), problem.code
        self.count(event, code, began)
        return {} if answer is None else answer

    def _handle(self, event: Event, sid: str, arguments: tuple[object, ...]) -> object:
        connection = self.connections.find(sid)
        caller = self.may_ask(self.speaker(connection), event)
        enter, leave = functools.partial(self._enter, caller, sid), functools.partial(self.server.leave_room, sid)
        rooms = functools.partial(self.server.rooms, sid)
        return event.handler(Call(caller, sid, enter, leave, rooms), event.read(only_value(arguments)))

    def _enter(self, caller: Caller, sid: str, room: str) -> None:
        if not may_enter(caller, room):
            raise ForbiddenError("Your role may not listen here.")
        if len(self.server.rooms(sid)) >= MOST_ROOMS:
            raise InvalidInputError(
                sentence("A screen listens to at most {most_rooms} things. Leave one first.", most_rooms=MOST_ROOMS)
            )
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
        admitted, generation = self.connections.admitted(), self.access.generation
        standing = self.access.standing({each.caller for each in admitted if each.caller})
        for connection in admitted:
            if connection.changed(standing):
                self._look_again(connection)
            else:
                connection.made_sure(generation)

    def _cut_laggards(self, room: str) -> None:
        for _, key in list(self.server.manager.get_participants("/", room)):
            engine = self.server.eio.sockets.get(key)
            if engine is not None and engine.backlog > LAGGING:
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
    return replace(found, device=device or found.device)
