"""The SQL of requests that may be sent again."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from server.db.insert import insert_new
from server.db.pruning import prune
from server.idempotency.tables import idempotency_keys


async def result(
    connection: AsyncConnection, subject_id: str, operation: str, key: str
) -> tuple[str, str] | None:
    """The digest of the request that used this key, and the id of what it made."""
    query = select(idempotency_keys.c.request_hash, idempotency_keys.c.result_id).where(
        idempotency_keys.c.subject_id == subject_id,
        idempotency_keys.c.operation == operation,
        idempotency_keys.c.key == key,
    )
    row = (await connection.execute(query)).first()
    return None if row is None else (row.request_hash, row.result_id)


async def forget(connection: AsyncConnection, before: datetime) -> int:
    return await prune(connection, idempotency_keys, "created_at", before)


async def remember_each(connection: AsyncConnection, rows: Sequence[dict[str, object]]) -> frozenset[str]:
    """Note what several idempotent requests are about to make; answers the results that went in."""
    statement = insert_new(connection, idempotency_keys).returning(idempotency_keys.c.result_id)
    return frozenset(await connection.scalars(statement, rows))


async def take_back(connection: AsyncConnection, keys: Collection[tuple[str, str, str]]) -> None:
    """Forget attempts, by subject, operation and key, that made nothing."""
    mine = tuple_(idempotency_keys.c.subject_id, idempotency_keys.c.operation, idempotency_keys.c.key)
    await connection.execute(delete(idempotency_keys).where(mine.in_(keys)))


async def remember(connection: AsyncConnection, **values: object) -> bool:
    """Note what an idempotent request made; says whether the key was free."""
    inserted = await connection.execute(insert_new(connection, idempotency_keys).values(**values))
    return inserted.rowcount == 1
