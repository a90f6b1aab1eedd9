"""The SQL of what was forecast, what was promised, and what came of it."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.db.insert import insert_new
from server.ids import QueueId, VisitId
from server.waiting_room.models import IN_LINE, Promise, PromiseFate
from server.waiting_room.tables import promises, visits, wait_curves


async def insert_curve(
    connection: AsyncConnection, queue_id: QueueId, made_at: datetime, version: int, curve: object
) -> bool:
    """Keep a forecast; says whether this process was the first to make one for that moment."""
    values = {"queue_id": queue_id, "made_at": made_at, "version": version, "curve": curve}
    return (await connection.execute(insert_new(connection, wait_curves).values(values))).rowcount == 1


async def newest_curve_version(connection: AsyncConnection, queue_id: QueueId) -> int | None:
    """The version of the line for which a forecast was kept last."""
    query = (
        select(wait_curves.c.version)
        .where(wait_curves.c.queue_id == queue_id)
        .order_by(wait_curves.c.made_at.desc())
        .limit(1)
    )
    version: int | None = await connection.scalar(query)
    return version


async def insert(connection: AsyncConnection, new: Sequence[Promise]) -> None:
    await connection.execute(insert_new(connection, promises), [asdict(each) for each in new])


async def newest_of(connection: AsyncConnection, visit_ids: Collection[VisitId]) -> dict[VisitId, Promise]:
    """What each of these visits was told last."""
    rows = await connection.execute(
        select(promises).where(promises.c.visit_id.in_(visit_ids)).order_by(promises.c.made_at)
    )
    return {VisitId(row["visit_id"]): Promise(**row) for row in rows.mappings()}


async def fates(
    connection: AsyncConnection, queue_id: QueueId, since: datetime, limit: int
) -> tuple[PromiseFate, ...]:
    """What came, or has not come, of the newest promises made at joining since then; newest first."""
    query = (
        select(
            promises.c.made_at,
            promises.c.from_s,
            promises.c.to_s,
            visits.c.first_called_at,
            visits.c.state.in_(IN_LINE).label("stands"),
        )
        .join(visits, visits.c.id == promises.c.visit_id)
        .where(
            promises.c.queue_id == queue_id,
            promises.c.at_join,
            promises.c.made_at >= since,
            promises.c.to_s.is_not(None),
        )
        .order_by(promises.c.made_at.desc())
        .limit(limit)
    )
    return tuple(
        PromiseFate(
            made_at=row.made_at,
            from_s=row.from_s,
            to_s=row.to_s,
            called_at=row.first_called_at,
            stands=bool(row.stands),
        )
        for row in await connection.execute(query)
    )


async def standing(connection: AsyncConnection, queue_id: QueueId) -> tuple[VisitId, ...]:
    """Everybody in a line, in order."""
    query = (
        select(visits.c.id)
        .where(visits.c.queue_id == queue_id, visits.c.state.in_(IN_LINE))
        .order_by(visits.c.stands_at, visits.c.id)
    )
    return tuple(VisitId(visit_id) for visit_id in await connection.scalars(query))


async def count_of_visit(connection: AsyncConnection, visit_id: VisitId) -> int:
    """How many promises a visit was made."""
    query = select(func.count()).select_from(promises).where(promises.c.visit_id == visit_id)
    return await connection.scalar(query) or 0
