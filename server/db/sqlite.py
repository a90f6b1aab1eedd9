"""SQLite connections that are over when they are closed, and cost one visit to a thread a statement."""

import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import aiosqlite

Parameters = Sequence[Any]


class SqliteConnection(sqlite3.Connection):
    """Rolls back before it closes.

    A task that is cancelled inside a statement leaves an unfinished cursor, which its traceback keeps alive.
    SQLite closes such a connection only when the cursor is gone, and until then it would keep the write lock:
    every other writer would wait in vain.
    """

    def close(self) -> None:
        if self.in_transaction:
            self.rollback()
        super().close()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a statement left behind."""

    rows: list[Any]
    description: Sequence[Any] | None
    rowcount: int
    lastrowid: int | None


class WholeCursor:
    """A cursor that has all rows when `execute` is done.

    aiosqlite goes to the connection's thread to make a cursor, to execute, to fetch and to close; this goes
    once. Results are held in memory, as SQLAlchemy does anyway where nothing is streamed.
    """

    arraysize = 1

    def __init__(self, connection: "WholeConnection") -> None:
        self._connection = connection
        self._outcome = Outcome([], None, -1, None)

    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> Sequence[Any] | None:
        return self._outcome.description

    @property
    def rowcount(self) -> int:
        return self._outcome.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._outcome.lastrowid

    async def execute(self, statement: str, parameters: Parameters = ()) -> Self:
        self._outcome = await self._connection.run(partial(_executed, statement, parameters))
        return self

    async def executemany(self, statement: str, parameters: Iterable[Parameters]) -> Self:
        self._outcome = await self._connection.run(partial(_executed_for_each, statement, parameters))
        return self

    async def fetchall(self) -> list[Any]:
        return self._outcome.rows

    async def close(self) -> None:
        """Nothing is open any more."""


class WholeConnection(aiosqlite.Connection):
    """An aiosqlite connection whose cursors are whole."""

    def cursor(self) -> WholeCursor:  # type: ignore[override]  # what SQLAlchemy needs of a cursor, and no more
        return WholeCursor(self)

    def run(self, function: Callable[[sqlite3.Connection], Outcome]) -> Awaitable[Outcome]:
        """Call the function in the connection's thread."""
        outcome: Awaitable[Outcome] = self._execute(function, self._conn)  # type: ignore[no-untyped-call]  # so it is there
        return outcome


def connect(path: str, **options: Any) -> WholeConnection:
    """A connection to be: what the SQLAlchemy dialect awaits. `options` are those of `sqlite3.connect`."""
    connection = WholeConnection(
        lambda: sqlite3.connect(path, factory=SqliteConnection, **options), iter_chunk_size=1
    )
    connection._thread.daemon = True  # noqa: SLF001  # as the dialect does with those it makes itself
    return connection


def _executed(statement: str, parameters: Parameters, connection: sqlite3.Connection) -> Outcome:
    cursor = connection.execute(statement, parameters)
    try:
        rows = cursor.fetchall() if cursor.description else []
        return Outcome(rows, cursor.description, cursor.rowcount, cursor.lastrowid)
    finally:
        cursor.close()


def _executed_for_each(
    statement: str, parameters: Iterable[Parameters], connection: sqlite3.Connection
) -> Outcome:
    cursor = connection.executemany(statement, parameters)
    try:
        return Outcome([], None, cursor.rowcount, None)
    finally:
        cursor.close()
