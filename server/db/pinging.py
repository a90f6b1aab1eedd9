"""Connections that lay idle are asked whether they are alive before they are used.

SQLAlchemy's own `pool_pre_ping` asks before each use, which costs asyncpg three round trips. Under load a
connection was used a moment ago; one that broke since then fails its first statement, and that is answered
with 503, and taken out of the pool, like any other failure (`failure.py`).
"""

import time

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

IDLE_S = 1.0
"""A server that restarts is away for longer than this."""


def ping_idle_connections(engine: Engine) -> None:
    """Have the pool of this engine replace connections that broke while nobody used them."""

    @event.listens_for(engine, "checkin")
    def note(_: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        # The pool's own time, of this process only: no moment that anybody is shown.
        entry.info["used_at"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def check(connection: DBAPIConnection, entry: ConnectionPoolEntry, _: PoolProxiedConnection) -> None:
        used_at = entry.info.get("used_at")
        if used_at is not None and time.monotonic() - used_at >= IDLE_S and not _is_alive(engine, connection):
            raise InvalidatePoolError("the connection broke while it was idle")


def _is_alive(engine: Engine, connection: DBAPIConnection) -> bool:
    try:
        return engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as error:
        if engine.dialect.is_disconnect(error, None, None):
            return False
        raise
