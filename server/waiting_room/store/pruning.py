"""The SQL of what the waiting room forgets."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from server.db.pruning import prune
from server.waiting_room import tables


async def changes(connection: AsyncConnection, before: datetime) -> int:
    return await prune(connection, tables.line_changes, "changed_at", before)


async def curves(connection: AsyncConnection, before: datetime) -> int:
    return await prune(connection, tables.wait_curves, "made_at", before)


async def call_backs(connection: AsyncConnection, before: datetime) -> int:
    """Those that were done before a moment; who still waits to be rung is kept."""
    return await prune(connection, tables.call_backs, "done_at", before)


async def reveals(connection: AsyncConnection, before: datetime) -> int:
    return await prune(connection, tables.line_reveals, "revealed_at", before)
