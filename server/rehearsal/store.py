"""The SQL of the replay. It only reads.

It goes past the features' services to their tables on purpose: it is there to find out whether what the
services say is so.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from loadtest.ports import CallRow, LineChange, VisitRow
from server.consultations.tables import consultations
from server.waiting_room.tables import line_changes, queues, visits

STANDING = ("checking", "waiting", "away")


async def changes(connection: AsyncConnection, queue_id: str, after_version: int) -> list[LineChange]:
    query = (
        select(line_changes)
        .where(line_changes.c.queue_id == queue_id, line_changes.c.version > after_version)
        .order_by(line_changes.c.version, line_changes.c.part)
    )
    return [
        LineChange(row.version, row.part, row.rank, row.step, row.changed_at.timestamp())
        for row in await connection.execute(query)
    ]


async def standing(connection: AsyncConnection, queue_id: str) -> tuple[int, int]:
    """The version of a queue, and how many stand in its line."""
    version = await connection.scalar(select(queues.c.version).where(queues.c.id == queue_id))
    query = select(func.count()).where(visits.c.queue_id == queue_id, visits.c.state.in_(STANDING))
    return version or 0, await connection.scalar(query) or 0


async def visits_since(connection: AsyncConnection, queue_id: str, since: datetime) -> list[VisitRow]:
    query = select(visits.c.id, visits.c.state, visits.c.end_reason, visits.c.patient_id).where(
        visits.c.queue_id == queue_id, visits.c.created_at >= since
    )
    return [
        VisitRow(row.id, row.state, row.end_reason, row.patient_id) for row in await connection.execute(query)
    ]


async def calls_since(connection: AsyncConnection, queue_id: str, since: datetime) -> list[CallRow]:
    """The consultations of a queue, by their beginning."""
    query = (
        select(
            consultations.c.id,
            consultations.c.visit_id,
            consultations.c.pharmacist_id,
            consultations.c.created_at,
            consultations.c.closed_at,
            consultations.c.running_at,
        )
        .where(consultations.c.queue_id == queue_id, consultations.c.created_at >= since)
        .order_by(consultations.c.created_at)
    )
    return [
        CallRow(
            row.id,
            row.visit_id,
            row.pharmacist_id,
            row.created_at,
            row.closed_at,
            answered=row.running_at is not None,
        )
        for row in await connection.execute(query)
    ]
