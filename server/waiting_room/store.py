"""The SQL of queues and visits. A queue's row is the lock of its whole line: take it before a change."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.db.insert import insert_new
from server.ids import PatientId, PharmacyId, QueueId, SessionId, StaffId, TenantId, VisitId
from server.waiting_room.line import Standing
from server.waiting_room.models import (
    ENDED,
    IN_LINE,
    EndReason,
    PriorityClass,
    Queue,
    QueueState,
    Speaker,
    SpeakerClaim,
    Visit,
    VisitState,
)
from server.waiting_room.tables import (
    line_reveals,
    queue_pharmacies,
    queues,
    speakers,
    visits,
)

# Queues


async def queue(connection: AsyncConnection, queue_id: QueueId) -> Queue | None:
    rows = await connection.execute(select(queues).where(queues.c.id == queue_id))
    row = rows.mappings().first()
    return None if row is None else _queue(row)


async def locked_queue(connection: AsyncConnection, queue_id: QueueId) -> Queue | None:
    """Read a queue and keep everybody else from changing its line until the transaction ends.

    FOR NO KEY UPDATE: rows that only refer to the queue may be inserted meanwhile.
    """
    query = select(queues).where(queues.c.id == queue_id).with_for_update(key_share=True)
    rows = await connection.execute(query)
    row = rows.mappings().first()
    return None if row is None else _queue(row)


async def insert_queue(
    connection: AsyncConnection, queue: Queue, pharmacy_ids: Collection[PharmacyId], now: datetime
) -> None:
    values = {**asdict(queue), "languages": list(queue.languages), "created_at": now}
    await connection.execute(insert(queues).values(**values))
    for pharmacy_id in pharmacy_ids:
        await connection.execute(insert(queue_pharmacies).values(queue_id=queue.id, pharmacy_id=pharmacy_id))


async def queues_of_tenant(connection: AsyncConnection, tenant_id: TenantId) -> tuple[Queue, ...]:
    query = select(queues).where(queues.c.tenant_id == tenant_id).order_by(queues.c.name, queues.c.id)
    return tuple(_queue(row) for row in (await connection.execute(query)).mappings())


async def queues_by_id(connection: AsyncConnection, queue_ids: Collection[QueueId]) -> tuple[Queue, ...]:
    """The queues with these ids, by name."""
    query = select(queues).where(queues.c.id.in_(queue_ids)).order_by(queues.c.name, queues.c.id)
    return tuple(_queue(row) for row in (await connection.execute(query)).mappings())


async def queues_of_pharmacy(connection: AsyncConnection, pharmacy_id: PharmacyId) -> tuple[Queue, ...]:
    query = (
        select(queues)
        .join(queue_pharmacies, queue_pharmacies.c.queue_id == queues.c.id)
        .where(queue_pharmacies.c.pharmacy_id == pharmacy_id)
        .order_by(queues.c.name, queues.c.id)
    )
    return tuple(_queue(row) for row in (await connection.execute(query)).mappings())


async def is_served_at(connection: AsyncConnection, queue_id: QueueId, pharmacy_id: PharmacyId) -> bool:
    query = select(queue_pharmacies.c.queue_id).where(
        queue_pharmacies.c.queue_id == queue_id, queue_pharmacies.c.pharmacy_id == pharmacy_id
    )
    return (await connection.execute(query)).first() is not None


async def queue_versions(connection: AsyncConnection, queue_ids: Collection[QueueId]) -> dict[QueueId, int]:
    query = select(queues.c.id, queues.c.version).where(queues.c.id.in_(queue_ids))
    return {QueueId(row.id): row.version for row in await connection.execute(query)}


async def change_queue(connection: AsyncConnection, queue_id: QueueId, **changes: object) -> int:
    """Set columns of a queue, if any, and raise its version; answers the new version."""
    statement = (
        update(queues)
        .where(queues.c.id == queue_id)
        .values(**changes, version=queues.c.version + 1)
        .returning(queues.c.version)
    )
    version: int = (await connection.execute(statement)).scalar_one()
    return version


async def counts(
    connection: AsyncConnection, queue_ids: Collection[QueueId]
) -> dict[QueueId, Counter[VisitState]]:
    """How many visits of each queue are in each state that has not ended."""
    query = (
        select(visits.c.queue_id, visits.c.state, func.count().label("number"))
        .where(visits.c.queue_id.in_(queue_ids), visits.c.state.not_in(ENDED))
        .group_by(visits.c.queue_id, visits.c.state)
    )
    counted: dict[QueueId, Counter[VisitState]] = {queue_id: Counter() for queue_id in queue_ids}
    for row in await connection.execute(query):
        counted[QueueId(row.queue_id)][VisitState(row.state)] = row.number
    return counted


# Visits


async def visit(connection: AsyncConnection, visit_id: VisitId) -> Visit | None:
    rows = await connection.execute(select(visits).where(visits.c.id == visit_id))
    row = rows.mappings().first()
    return None if row is None else _visit(row)


async def visits_by_id(connection: AsyncConnection, visit_ids: Collection[VisitId]) -> tuple[Visit, ...]:
    rows = await connection.execute(select(visits).where(visits.c.id.in_(visit_ids)))
    return tuple(_visit(row) for row in rows.mappings())


async def active_visit(
    connection: AsyncConnection, patient_id: PatientId, queue_id: QueueId | None = None
) -> Visit | None:
    """The patient's newest visit that has not ended, of one queue or of any."""
    query = select(visits).where(visits.c.patient_id == patient_id, visits.c.state.not_in(ENDED))
    if queue_id is not None:
        query = query.where(visits.c.queue_id == queue_id)
    rows = await connection.execute(query.order_by(visits.c.created_at.desc()).limit(1))
    row = rows.mappings().first()
    return None if row is None else _visit(row)


