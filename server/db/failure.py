"""What goes wrong with a database, named here so that the rest can tell it without importing SQL."""

import sqlite3
from collections.abc import Iterator
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import SQLAlchemyError as DatabaseFailure
from sqlalchemy.exc import TimeoutError as NoConnectionFree

__all__ = ["DatabaseFailure", "is_passing"]

PASSING_STATES: Final = ("08", "40", "53", "55P03", "57")
"""Beginnings of SQLSTATEs (PostgreSQL, appendix A): the connection failed, the transaction was rolled back
for the sake of another, the server lacks room, a lock was not to be had, the server stops or starts."""

PASSING_ON_SQLITE: Final = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
)


def is_passing(error: BaseException) -> bool:
    """Say whether the same request may well succeed a moment later: the database was not to be had.

    Nothing was committed then, or nobody knows; a retry with the same `Idempotency-Key` finds out.
    """
    return any(_is_passing(link) for link in _causes(error))


def _is_passing(error: BaseException) -> bool:
    if isinstance(error, NoConnectionFree | ConnectionError):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in PASSING_ON_SQLITE
    state = getattr(error, "sqlstate", None)
    return isinstance(state, str) and state.startswith(PASSING_STATES)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it was raised from, never what else was being handled."""
    while error is not None:
        yield error
        error = error.__cause__
