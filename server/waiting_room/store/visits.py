"""The SQL of visits."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.ids import PatientId, QueueId, VisitId
from server.waiting_room.models import ACTIVE, IN_LINE, EndReason, PriorityClass, Visit, VisitState
from server.waiting_room.tables import visits


async def visit(connection: AsyncConnection, visit_id: VisitId) -> Visit | None:
    rows = await connection.execute(select(visits).where(visits.c.id == visit_id))
    row = rows.mappings().first()
    return None if row is None else _visit(row)


async def visits_by_id(connection: AsyncConnection, visit_ids: Collection[VisitId]) -> tuple[Visit, ...]:
    rows = await connection.execute(select(visits).where(visits.c.id.in_(visit_ids)))
    return tuple(_visit(row) for row in rows.mappings())


async def visit_versions(connection: AsyncConnection, visit_ids: Collection[VisitId]) -> dict[VisitId, int]:
    query = select(visits.c.id, visits.c.version).where(visits.c.id.in_(visit_ids))
    return {VisitId(row.id): row.version for row in await connection.execute(query)}


async def active_visit(
    connection: AsyncConnection, patient_id: PatientId, queue_id: QueueId | None = None
) -> Visit | None:
    """The patient's newest visit that has not ended, of one queue or of any."""
    query = select(visits).where(visits.c.patient_id == patient_id, visits.c.state.in_(ACTIVE))
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


async def windows_due(connection: AsyncConnection, now: datetime, limit: int) -> tuple[VisitId, ...]:
    """Those in line whose appointment's window has opened by now, the earliest first."""
    query = (
        select(visits.c.id)
        .where(visits.c.window_opens_at <= now, visits.c.state.in_(IN_LINE))
        .order_by(visits.c.window_opens_at)
        .limit(limit)
    )
    return tuple(VisitId(visit_id) for visit_id in await connection.scalars(query))


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


class InCallElsewhere(Exception):
    """The patient of a visit was called, or is in a consultation, by another queue."""


async def call_visits(
    connection: AsyncConnection, visit_ids: Collection[VisitId], *, now: datetime, answer_by: datetime
) -> dict[VisitId, Visit]:
    """Call the patients of visits; raises `InCallElsewhere`, after which the transaction is of no use."""
    statement = (
        update(visits)
        .where(visits.c.id.in_(visit_ids))
        .values(
            state=VisitState.CALLED,
            called_at=now,
            first_called_at=func.coalesce(visits.c.first_called_at, now),
            answer_by=answer_by,
            coming_at=None,
            calls=visits.c.calls + 1,
            version=visits.c.version + 1,
        )
        .returning(*visits.columns)
    )
    try:
        called = [_visit(row) for row in (await connection.execute(statement)).mappings()]
    except IntegrityError:
        raise InCallElsewhere from None
    return {visit.id: visit for visit in called}


async def change_visit(connection: AsyncConnection, visit_id: VisitId, **changes: object) -> Visit:
    """Set columns of a visit and raise its version; answers the visit as it is now."""
    statement = (
        update(visits)
        .where(visits.c.id == visit_id)
        .values(**changes, version=visits.c.version + 1)
        .returning(*visits.columns)
    )
    return _visit((await connection.execute(statement)).mappings().one())


def _visit(row: RowMapping) -> Visit:
    values: dict[str, Any] = dict(row)
    values["state"] = VisitState(values["state"])
    values["priority_class"] = PriorityClass(values["priority_class"])
    values["end_reason"] = EndReason(values["end_reason"]) if values["end_reason"] else None
    values["skills"] = tuple(values["skills"])
    return Visit(**values)
