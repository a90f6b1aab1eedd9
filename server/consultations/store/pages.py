"""The SQL of lists of consultations, and of what sessions were shown."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.consultations.models import (
    Consultation,
)
from server.consultations.store.rows import consultation_of
from server.consultations.tables import (
    consultations,
    record_reveals,
)
from server.db.database import Transaction
from server.db.insert import insert_new
from server.db.pruning import prune
from server.ids import (
    ConsultationId,
    PatientId,
    SessionId,
    StaffId,
    TenantId,
)


async def page_of_patient(
    connection: AsyncConnection,
    patient_id: PatientId,
    before: ConsultationId | None,
    limit: int,
) -> tuple[Consultation, ...]:
    """A patient's own, newest first; confidential ones are left out."""
    own = and_(consultations.c.patient_id == patient_id, consultations.c.confidential.is_(False))
    return await _page(connection, own, before, limit)


async def page_of_pharmacist(
    connection: AsyncConnection, staff_id: StaffId, before: ConsultationId | None, limit: int
) -> tuple[Consultation, ...]:
    return await _page(connection, consultations.c.pharmacist_id == staff_id, before, limit)


async def page_of_tenant(
    connection: AsyncConnection, tenant_id: TenantId, before: ConsultationId | None, limit: int
) -> tuple[Consultation, ...]:
    return await _page(connection, consultations.c.tenant_id == tenant_id, before, limit)


async def _page(
    connection: AsyncConnection,
    of: ColumnElement[bool],
    before: ConsultationId | None,
    limit: int,
) -> tuple[Consultation, ...]:
    # An id begins with the time it was made at, so that ids alone give a stable order.
    query: Select[Any] = select(consultations).where(of)
    if before is not None:
        query = query.where(consultations.c.id < before)
    rows = await connection.execute(query.order_by(consultations.c.id.desc()).limit(limit))
    return tuple(consultation_of(row) for row in rows.mappings())


def reveal_last(
    transaction: Transaction, session_id: SessionId, consultation_id: ConsultationId, now: datetime
) -> None:
    """Note, with the commit, that a session is shown a record that is new in this transaction."""
    row = {"session_id": session_id, "consultation_id": consultation_id, "revealed_at": now}
    transaction.insert_last(record_reveals, row)


async def reveal(
    connection: AsyncConnection, session_id: SessionId, consultation_id: ConsultationId, now: datetime
) -> bool:
    """Note that a session is shown a record; says whether it is for the first time."""
    statement = insert_new(connection, record_reveals).values(
        session_id=session_id, consultation_id=consultation_id, revealed_at=now
    )
    return (await connection.execute(statement)).rowcount == 1


async def prune_reveals(connection: AsyncConnection, before: datetime) -> int:
    """Forget what sessions were shown before a moment."""
    return await prune(connection, record_reveals, "revealed_at", before)
