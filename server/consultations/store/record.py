"""The SQL of notes and consents."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.consultations.models import (
    Consent,
    Consultation,
    Note,
)
from server.consultations.tables import (
    consents,
    notes,
)
from server.ids import (
    ConsultationId,
    StaffId,
    TenantId,
)


async def notes_of(connection: AsyncConnection, consultation_id: ConsultationId) -> tuple[Note, ...]:
    query = (
        select(notes)
        .where(notes.c.consultation_id == consultation_id)
        .order_by(notes.c.created_at, notes.c.id)
    )
    return tuple(_note(row) for row in (await connection.execute(query)).mappings())


async def note(connection: AsyncConnection, note_id: str) -> Note:
    """A note that is known to be there."""
    return _note((await connection.execute(select(notes).where(notes.c.id == note_id))).mappings().one())


async def insert_note(
    connection: AsyncConnection, tenant_id: TenantId, consultation_id: ConsultationId, new: Note
) -> None:
    await connection.execute(
        insert(notes).values(
            id=new.id,
            tenant_id=tenant_id,
            consultation_id=consultation_id,
            author_id=new.author_id,
            addendum=new.addendum,
            text=new.text,
            created_at=new.created_at,
        )
    )


async def consents_of(
    connection: AsyncConnection, of: Sequence[Consultation]
) -> dict[ConsultationId, list[Consent]]:
    """What was consented to in each of the consultations, and on the way into it, oldest first."""
    by_id = {each.id: each.id for each in of}
    by_visit = {each.visit_id: each.id for each in of}
    query = (
        select(consents)
        .where(or_(consents.c.consultation_id.in_(by_id), consents.c.visit_id.in_(by_visit)))
        .order_by(consents.c.recorded_at, consents.c.id)
    )
    found: dict[ConsultationId, list[Consent]] = {each.id: [] for each in of}
    for row in await connection.execute(query):
        consent = Consent(
            id=row.id,
            subject=row.subject,
            given=row.given,
            text_version=row.text_version,
            given_by=row.given_by,
            recorded_at=row.recorded_at,
        )
        found[by_id.get(row.consultation_id) or by_visit[row.visit_id]].append(consent)
    return found


async def insert_consent(connection: AsyncConnection, **values: object) -> None:
    await connection.execute(insert(consents).values(**values))


def _note(row: RowMapping) -> Note:
    return Note(
        id=row["id"],
        author_id=StaffId(row["author_id"]),
        addendum=row["addendum"],
        text=row["text"],
        created_at=row["created_at"],
    )
