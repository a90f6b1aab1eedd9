"""The SQL of queues. A queue's row is the lock of its whole line: take it before a change."""

from collections import Counter
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import RowMapping, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.ids import PharmacyId, QueueId, TenantId
from server.waiting_room.models import ACTIVE, Queue, QueueState, VisitState
from server.waiting_room.tables import queue_pharmacies, queues, visits


async def queue(connection: AsyncConnection, queue_id: QueueId) -> Queue | None:
    rows = await connection.execute(select(queues).where(queues.c.id == queue_id))
    row = rows.mappings().first()
    return None if row is None else queue_of(row)


async def locked_queue(connection: AsyncConnection, queue_id: QueueId) -> Queue | None:
    """Read a queue and keep everybody else from changing its line until the transaction ends.

    FOR NO KEY UPDATE: rows that only refer to the queue may be inserted meanwhile.
    """
    query = select(queues).where(queues.c.id == queue_id).with_for_update(key_share=True)
    rows = await connection.execute(query)
    row = rows.mappings().first()
    return None if row is None else queue_of(row)


async def insert_queue(
    connection: AsyncConnection, queue: Queue, pharmacy_ids: Collection[PharmacyId], now: datetime
) -> None:
    values = {**asdict(queue), "languages": list(queue.languages), "created_at": now}
    await connection.execute(insert(queues).values(**values))
    for pharmacy_id in pharmacy_ids:
        await connection.execute(insert(queue_pharmacies).values(queue_id=queue.id, pharmacy_id=pharmacy_id))


async def queues_of_tenant(connection: AsyncConnection, tenant_id: TenantId) -> tuple[Queue, ...]:
    query = select(queues).where(queues.c.tenant_id == tenant_id).order_by(queues.c.name, queues.c.id)
    return tuple(queue_of(row) for row in (await connection.execute(query)).mappings())


async def queues_by_id(connection: AsyncConnection, queue_ids: Collection[QueueId]) -> tuple[Queue, ...]:
    """The queues with these ids, by name."""
    query = select(queues).where(queues.c.id.in_(queue_ids)).order_by(queues.c.name, queues.c.id)
    return tuple(queue_of(row) for row in (await connection.execute(query)).mappings())


async def queues_of_pharmacy(connection: AsyncConnection, pharmacy_id: PharmacyId) -> tuple[Queue, ...]:
    query = (
        select(queues)
        .join(queue_pharmacies, queue_pharmacies.c.queue_id == queues.c.id)
        .where(queue_pharmacies.c.pharmacy_id == pharmacy_id)
        .order_by(queues.c.name, queues.c.id)
    )
    return tuple(queue_of(row) for row in (await connection.execute(query)).mappings())


async def is_served_at(connection: AsyncConnection, queue_id: QueueId, pharmacy_id: PharmacyId) -> bool:
    query = select(queue_pharmacies.c.queue_id).where(
        queue_pharmacies.c.queue_id == queue_id, queue_pharmacies.c.pharmacy_id == pharmacy_id
    )
    return (await connection.execute(query)).first() is not None


async def queue_versions(connection: AsyncConnection, queue_ids: Collection[QueueId]) -> dict[QueueId, int]:
    query = select(queues.c.id, queues.c.version).where(queues.c.id.in_(queue_ids))
    return {QueueId(row.id): row.version for row in await connection.execute(query)}


async def counts(
    connection: AsyncConnection, queue_ids: Collection[QueueId]
) -> dict[QueueId, Counter[VisitState]]:
    """How many visits of each queue are in each state that has not ended."""
    query = (
        select(visits.c.queue_id, visits.c.state, func.count().label("number"))
        .where(visits.c.queue_id.in_(queue_ids), visits.c.state.in_(ACTIVE))
        .group_by(visits.c.queue_id, visits.c.state)
    )
    counted: dict[QueueId, Counter[VisitState]] = {queue_id: Counter() for queue_id in queue_ids}
    for row in await connection.execute(query):
        counted[QueueId(row.queue_id)][VisitState(row.state)] = row.number
    return counted


def queue_of(row: RowMapping) -> Queue:
    """The queue that a row of the table is."""
    return Queue(
        id=row["id"],
        tenant_id=row["tenant_id"],
        name=row["name"],
        state=QueueState(row["state"]),
        pause_message=row["pause_message"],
        capacity=row["capacity"],
        answer_time_s=row["answer_time_s"],
        languages=tuple(row["languages"]),
        version=row["version"],
        wait_alert_s=row["wait_alert_s"],
        notify_ahead=row["notify_ahead"],
        head_starts=row["head_starts"],
        window_before_s=row["window_before_s"],
        window_after_s=row["window_after_s"],
        service_prior_s=row["service_prior_s"],
        opening_hours=tuple((day, opens, closes) for day, opens, closes in row["opening_hours"]),
        time_zone=row["time_zone"],
        standing=row["standing"],
    )
