"""Taking out old rows, some at a time, so that no statement holds the database for long."""

from datetime import datetime

from sqlalchemy import Table, delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

MOST_PER_STEP = 5_000


async def prune(
    connection: AsyncConnection, table: Table, column: str, before: datetime, *, limit: int = MOST_PER_STEP
) -> int:
    """Delete rows whose `column` is before a moment, at most `limit`; says how many."""
    key = tuple_(*table.primary_key.columns)
    old = select(*table.primary_key.columns).where(table.c[column] < before).limit(limit)
    return (await connection.execute(delete(table).where(key.in_(old)))).rowcount
