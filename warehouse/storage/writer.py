"""One writes at a time, with group commit: all scans that wait go into one durable transaction.

The disk's sync of one group is the gathering time of the next, so a lone scan pays one commit and a burst shares it.
Scans do not wait for use cases but for the one that is being run; use cases share commits as well, in savepoints: an
expected refusal costs its neighbours nothing.
"""

import itertools
import logging
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from warehouse.domain.errors import RetryLaterError
from warehouse.domain.journal import AuditEntry, AuditFact
from warehouse.storage.faults import Fault, fault_of
from warehouse.storage.group import Group, open_group
from warehouse.storage.mark import last_group, take_turn, write_mark
from warehouse.storage.pipeline import ended_by_failure, sent_together
from warehouse.storage.queue import Queue, Ticket
from warehouse.storage.stillness import Stillness

log = logging.getLogger(__name__)

Listener = Callable[[tuple[object, ...]], None]
Head = AuditEntry

ATTEMPTS = 6


class Sealer(Protocol):
    """Chains the group's audit facts and answers the new head."""

    def __call__(self, connection: Connection, facts: Sequence[AuditFact], last: Head | None) -> Head:
        """Store `facts` after the last entry of the chain, which is `last` where that is known."""
        ...


class Outbox(Protocol):
    """Writes what others are to be told of a group's facts, in its transaction."""

    def __call__(self, connection: Connection, facts: Sequence[AuditFact]) -> None:
        """Store the messages of `facts`; may announce news, records no facts."""
        ...


class Written(NamedTuple):
    """What a group that is durable leaves to be told: its news, and the end of the chain if it added to that."""

    news: tuple[object, ...] = ()
    head: Head | None = None


