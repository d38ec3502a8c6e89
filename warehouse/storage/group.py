"""What a commit group carries besides its rows: news for after the commit, facts for the audit chain."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from warehouse.domain.journal import AuditFact

_SLOT = "commit group"


@dataclass(slots=True)
class Group:
    """What is gathered while a group runs; a use case that is rolled back takes its part with it.

    `calm` marks the stretch of groups of scans in which nothing was written that their desks do not know of.
    """

    calm: object = None
    news: list[object] = field(default_factory=list)
    facts: list[AuditFact] = field(default_factory=list)

    def mark(self) -> tuple[int, int]:
        """Give the point to go back to when the next use case fails."""
        return len(self.news), len(self.facts)

    def back_to(self, mark: tuple[int, int]) -> None:
        """Forget what came after `mark`."""
        del self.news[mark[0] :]
        del self.facts[mark[1] :]


def open_group(connection: Connection, calm: object) -> Group:
    """Start a fresh group on this connection."""
    group = Group(calm)
    connection.info[_SLOT] = group
    return group


def announce(target: Session | Connection, news: object) -> None:
    """Tell the world `news`, a frozen value, once this transaction is durable."""
    _group(target).news.append(news)


def record(target: Session | Connection, fact: AuditFact) -> None:
    """Put `fact` into the audit chain, in this transaction; it holds keys and codes, never personal data."""
    _group(target).facts.append(fact)


def calm_of(connection: Connection) -> object:
    """Give what marks the stretch of groups of scans in which nothing was written that their desks do not know of.

    What was looked up in one of them holds in the others; of what was not looked up nobody knows, however still it is.
    """
    return _group(connection).calm


def stir(connection: Connection) -> None:
    """Have everything that is remembered looked up again from here on: more is written than its keepers know."""
    _group(connection).calm = object()


@contextmanager
def undivided(target: Session | Connection) -> Iterator[None]:
    """Let all of what happens inside take place, or none of it: rows, news and facts; what is raised goes on."""
    group = _group(target)
    mark = group.mark()
    try:
        with target.begin_nested():
            yield
    except BaseException:
        group.back_to(mark)
        raise


def _group(target: Session | Connection) -> Group:
    connection = target.connection() if isinstance(target, Session) else target
    group: Group = connection.info[_SLOT]
    return group
