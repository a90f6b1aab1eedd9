"""The SQL of what staff sessions have been shown."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.db.insert import insert_new
from server.ids import SessionId, VisitId
from server.waiting_room.tables import line_reveals


async def revealed(
    connection: AsyncConnection, session_id: SessionId, visit_ids: Collection[VisitId]
) -> frozenset[VisitId]:
    """Which of these visits the session was shown before."""
    query = select(line_reveals.c.visit_id).where(
        line_reveals.c.session_id == session_id, line_reveals.c.visit_id.in_(visit_ids)
    )
    return frozenset(VisitId(visit_id) for visit_id in await connection.scalars(query))


async def reveal(
    connection: AsyncConnection,
    session_id: SessionId,
    visit_ids: Collection[VisitId],
    now: datetime,
) -> None:
    rows = [{"session_id": session_id, "visit_id": visit_id, "revealed_at": now} for visit_id in visit_ids]
    await connection.execute(insert_new(connection, line_reveals), rows)