async def visits_in(
    connection: AsyncConnection, queue_id: QueueId, states: Iterable[VisitState]
) -> tuple[Visit, ...]:
    """The visits of a queue that are in one of these states, by arrival."""
    query = (
        select(visits)
        .where(visits.c.queue_id == queue_id, visits.c.state.in_(list(states)))
        .order_by(visits.c.arrived_at, visits.c.id)
    )
    return tuple(_visit(row) for row in (await connection.execute(query)).mappings())


async def standings(connection: AsyncConnection, queue_id: QueueId) -> tuple[Standing, ...]:
    """Those who hold a place in a queue, in no order."""
    query = select(
        visits.c.id,
        visits.c.state,
        visits.c.priority_class,
        visits.c.arrived_at,
        visits.c.language,
        visits.c.calls,
    ).where(visits.c.queue_id == queue_id, visits.c.state.in_(IN_LINE))
    return tuple(
        Standing(
            id=VisitId(row.id),
            state=VisitState(row.state),
            priority_class=PriorityClass(row.priority_class),
            arrived_at=row.arrived_at,
            language=row.language,
            calls=row.calls,
        )
        for row in await connection.execute(query)
    )


async def overdue_calls(connection: AsyncConnection, now: datetime) -> tuple[VisitId, ...]:
    """The visits whose call should have been answered by now."""
    query = (
        select(visits.c.id)
        .where(visits.c.state == VisitState.CALLED, visits.c.answer_by <= now)
        .order_by(visits.c.answer_by)
    )
    return tuple(VisitId(visit_id) for visit_id in await connection.scalars(query))


async def insert_visit(connection: AsyncConnection, new: Visit) -> None:
    values = {column.name: getattr(new, column.name) for column in visits.columns}
    await connection.execute(insert(visits).values(values))


async def change_visit(connection: AsyncConnection, visit_id: VisitId, **changes: object) -> Visit:
    """Set columns of a visit and raise its version; answers the visit as it is now."""
    statement = (
        update(visits)
        .where(visits.c.id == visit_id)
        .values(**changes, version=visits.c.version + 1)
        .returning(*visits.columns)
    )
    return _visit((await connection.execute(statement)).mappings().one())


# Speakers


async def speakers_of(connection: AsyncConnection, visit_ids: Collection[VisitId]) -> dict[VisitId, Speaker]:
    query = select(speakers).where(speakers.c.visit_id.in_(visit_ids))
    return {
        VisitId(row.visit_id): Speaker(
            claim=SpeakerClaim(name=row.name, relationship=row.relationship, authority=row.authority),
            checked_by=row.checked_by,
            checked_at=row.checked_at,
        )
        for row in await connection.execute(query)
    }


async def last_claim(connection: AsyncConnection, patient_id: PatientId) -> SpeakerClaim | None:
    """Who spoke for this person at their newest visit, if anybody did."""
    newest = (
        select(visits.c.id)
        .where(visits.c.patient_id == patient_id)
        .order_by(visits.c.created_at.desc(), visits.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(speakers).where(speakers.c.visit_id == newest)
    row = (await connection.execute(query)).first()
    if row is None:
        return None
    return SpeakerClaim(name=row.name, relationship=row.relationship, authority=row.authority)


async def insert_speaker(connection: AsyncConnection, visit_id: VisitId, claim: SpeakerClaim) -> None:
    await connection.execute(
        insert(speakers).values(
            visit_id=visit_id,
            name=claim.name,
            relationship=claim.relationship,
            authority=claim.authority,
        )
    )


async def copy_speaker(connection: AsyncConnection, source: VisitId, target: VisitId) -> None:
    """Give a visit the speaker of another one, with the check that was made."""
    rows = await connection.execute(select(speakers).where(speakers.c.visit_id == source))
    row = rows.mappings().first()
    if row is not None:
        await connection.execute(insert(speakers).values({**row, "visit_id": target}))


async def check_speaker(
    connection: AsyncConnection, visit_id: VisitId, checked_by: StaffId | None, now: datetime | None
) -> bool:
    """Note who confirmed the speaker, or with `None` that nobody has; says whether there is a speaker."""
    statement = (
        update(speakers).where(speakers.c.visit_id == visit_id).values(checked_by=checked_by, checked_at=now)
    )
    return (await connection.execute(statement)).rowcount == 1


# What staff sessions have been shown


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


def _queue(row: RowMapping) -> Queue:
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
    )


def _visit(row: RowMapping) -> Visit:
    values: dict[str, Any] = dict(row)
    values["state"] = VisitState(values["state"])
    values["priority_class"] = PriorityClass(values["priority_class"])
    values["end_reason"] = EndReason(values["end_reason"]) if values["end_reason"] else None
    values["skills"] = tuple(values["skills"])
    return Visit(**values)