class Writer:
    """All that is written goes through here; see the module's text for the order of things."""

    def __init__(
        self,
        engine: Engine,
        *,
        judge: Any,
        seal: Sealer,
        anchor: Callable[[Head], None] | None,
        outbox: Outbox | None = None,
    ) -> None:
        self.listeners: list[Listener] = []
        self.tell: Callable[[Connection, Sequence[object]], None] | None = None
        self._engine = engine
        self._judge = judge
        self._seal = seal
        self._anchor = anchor
        self._outbox = outbox
        self._name = uuid.uuid4().hex
        self._group_no = itertools.count(1)
        # A caller that led on PostgreSQL would sit out the network's silences; the writer's own thread does that.
        self._queue = Queue(may_lead=engine.dialect.name == "sqlite")
        self._connection: Connection | None = None
        self._unsure = Written()
        self._stillness = Stillness()
        self._head: Head | None = None
        self._calm = object()
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    def run(self, use_case: Callable[[Session, Any], Any], request: Any) -> Any:
        """Run one use case and give its durable answer."""
        ticket = Ticket(use_case, request)
        self.submit([ticket])
        return ticket.wait()

    def scan(self, scans: Sequence[Any]) -> Any:
        """Judge scans and give their durable results."""
        ticket = Ticket(None, scans)
        self.submit([ticket])
        return ticket.wait()

    def submit(self, tickets: Sequence[Ticket]) -> None:
        """Have tickets of one kind served: here and now when nobody writes, else as soon as their turn comes."""
        if self._queue.enter(tickets):
            self._serve(list(tickets))

    def close(self) -> None:
        """Finish what is waiting and end the thread."""
        self._queue.close()
        self._thread.join()
        self._let_go()
        self._engine.dispose()

    def _work(self) -> None:
        while tickets := self._queue.take():
            self._serve(tickets)

    def _serve(self, tickets: list[Ticket]) -> None:
        """Commit a group, answer it, pin the chain's end, tell the news, and give the turn back."""
        try:
            written = self._outcome(tickets)
            for ticket in tickets:
                ticket.release()
            self._note(written.head)
            if written.news:
                self.deliver(written.news)
        finally:
            self._queue.leave()

    def _outcome(self, tickets: list[Ticket]) -> Written:
        try:
            return self._commit(tickets)
        except BaseException as error:
            log.exception("a commit group failed")
            for ticket in tickets:
                ticket.error = error
            return Written()

    def deliver(self, news: tuple[object, ...]) -> None:
        """Hand committed news to every listener."""
        for listener in tuple(self.listeners):
            try:
                listener(news)
            except Exception:
                log.exception("a listener failed on committed news")

    def _commit(self, tickets: list[Ticket]) -> Written:
        """Run the group until it is durable; scans go one by one once judging them together has failed."""
        together = True
        group_no = next(self._group_no)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._transaction(tickets, group_no, together=together)
            except BaseException as error:
                self._forget()
                self._let_go()
                if not isinstance(error, Exception):
                    raise
                fault = fault_of(error)
                if fault is Fault.OURS and together:
                    together = False
                    continue
                if fault is Fault.LOST and last_group(self._engine, self._name) == group_no:
                    return self._unsure
                if fault in (Fault.AGAIN, Fault.LOST) and attempt < ATTEMPTS:
                    fault.pause(attempt)
                    continue
                raise fault.as_error(error) from error
        raise RetryLaterError("The database did not take the change. Nothing was changed; send it again.")

    def _transaction(self, tickets: list[Ticket], group_no: int, *, together: bool) -> Written:
        connection = self._connected()
        is_scans = tickets[0].use_case is None
        together_sent = sent_together(connection) if is_scans else nullcontext()
        with together_sent, connection.begin(), ended_by_failure(connection):
            take_turn(connection)
            if not self._stillness.holds(connection):
                self._head, self._calm = None, object()
            group = open_group(connection, self._calm)
            self._run_all(connection, group, tickets, together=together)
            if self._outbox and group.facts:
                self._outbox(connection, group.facts)
            head = self._seal(connection, group.facts, self._head) if group.facts else None
            write_mark(connection, self._name, group_no)
            if self.tell and group.news:
                self.tell(connection, group.news)
            self._unsure = Written(tuple(group.news), head)
            self._stillness.leave(connection)
        self._head = head or self._head
        self._calm = group.calm if is_scans else object()
        return self._unsure

    def _connected(self) -> Connection:
        """Give the one connection that writes; it is kept from group to group."""
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _let_go(self) -> None:
        """Give the connection back after a failure: the next group begins with one that is known to be good."""
        self._stillness.forget()
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _note(self, head: Head | None) -> None:
        """Anchor the chain's end. The group is durable by now: a failure here must never run it again."""
        if head and self._anchor:
            try:
                self._anchor(head)
            except Exception:
                log.exception("the audit anchor could not be written; it stays behind until the next change")

    def _run_all(self, connection: Connection, group: Group, tickets: list[Ticket], *, together: bool) -> None:
        """Run a group of one kind; further use cases join one that goes quickly."""
        if tickets[0].use_case is not None:
            self._run_use_cases(connection, group, tickets)
        elif together:
            self._judge_together(connection, tickets)
        else:
            for ticket in tickets:
                ticket.answer = [self._judge_alone(connection, group, scan) for scan in ticket.request]

    def _run_use_cases(self, connection: Connection, group: Group, tickets: list[Ticket]) -> None:
        began = time.monotonic()
        for ticket in tickets:  # grows while it is walked through
            self._alone(connection, group, ticket)
            if ticket is tickets[-1] and (more := self._queue.one_more(began)):
                tickets.append(more)

    def _judge_together(self, connection: Connection, tickets: list[Ticket]) -> None:
        results = iter(self._judge.judge(connection, [scan for ticket in tickets for scan in ticket.request]))
        for ticket in tickets:
            ticket.answer = list(itertools.islice(results, len(ticket.request)))

    def _judge_alone(self, connection: Connection, group: Group, scan: Any) -> Any:
        """Judge one scan in a savepoint; one that fails unexpectedly is its own failure."""
        found: list[Any] = []
        error = self._in_savepoint(connection, group, lambda: found.extend(self._judge.judge(connection, [scan])))
        if error is None:
            return found[0]
        self._forget()
        log.error("a scan could not be judged", exc_info=error)
        return self._judge.failed(scan, error)

    def _alone(self, connection: Connection, group: Group, ticket: Ticket) -> None:
        """Run one use case in a savepoint; what it raises is its caller's."""

        def run() -> None:
            with Session(connection, join_transaction_mode="create_savepoint") as session, session.begin():
                assert ticket.use_case is not None  # noqa: S101 - asked by the caller
                ticket.answer = ticket.use_case(session, ticket.request)

        ticket.error = self._in_savepoint(connection, group, run)

    def _in_savepoint(self, connection: Connection, group: Group, act: Callable[[], object]) -> Exception | None:
        """Give the error that undid `act` alone, or raise the one that means that the database itself failed."""
        mark = group.mark()
        savepoint = connection.begin_nested()
        try:
            act()
            savepoint.commit()
        except Exception as error:
            if fault_of(error) is not Fault.OURS:
                raise
            savepoint.rollback()
            group.back_to(mark)
            return error
        return None

    def _forget(self) -> None:
        if self._judge:
            self._judge.forget()
