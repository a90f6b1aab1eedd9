"""The SQL of those who speak for the person cared for."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.ids import PatientId, StaffId, VisitId
from server.waiting_room.models import Speaker, SpeakerClaim
from server.waiting_room.tables import speakers, visits


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
