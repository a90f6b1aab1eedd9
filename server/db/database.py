"""Transactions: one per use case, and the notices that leave after it has committed."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy import Table, event, insert, text
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from server.db import sqlite
from server.db.pinging import ping_idle_connections
from server.notices import Notice

Announce = Callable[[Sequence[Notice]], None]
"""Takes the notices of a committed transaction. Must not block and must not fail."""

SQLITE_BUSY_TIMEOUT_MS = 5_000


@dataclass(slots=True)
class Transaction:
    """A running write transaction. Stores execute on `connection`; services announce what changed."""

    connection: AsyncConnection
    notices: list[Notice] = field(default_factory=list)
    hints: list[Callable[[], None]] = field(default_factory=list)
    last_rows: dict[Table, list[Mapping[str, object]]] = field(default_factory=dict)

    def insert_last(self, table: Table, row: Mapping[str, object]) -> None:
        """Insert the row just before the commit, in one statement with the others of its table.

        For rows that nobody reads in this transaction. What the database fills in is not asked back.
        """
        self.last_rows.setdefault(table, []).append(row)

    async def flush(self) -> None:
        """Insert the last rows now."""
        while self.last_rows:
            table, rows = self.last_rows.popitem()
            await self.connection.execute(insert(table).inline(), rows)

    def announce(self, notice: Notice) -> None:
        """Tell the watchers, if and when this transaction commits."""
        if notice not in self.notices:
            self.notices.append(notice)

    def after_commit(self, hint: Callable[[], None]) -> None:
        """Call `hint` once, if and when this transaction commits. It must not block and must not fail."""
        if hint not in self.hints:
            self.hints.append(hint)


class Database:
    """The one way to the database.

    `transaction()` is a write transaction: on SQLite it takes the single writer's place at once
    (`BEGIN IMMEDIATE`), waiting in a fair line inside this process; on PostgreSQL it is READ COMMITTED and
    stores lock rows. `snapshot()` is for reading only: all that is read in it was true at one moment.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._engine = _create_engine(self.url, pool_size)
        self._writer = asyncio.Lock() if self.is_sqlite else None
        self._snapshot_options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._announce: Announce | None = None

    def on_commit(self, announce: Announce) -> None:
        """Set who is told of committed changes (the composition root does, once)."""
        self._announce = announce

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with AsyncExitStack() as stack:
            if self._writer is not None:
                await stack.enter_async_context(self._writer)
            connection = await stack.enter_async_context(self._engine.connect())
            connection = await connection.execution_options(sqlite_begin="IMMEDIATE")
            transaction = Transaction(connection)
            async with connection.begin():
                yield transaction
                await transaction.flush()
        for hint in transaction.hints:
            hint()
        if self._announce is not None and transaction.notices:
            self._announce(transaction.notices)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        async with self._engine.connect() as fresh:
            connection = await fresh.execution_options(**self._snapshot_options)
            async with connection.begin():
                yield connection

    async def check(self) -> None:
        """Raise if the database does not answer."""
        async with self.snapshot() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        await self._engine.dispose()


def _create_engine(url: URL, pool_size: int) -> AsyncEngine:
    if url.get_backend_name() != "sqlite":
        engine = create_async_engine(url, pool_size=pool_size, max_overflow=0)
        ping_idle_connections(engine.sync_engine)
        return engine
    engine = create_async_engine(
        url, pool_size=pool_size, max_overflow=0, connect_args={"async_creator_fn": sqlite.connect}
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: object, _: ConnectionPoolEntry) -> None:
        # The driver must not open transactions of its own: `begin` below does.
        connection.isolation_level = None  # type: ignore[attr-defined]  # DBAPI objects are untyped
        cursor = connection.cursor()  # type: ignore[attr-defined]  # as above
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA busy_timeout = {SQLITE_BUSY_TIMEOUT_MS}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine
