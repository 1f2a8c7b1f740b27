"""Statements of the hot path: compiled by SQLAlchemy once, run with the driver's own cursor.

A post is a dozen small statements.  What SQLAlchemy does for each (a cache key, its
parameters, a result object) takes several times as long as the database takes for it.
"""

import re
import struct
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from types import TracebackType
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from psycopg import postgres
from psycopg.adapt import Dumper
from psycopg.pq import Format
from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

Values = Mapping[str, Any]
_Converted = tuple[int, Callable[[Any], Any]]
"""The place of a value, and what converts it."""

CACHED_PARAMETERS = 50
"""Parameters of a statement up to which psycopg keeps what it made of it; an insert of several
rows is a third of the work of as many inserts, in one call or not (its executemany)."""
_INTEGER = postgres.types["integer"]
_NAMED = re.compile(r"%\((\w+)\)s")


class Statement:
    """A statement of Core whose text never changes; rows are named tuples.

    Takes and gives what SQLAlchemy would: values by the name of their parameter, of the
    columns' own types.

    Args:
        statement: its parameters are plain values, no lists of them.
        columns: of an insert, those that it gives values for.

    Every method raises DBAPIError, as SQLAlchemy would.
    """

    def __init__(
        self,
        statement: Select[*tuple[Any, ...]] | Insert | Update | Delete,
        columns: Sequence[str] | None = None,
    ) -> None:
        self._statement = statement
        self._columns = columns
        self._compiled: dict[str, _Compiled] = {}

    def run(self, conn: Connection, values: Values) -> None:
        """Run it for one row."""
        compiled = self._for(conn.dialect)
        with Cursor(conn, compiled.text) as own:
            own.execute(compiled.text, compiled.bound(values))

    def run_all(self, conn: Connection, rows: Sequence[Values]) -> None:
        """Run it for many rows."""
        if not rows:
            return
        compiled = self._for(conn.dialect)
        bound = [compiled.bound(row) for row in rows]
        with Cursor(conn, compiled.text) as own:
            if compiled.rows_at_once == 1:
                own.executemany(compiled.text, bound)
                return
            for start in range(0, len(bound), compiled.rows_at_once):
                some = bound[start : start + compiled.rows_at_once]
                own.execute(compiled.of_rows(len(some)), list(chain.from_iterable(some)))

    def first_of_each(self, conn: Connection, rows: Sequence[Values]) -> list[Any]:
        """Run it for many rows, and return the first row that it finds for each."""
        if not rows:
            return []
        compiled = self._for(conn.dialect)
        bound = [compiled.bound(row) for row in rows]
        with Cursor(conn, compiled.text) as own:
            if conn.dialect.name == "postgresql":
                # All go out before the first answer is waited for.
                own.executemany(compiled.text, bound, returning=True)
                return [compiled.named(result)[0] for result in own.results()]
            return [compiled.named(own.execute(compiled.text, each))[0] for each in bound]

    def rows(self, conn: Connection, values: Values) -> list[Any]:
        """Return the rows that it finds."""
        compiled = self._for(conn.dialect)
        with Cursor(conn, compiled.text) as own:
            own.execute(compiled.text, compiled.bound(values))
            return compiled.named(own)

    def first(self, conn: Connection, values: Values) -> Any:
        """Return the first row that it finds, or None."""
        return next(iter(self.rows(conn, values)), None)

    def _for(self, dialect: Dialect) -> "_Compiled":
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = self._compile(dialect)
        return compiled

    def _compile(self, dialect: Dialect) -> "_Compiled":
        compiled = self._statement.compile(
            dialect=dialect,
            column_keys=None if self._columns is None else list(self._columns),
        )
        processes = {
            name: parameter.type.dialect_impl(dialect).bind_processor(dialect)
            for parameter, name in compiled.bind_names.items()
        }
        names = compiled.positiontup or _NAMED.findall(compiled.string)
        is_insert = self._columns is not None and dialect.name == "postgresql"
        found = list(self._statement.exported_columns)
        return _Compiled(
            _NAMED.sub("%s", compiled.string),
            list(names),
            [(at, process) for at, name in enumerate(names) if (process := processes[name])],
            max(1, CACHED_PARAMETERS // len(names)) if is_insert else 1,
            namedtuple("Row", [column.name for column in found]),
            [column.type.dialect_impl(dialect) for column in found],
            dialect,
        )


@dataclass(slots=True)
class _Compiled:
    """A statement in the words of one driver."""

    text: str
    parameters: Sequence[str]
    converted: list[_Converted]
    """What makes the driver's values of the parameters', where it would not take those."""
    rows_at_once: int
    """How many rows of `run_all` go into one statement."""
    row_type: Any
    types: list[TypeEngine[Any]]
    dialect: Dialect
    read: list[_Converted] | None = None
    """What makes the columns' values of the driver's, where it gives others; known once there is
    a result."""

    def bound(self, values: Values) -> list[Any]:
        bound = [values[name] for name in self.parameters]
        for at, process in self.converted:
            value = bound[at]
            # NULL is NULL in every type.
            if value is not None:
                bound[at] = process(value)
        return bound

    def of_rows(self, count: int) -> str:
        """Return the insert of *count* rows."""
        start = self.text.index("VALUES ") + len("VALUES ")
        return self.text + f", {self.text[start:]}" * (count - 1)

    def named(self, own: Any) -> list[Any]:
        """Return the rows of a cursor."""
        found = own.fetchall()
        if not found:
            return found  # type: ignore[no-any-return]
        if self.read is None:
            processes = [
                type_.result_processor(self.dialect, column[1])
                for type_, column in zip(self.types, own.description, strict=True)
            ]
            self.read = [(at, process) for at, process in enumerate(processes) if process]
        if not self.read:
            return list(map(self.row_type._make, found))
        return [self._named(row) for row in found]

    def _named(self, row: Sequence[Any]) -> Any:
        values = list(row)
        for at, process in self.read or ():
            values[at] = process(values[at])
        return self.row_type._make(values)


class Pipelined:
    """Statements run within it go out without waiting for one another, where the driver can.

    PostgreSQL's works while the next one is made, and the connection waits once, at the end.
    Only for `Statement.run` and `Statement.run_all`, which return nothing.

    Raises:
        DBAPIError: at the end, for what any of the statements raised.
    """

    __slots__ = ("_conn", "_pipeline")

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._pipeline: Any = None

    def __enter__(self) -> None:
        if self._conn.dialect.name == "postgresql":
            self._pipeline = cast(Any, self._conn.connection.driver_connection).pipeline()
            self._pipeline.__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pipeline is None:
            return
        try:
            self._pipeline.__exit__(kind, error, trace)
        except self._conn.dialect.loaded_dbapi.Error as late:
            raise _wrapped(self._conn, "a pipeline of statements", late) from late


def _wrapped(conn: Connection, statement: str, error: BaseException) -> BaseException:
    dialect = conn.dialect
    return DBAPIError.instance(statement, None, error, dialect.loaded_dbapi.Error, dialect=dialect)


class Integers:
    """Numbers of 32 bits as one parameter of PostgreSQL's, an array.

    Raises:
        OverflowError: one of them has more bits.
    """

    __slots__ = ("numbers",)

    def __init__(self, numbers: Sequence[int] | NDArray[np.integer[Any]]) -> None:
        self.numbers = numbers


class IntegersDumper(Dumper):
    """Writes `Integers` as the server keeps them.

    They are thousands a statement: written as decimals, one by one, they cost more than the
    look-up.
    """

    format = Format.BINARY
    oid = _INTEGER.array_oid

    def dump(self, obj: Integers) -> bytes:
        values = np.array(obj.numbers, ">i4")
        elements = np.empty(len(values), [("bytes", ">i4"), ("value", ">i4")])
        elements["bytes"] = values.itemsize
        elements["value"] = values
        # One dimension, no NULL, the elements' type; how many they are, and the first's index.
        head = struct.pack(">5i", 1, 0, _INTEGER.oid, len(values), 1)
        return head + elements.tobytes()


class Cursor:
    """Gives a cursor of the driver for the statement *text*, in the connection's transaction.

    A class, since one made of a generator costs more than many a statement.

    Raises:
        DBAPIError: for what the driver raises, as SQLAlchemy would.
    """

    __slots__ = ("_conn", "_own", "_text")

    def __init__(self, conn: Connection, text: str) -> None:
        self._conn = conn
        self._text = text

    def __enter__(self) -> Any:
        self._own = self._conn.connection.cursor()
        return self._own

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> None:
        try:
            if error is not None and isinstance(error, self._conn.dialect.loaded_dbapi.Error):
                raise _wrapped(self._conn, self._text, error) from error
        finally:
            self._own.close()
