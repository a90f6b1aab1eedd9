"""The SQL of what the waiting room forgets."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from server.db.pruning import prune
from server.waiting_room.tables import line_changes, line_reveals, wait_curves


async def changes(connection: AsyncConnection, before: datetime) -> int:
    return await prune(connection, line_changes, "changed_at", before)


async def curves(connection: AsyncConnection, before: datetime) -> int:
    return await prune(connection, wait_curves, "made_at", before)


async def reveals(connection: AsyncConnection, before: datetime) -> int:
    return await prune(connection, line_reveals, "revealed_at", before)
