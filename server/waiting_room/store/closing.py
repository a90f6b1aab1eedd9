"""The SQL of lines that may have to end."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.ids import QueueId, VisitId
from server.waiting_room.models import IN_LINE, Queue
from server.waiting_room.store.queues import queues_by_id
from server.waiting_room.tables import queues, visits


async def queues_with_a_line(connection: AsyncConnection) -> tuple[Queue, ...]:
    """The queues in which somebody stands."""
    ids = await connection.scalars(select(queues.c.id).where(queues.c.standing > 0))
    return await queues_by_id(connection, list(ids))


async def in_line(connection: AsyncConnection, queue_id: QueueId, limit: int) -> tuple[VisitId, ...]:
    """The first of those who stand in a queue."""
    query = (
        select(visits.c.id)
        .where(visits.c.queue_id == queue_id, visits.c.state.in_(IN_LINE))
        .order_by(visits.c.stands_at, visits.c.id)
        .limit(limit)
    )
    return tuple(VisitId(visit_id) for visit_id in await connection.scalars(query))
