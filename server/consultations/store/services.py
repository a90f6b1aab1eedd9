"""The SQL of services: how long consultations took, for forecasts."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.consultations.tables import (
    consultations,
)
from server.ids import (
    QueueId,
    StaffId,
)
from server.waiting_room.models import Service

LONGEST_CONSULTATION = timedelta(hours=8)
"""No consultation is looked for that was opened longer ago than this."""


async def active_since(
    connection: AsyncConnection, staff_ids: Collection[StaffId], since: datetime
) -> frozenset[StaffId]:
    """Those of the pharmacists who opened or closed a consultation since."""
    if not staff_ids:
        return frozenset()
    query = (
        select(consultations.c.pharmacist_id)
        .where(
            consultations.c.pharmacist_id.in_(staff_ids),
            consultations.c.created_at >= since - LONGEST_CONSULTATION,
            or_(consultations.c.created_at >= since, consultations.c.closed_at >= since),
        )
        .distinct()
    )
    return frozenset(await connection.scalars(query))


async def services(
    connection: AsyncConnection,
    queue_ids: Collection[QueueId],
    staff_ids: Collection[StaffId],
    since: datetime,
) -> tuple[Service, ...]:
    """Those of these queues, or by these pharmacists, that run, or ended since."""
    query = select(*_SERVICE).where(
        or_(consultations.c.queue_id.in_(queue_ids), consultations.c.pharmacist_id.in_(staff_ids)),
        consultations.c.created_at >= since - LONGEST_CONSULTATION,
        or_(consultations.c.closed_at >= since, consultations.c.closed_at.is_(None)),
    )
    return tuple(_service(row) for row in (await connection.execute(query)).mappings())


async def past_services(
    connection: AsyncConnection, queue_id: QueueId, since: datetime, limit: int
) -> tuple[Service, ...]:
    """The newest of a queue that began since then and are over."""
    query = (
        select(*_SERVICE)
        .where(
            consultations.c.queue_id == queue_id,
            consultations.c.created_at >= since,
            consultations.c.closed_at.is_not(None),
        )
        .order_by(consultations.c.created_at.desc())
        .limit(limit)
    )
    return tuple(_service(row) for row in (await connection.execute(query)).mappings())


_SERVICE = (
    consultations.c.queue_id,
    consultations.c.pharmacist_id,
    consultations.c.visit_id,
    consultations.c.created_at.label("began_at"),
    consultations.c.closed_at.label("ended_at"),
)


def _service(row: RowMapping) -> Service:
    return Service(**row)
