"""A PostgreSQL advisory lock, held by a connection of its own."""

from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool


class AdvisoryLock:
    """A session lock: one holder in the whole database; it is free again when its connection is gone.

    The connection must be a direct one, or a pooler must pin it (PgBouncer: session mode).
    """

    def __init__(self, url: URL, key: int) -> None:
        self._engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self._key = key
        self._connection: AsyncConnection | None = None
        self._held = False

    async def acquire(self) -> bool:
        """Take the lock if it is free, at once; says whether this object holds it now."""
        if self._connection is not None and not await self._is_alive(self._connection):
            await self.release()
        if self._connection is None:
            self._connection = await self._engine.connect()
        if not self._held:
            taking = text("SELECT pg_try_advisory_lock(:key)")
            self._held = bool(await self._connection.scalar(taking, {"key": self._key}))
        return self._held

    async def release(self) -> None:
        """Give the lock back, if held, by closing the connection."""
        connection, self._connection, self._held = self._connection, None, False
        if connection is not None:
            await connection.invalidate()
            await connection.close()
        await self._engine.dispose()

    @staticmethod
    async def _is_alive(connection: AsyncConnection) -> bool:
        try:
            await connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError):
            # Not only of the driver: after a failure SQLAlchemy itself refuses to go on with a connection.
            return False
        return True
