"""The SQL that forecasts are made from: who stands how long, who came, who gave up."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.ids import QueueId, VisitId
from server.waiting_room.models import IN_LINE, PriorityClass, Stay, VisitState
from server.waiting_room.tables import visits


async def standing_since(
    connection: AsyncConnection, queue_id: QueueId, places: Collection[int]
) -> list[tuple[int, datetime]]:
    """When those at these places (from 1) of a line arrived, by place."""
    place = func.row_number().over(order_by=(visits.c.stands_at, visits.c.id)).label("place")
    line = (
        select(place, visits.c.arrived_at)
        .where(visits.c.queue_id == queue_id, visits.c.state.in_(IN_LINE))
        .subquery()
    )
    query = select(line.c.place, line.c.arrived_at).where(line.c.place.in_(places)).order_by(line.c.place)
    return [(row.place, row.arrived_at) for row in await connection.execute(query)]


async def windows_to_open(
    connection: AsyncConnection, queue_id: QueueId, until: datetime
) -> tuple[datetime, ...]:
    """When appointments that came early and stand in line are to be moved forward."""
    query = select(visits.c.window_opens_at).where(
        visits.c.queue_id == queue_id, visits.c.state.in_(IN_LINE), visits.c.window_opens_at < until
    )
    return tuple(await connection.scalars(query))


async def urgent_since(connection: AsyncConnection, queue_id: QueueId, since: datetime) -> int:
    """How many came since then and are, or were, urgent."""
    query = (
        select(func.count())
        .select_from(visits)
        .where(
            visits.c.queue_id == queue_id,
            visits.c.arrived_at >= since,
            visits.c.priority_class == PriorityClass.URGENT,
        )
    )
    return await connection.scalar(query) or 0


async def stays(
    connection: AsyncConnection, queue_id: QueueId, since: datetime, limit: int
) -> tuple[Stay, ...]:
    """The newest waits of a queue that began since then and are over."""
    left_at = func.coalesce(visits.c.first_called_at, visits.c.ended_at)
    query = (
        select(
            visits.c.id,
            visits.c.arrived_at,
            left_at.label("left_at"),
            case((visits.c.first_called_at.is_(None), visits.c.state == VisitState.LEFT), else_=False).label(
                "gave_up"
            ),
            visits.c.calls,
        )
        .where(visits.c.queue_id == queue_id, visits.c.arrived_at >= since, left_at.is_not(None))
        .order_by(visits.c.arrived_at.desc())
        .limit(limit)
    )
    return tuple(
        Stay(
            visit_id=VisitId(row.id),
            arrived_at=row.arrived_at,
            left_at=row.left_at,
            gave_up=bool(row.gave_up),
            calls=row.calls,
        )
        for row in await connection.execute(query)
    )
