"""The SQL of consultations: one, those of visits, and who holds which."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.consultations.models import (
    OCCUPYING,
    OVER,
    ROOM_OPEN,
    Consultation,
)
from server.consultations.store.rows import consultation_of
from server.consultations.tables import OCCUPYING as OCCUPYING_ROWS
from server.consultations.tables import (
    consultations,
    participants,
)
from server.db.insert import insert_new
from server.ids import (
    ConsultationId,
    StaffId,
    VisitId,
)


async def consultation(connection: AsyncConnection, consultation_id: ConsultationId) -> Consultation | None:
    rows = await connection.execute(select(consultations).where(consultations.c.id == consultation_id))
    row = rows.mappings().first()
    return None if row is None else consultation_of(row)


async def insert_consultations(connection: AsyncConnection, new: Sequence[Consultation]) -> int:
    """Insert consultations, but those whose pharmacist holds another one; says how many went in."""
    rows = [{column.name: getattr(each, column.name) for column in consultations.columns} for each in new]
    statement = insert_new(connection, consultations).returning(consultations.c.id)
    return len((await connection.scalars(statement, rows)).all())


async def change_consultation(
    connection: AsyncConnection, consultation_id: ConsultationId, **changes: object
) -> Consultation:
    """Set columns of a consultation; answers it as it is now."""
    statement = (
        update(consultations)
        .where(consultations.c.id == consultation_id)
        .values(**changes)
        .returning(*consultations.columns)
    )
    return consultation_of((await connection.execute(statement)).mappings().one())


async def current_of_visit(connection: AsyncConnection, visit_id: VisitId) -> Consultation | None:
    """The consultation of a visit that is not over."""
    query = select(consultations).where(
        consultations.c.visit_id == visit_id, consultations.c.state.not_in(OVER)
    )
    row = (await connection.execute(query)).mappings().first()
    return None if row is None else consultation_of(row)


async def newest_of_visits(
    connection: AsyncConnection, visit_ids: Collection[VisitId]
) -> dict[VisitId, Consultation]:
    query = (
        select(consultations)
        .where(consultations.c.visit_id.in_(visit_ids))
        .order_by(consultations.c.created_at, consultations.c.id)
    )
    rows = (await connection.execute(query)).mappings()
    return {VisitId(row["visit_id"]): consultation_of(row) for row in rows}


async def assign(connection: AsyncConnection, consultation_id: ConsultationId, staff_id: StaffId) -> bool:
    """Give a consultation another pharmacist; says no if that one holds another consultation."""
    statement = (
        update(consultations).where(consultations.c.id == consultation_id).values(pharmacist_id=staff_id)
    )
    try:
        async with connection.begin_nested():
            await connection.execute(statement)
    except IntegrityError:
        return False
    return True


async def occupied(connection: AsyncConnection, staff_ids: Collection[StaffId]) -> frozenset[StaffId]:
    """Those of the pharmacists who hold a consultation that is not over."""
    query = select(consultations.c.pharmacist_id).where(
        consultations.c.pharmacist_id.in_(staff_ids), consultations.c.state.in_(OCCUPYING)
    )
    return frozenset(await connection.scalars(query))


async def held_by(
    connection: AsyncConnection, staff_ids: Collection[StaffId]
) -> dict[StaffId, ConsultationId]:
    """The consultations that these pharmacists hold."""
    query = select(consultations.c.pharmacist_id, consultations.c.id).where(
        consultations.c.pharmacist_id.in_(staff_ids), text(OCCUPYING_ROWS)
    )
    return {StaffId(row.pharmacist_id): ConsultationId(row.id) for row in await connection.execute(query)}


async def ended(
    connection: AsyncConnection, consultation_ids: Collection[ConsultationId]
) -> tuple[Consultation, ...]:
    """Those of the consultations whose call is over."""
    query = select(consultations).where(
        consultations.c.id.in_(consultation_ids), consultations.c.state.not_in(ROOM_OPEN)
    )
    return tuple(consultation_of(row) for row in (await connection.execute(query)).mappings())


async def is_in_a_call(connection: AsyncConnection, subject_id: str) -> bool:
    """Say whether somebody holds a consultation that is not over, or takes part in one."""
    is_one_of_two = or_(consultations.c.pharmacist_id == subject_id, consultations.c.patient_id == subject_id)
    held = select(consultations.c.id).where(consultations.c.state.in_(OCCUPYING), is_one_of_two)
    present = (
        select(participants.c.id)
        .join(consultations, consultations.c.id == participants.c.consultation_id)
        .where(
            participants.c.subject_id == subject_id,
            participants.c.left_at.is_(None),
            consultations.c.state.in_(ROOM_OPEN),
        )
    )
    rows = await connection.execute(select(or_(held.exists(), present.exists())))
    return bool(rows.scalar())
