"""The statements of the scan path: written in Core like all others, but compiled once and run by the driver itself.

SQLAlchemy takes ten times as long to run a small statement as the database does. Values still go through the types of
their columns, both ways, and a failing statement raises the same errors; what is left out is making the statement and
its result anew each time. Nothing here begins or ends a transaction.
"""

from collections import namedtuple
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from types import MappingProxyType
from typing import Any, NoReturn

from sqlalchemy import Connection, Dialect, Select, bindparam
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeEngine

Values = Mapping[str, Any]
_Process = Callable[[Any], Any]
_NOTHING: Values = MappingProxyType({})
_SIZES = (1, 4, 16, 64, 256)
"""Lists of keys are filled up to one of these lengths: so there are few statements, and the database knows them all."""


Rows = Callable[[], list[Any]]
"""Reads the rows of a statement that has been sent."""


class Prepared:
    """One statement. `columns` names those that an insert sets."""

    def __init__(self, statement: Select[*tuple[Any, ...]] | UpdateBase, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns = columns
        self._forms: dict[str, _Form] = {}

    def all(self, connection: Connection, values: Values) -> list[Any]:
        """Give every row, its columns by name."""
        return self.ask(connection, values)()

    def ask(self, connection: Connection, values: Values) -> Rows:
        """Send it now and read its rows later: several that are asked for first travel together."""
        form = self._form(connection.dialect)
        cursor = _cursor(connection)

        def read() -> list[Any]:
            try:
                return form.rows(cursor.fetchall())
            except connection.dialect.loaded_dbapi.Error as error:
                _fail(connection, form.text, error)

        try:
            cursor.execute(form.text, form.bound(values))
        except connection.dialect.loaded_dbapi.Error as error:
            _fail(connection, form.text, error)
        return read

    def first(self, connection: Connection, values: Values) -> Any:
        """Give the first row, or None."""
        found = self.all(connection, values)
        return found[0] if found else None

    def run(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Run it once for each of `rows`, at least one."""
        form = self._form(connection.dialect)
        bound = [form.bound(row) for row in rows]
        try:
            cursor = _cursor(connection)
            if len(bound) == 1:
                cursor.execute(form.text, bound[0])
            else:
                cursor.executemany(form.text, bound)
        except connection.dialect.loaded_dbapi.Error as error:
            _fail(connection, form.text, error)

    def _form(self, dialect: Dialect) -> "_Form":
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = _Form(self._statement, self._columns, dialect)
        return form


def run_plain(connection: Connection, text: str) -> None:
    """Run a statement that has no values and gives no rows."""
    with driver_errors(connection, text):
        _cursor(connection).execute(text)


@contextmanager
def driver_errors(connection: Connection, text: str) -> Iterator[None]:
    """Raise what the driver raises as SQLAlchemy would."""
    try:
        yield
    except connection.dialect.loaded_dbapi.Error as error:
        _fail(connection, text, error)


class PreparedLookup:
    """A select of the rows whose `column` is one of some keys; other values it asks for are the same for all."""

    def __init__(self, statement: Select[*tuple[Any, ...]], column: InstrumentedAttribute[Any]) -> None:
        self._of_size = {
            size: Prepared(statement.where(column.in_([bindparam(f"key_{n}", type_=column.type) for n in range(size)])))
            for size in _SIZES
        }

    def all(self, connection: Connection, keys: Collection[Any], values: Values = _NOTHING) -> list[Any]:
        """Give every row, its columns by name; no keys, no rows."""
        return self.ask(connection, keys, values)() if keys else []

    def ask(self, connection: Connection, keys: Collection[Any], values: Values = _NOTHING) -> Rows:
        """Send it now and read its rows later."""
        wanted = list(keys)
        sent: list[Rows] = []
        for begin in range(0, len(wanted), _SIZES[-1]):
            part = wanted[begin : begin + _SIZES[-1]]
            size = next(size for size in _SIZES if size >= len(part))
            part += part[-1:] * (size - len(part))
            named = {f"key_{n}": key for n, key in enumerate(part)}
            sent.append(self._of_size[size].ask(connection, {**values, **named}))
        return lambda: [row for read in sent for row in read()]


class _Form:
    """A statement as one kind of database takes it, with what its values go through on the way in and out."""

    def __init__(
        self, statement: Select[*tuple[Any, ...]] | UpdateBase, columns: Sequence[str] | None, dialect: Dialect
    ) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=columns, for_executemany=True)
        self.text = str(compiled)
        self._names = list(compiled.positiontup or compiled.binds)
        binds = [compiled.binds[name] for name in self._names]
        processes = [it.type.dialect_impl(dialect).bind_processor(dialect) for it in binds]
        self._in = [(at, process) for at, process in enumerate(processes) if process is not None]
        self._fixed = {name: it.value for name, it in zip(self._names, binds, strict=True) if not it.required}
        self._pick = _picking(self._names)
        self._by_name = compiled.positiontup is None
        self._out: list[tuple[int, _Process]] = []
        if isinstance(statement, Select):
            chosen = statement.selected_columns
            kind: Any = namedtuple("Row", [str(column.key) for column in chosen])  # type: ignore[misc]  # known only now
            self._make: Callable[[Iterable[Any]], Any] = kind._make
            self._out = _processors([column.type for column in chosen], dialect)

    def bound(self, values: Values) -> Any:
        """Give values in the order, or by the names, in which the driver wants them."""
        bound = list(self._pick({**self._fixed, **values} if self._fixed else values))
        for at, process in self._in:
            bound[at] = process(bound[at])
        return dict(zip(self._names, bound, strict=True)) if self._by_name else bound

    def rows(self, found: Iterable[Sequence[Any]]) -> list[Any]:
        """Give what the driver read as rows with names."""
        if not self._out:
            return [self._make(row) for row in found]
        rows = []
        for row in found:
            values = list(row)
            for at, process in self._out:
                values[at] = process(values[at])
            rows.append(self._make(values))
        return rows


def _picking(names: Sequence[str]) -> Callable[[Values], Iterable[Any]]:
    """Give what takes the values of these names out of a mapping, in this order."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: [values[name] for name in names]


def _cursor(connection: Connection) -> Any:
    """Open a cursor of the driver itself."""
    driver: Any = connection.connection.driver_connection
    return driver.cursor()


def _processors(types: Sequence[TypeEngine[Any]], dialect: Dialect) -> list[tuple[int, _Process]]:
    every = ((at, kind.dialect_impl(dialect).result_processor(dialect, None)) for at, kind in enumerate(types))
    return [(at, process) for at, process in every if process is not None]


def _fail(connection: Connection, text: str, error: Any) -> NoReturn:
    """Raise a driver's error as SQLAlchemy would; a connection that is gone is known to be."""
    dialect = connection.dialect
    is_gone = dialect.is_disconnect(error, connection.connection, None)
    if is_gone:
        connection.invalidate(error)
    raise DBAPIError.instance(
        text,
        {},
        error,
        dialect.loaded_dbapi.Error,
        connection_invalidated=is_gone,
        dialect=dialect,
        hide_parameters=True,
    ) from error
