"""The SQL of what a queue's line has to be noticed for, without naming anybody."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.ids import PharmacyId, QueueId
from server.waiting_room.models import IN_LINE, VisitState
from server.waiting_room.tables import queue_pharmacies, visits

PRESENT = IN_LINE | {VisitState.CALLED, VisitState.IN_CONSULTATION}
HERE = (VisitState.CHECKING, VisitState.WAITING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What staff are alerted to in a line.

    How many feel worse, and when the last of them said so; when the one came who has waited longest and is
    not away; when the last one came.
    """

    worse: int = 0
    worse_at: datetime | None = None
    longest_since: datetime | None = None
    newest_since: datetime | None = None


async def marks(connection: AsyncConnection, queue_ids: Collection[QueueId]) -> dict[QueueId, Marks]:
    """What each queue has to be noticed for. Queues in which nobody is have no entry."""
    query = (
        select(
            visits.c.queue_id,
            func.count(visits.c.worse_at).label("worse"),
            func.max(visits.c.worse_at).label("worse_at"),
            func.min(case((visits.c.state.in_(HERE), visits.c.arrived_at))).label("longest_since"),
            func.max(visits.c.arrived_at).label("newest_since"),
        )
        .where(visits.c.queue_id.in_(queue_ids), visits.c.state.in_(PRESENT))
        .group_by(visits.c.queue_id)
    )
    return {
        QueueId(row.queue_id): Marks(
            worse=row.worse,
            worse_at=row.worse_at,
            longest_since=row.longest_since,
            newest_since=row.newest_since,
        )
        for row in await connection.execute(query)
    }


async def pharmacy_ids_of(connection: AsyncConnection, queue_id: QueueId) -> tuple[PharmacyId, ...]:
    """The pharmacies that a queue serves."""
    query = select(queue_pharmacies.c.pharmacy_id).where(queue_pharmacies.c.queue_id == queue_id)
    return tuple(PharmacyId(row.pharmacy_id) for row in await connection.execute(query))
