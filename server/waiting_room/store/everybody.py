"""The SQL of what staff do with a whole line."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.ids import QueueId, VisitId
from server.waiting_room.models import BEFORE_THE_CALL
from server.waiting_room.tables import visits


async def message(connection: AsyncConnection, queue_id: QueueId, text: str) -> tuple[VisitId, ...]:
    """Set the message of everybody who stands in a queue or is called; answers their visits."""
    statement = (
        update(visits)
        .where(visits.c.queue_id == queue_id, visits.c.state.in_(BEFORE_THE_CALL))
        .values(message=text, version=visits.c.version + 1)
        .returning(visits.c.id)
    )
    return tuple(VisitId(visit_id) for visit_id in await connection.scalars(statement))
