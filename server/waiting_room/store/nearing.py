"""The SQL of those who come near the front of their lines."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.ids import QueueId, VisitId
from server.waiting_room.models import VisitState
from server.waiting_room.store.line import STANDING_STATES
from server.waiting_room.tables import queues, visits

_STANDING = visits.c.state.in_(STANDING_STATES)


@dataclass(frozen=True, slots=True)
class Near:
    """Somebody near the front."""

    visit_id: VisitId
    state: VisitState
    arrived_at: datetime
    phone_only: bool
    is_told: bool


async def lines(connection: AsyncConnection) -> dict[QueueId, int]:
    """The queues in which anybody stands, and how many of the first are told that it is nearly their turn."""
    is_anybody = exists().where(visits.c.queue_id == queues.c.id, _STANDING)
    query = select(queues.c.id, queues.c.notify_ahead).where(queues.c.notify_ahead > 0, is_anybody)
    return {QueueId(row.id): row.notify_ahead for row in await connection.execute(query)}


async def first(connection: AsyncConnection, queue_id: QueueId, number: int) -> tuple[Near, ...]:
    """The first of a line, in order."""
    query = (
        select(
            visits.c.id,
            visits.c.state,
            visits.c.arrived_at,
            visits.c.phone_only,
            visits.c.ahead_told_at.is_not(None).label("is_told"),
        )
        .where(visits.c.queue_id == queue_id, _STANDING)
        .order_by(visits.c.stands_at, visits.c.id)
        .limit(number)
    )
    return tuple(
        Near(VisitId(row.id), VisitState(row.state), row.arrived_at, row.phone_only, row.is_told)
        for row in await connection.execute(query)
    )


async def mark_told(connection: AsyncConnection, visit_id: VisitId, now: datetime) -> bool:
    """Note that somebody in a line is told; says whether it is this transaction that tells them."""
    untold = (visits.c.id == visit_id) & visits.c.ahead_told_at.is_(None) & _STANDING
    result = await connection.execute(update(visits).where(untold).values(ahead_told_at=now))
    return result.rowcount == 1
