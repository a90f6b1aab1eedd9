"""The SQL of the line itself: ranks, places, and what each version did to them.

All of it runs over the partial index `ix_visits_standing`, whose condition is repeated word for word.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
    Tuple,
    case,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from server.db.database import Transaction
from server.db.types import Id, UtcDateTime
from server.ids import QueueId, VisitId
from server.waiting_room.line import Position, Standing
from server.waiting_room.models import (
    IN_LINE,
    LineChange,
    LineNews,
    LineStep,
    PriorityClass,
    Visit,
    VisitState,
)
from server.waiting_room.store.queues import queue_versions
from server.waiting_room.tables import line_changes, queues, visits

CLOSE = 128
"""Who stands this close to the end is counted from there, so that joining a long line does not read it."""

FEW = 16
"""The places of this many visits are counted one by one; of more, by reading their lines once."""

others = visits.alias("other")
"""The visits again, to compare one with others. Made once: an alias of so many columns is dear."""

MOST_CHANGES = 2_000
"""Whoever is further behind than this is told that there is a gap."""

STANDING_STATES: list[ColumnElement[str]] = [
    literal_column("'checking'"),
    literal_column("'waiting'"),
    literal_column("'away'"),
]
IN_CALL_STATES: list[ColumnElement[str]] = [literal_column("'called'"), literal_column("'in_consultation'")]


async def record_change(
    connection: AsyncConnection,
    queue_id: QueueId,
    *,
    left: Position | None,
    came: Position | None,
    now: datetime,
    **changes: object,
) -> LineChange:
    """Raise the version of a locked queue, set its columns, if any, and write what became of the ranks.

    `left`: where somebody stood; `came`: where somebody stands now. The visits have been changed already.
    """
    statement = (
        update(queues)
        .where(queues.c.id == queue_id)
        .values(
            **changes,
            version=queues.c.version + 1,
            standing=queues.c.standing + int(came is not None) - int(left is not None),
        )
        .returning(
            queues.c.version,
            *(_rank(queue_id, each, stands=came is not None) for each in (left, came) if each is not None),
        )
    )
    version, *ranks = (await connection.execute(statement)).one()
    signs = [sign for sign, each in ((-1, left), (1, came)) if each is not None]
    steps = tuple(LineStep(rank, sign) for rank, sign in zip(ranks, signs, strict=True))
    await _insert_steps(connection, queue_id, version, steps or (LineStep(0, 0),), now)
    return LineChange(version=version, steps=steps)


async def take(transaction: Transaction, queue_id: QueueId, ranks: Sequence[int], now: datetime) -> int:
    """Take visits out of a locked queue's line, one after the other; answers its version after the last.

    `ranks`: where each stood, from 0, when those before it were gone.
    """
    number = len(ranks)
    statement = (
        update(queues)
        .where(queues.c.id == queue_id)
        .values(version=queues.c.version + number, standing=queues.c.standing - number)
        .returning(queues.c.version)
    )
    last: int = (await transaction.connection.execute(statement)).scalar_one()
    for version, rank in enumerate(ranks, start=last - number + 1):
        for row in _step_rows(queue_id, version, (LineStep(rank, -1),), now):
            transaction.insert_last(line_changes, row)
    return last


async def first_stands_at(connection: AsyncConnection, queue_id: QueueId) -> datetime | None:
    """The effective arrival of the first in the line."""
    query = (
        select(visits.c.stands_at)
        .where(visits.c.queue_id == queue_id, _stands(visits))
        .order_by(visits.c.stands_at, visits.c.id)
        .limit(1)
    )
    first: datetime | None = (await connection.execute(query)).scalar()
    return first


async def window(
    connection: AsyncConnection, queue_id: QueueId, after: Position | None, limit: int
) -> tuple[Standing, ...]:
    """The next so many of a line, in order."""
    is_elsewhere = (
        select(others.c.id).where(others.c.patient_id == visits.c.patient_id, _in_call(others)).exists()
    )
    query = select(
        visits.c.id,
        visits.c.state,
        visits.c.priority_class,
        visits.c.arrived_at,
        visits.c.stands_at,
        visits.c.language,
        visits.c.calls,
        visits.c.skills,
        is_elsewhere.label("elsewhere"),
    ).where(visits.c.queue_id == queue_id, _stands(visits))
    if after is not None:
        query = query.where(tuple_(visits.c.stands_at, visits.c.id) > _spot(after))
    rows = await connection.execute(query.order_by(visits.c.stands_at, visits.c.id).limit(limit))
    return tuple(
        Standing(
            id=VisitId(row.id),
            state=VisitState(row.state),
            priority_class=PriorityClass(row.priority_class),
            arrived_at=row.arrived_at,
            stands_at=row.stands_at,
            language=row.language,
            calls=row.calls,
            skills=frozenset(row.skills),
            elsewhere=row.elsewhere,
        )
        for row in rows
    )


async def ahead(connection: AsyncConnection, queue_id: QueueId, of: Position) -> dict[VisitState, int]:
    """How many stand before a position, by their state."""
    query = (
        select(visits.c.state, func.count().label("number"))
        .where(
            visits.c.queue_id == queue_id,
            _stands(visits),
            tuple_(visits.c.stands_at, visits.c.id) < _spot(of),
        )
        .group_by(visits.c.state)
    )
    return {VisitState(row.state): row.number for row in await connection.execute(query)}


async def places(connection: AsyncConnection, of: Collection[Visit]) -> dict[VisitId, int]:
    """The places, from 1, of those of the visits that stand in a line; lines may be several."""
    standing = [visit for visit in of if visit.state in IN_LINE]
    if not standing:
        return {}
    if len(standing) <= FEW:
        return await _counted_places(connection, [visit.id for visit in standing])
    queue_ids = {visit.queue_id for visit in standing}
    return await _read_places(connection, queue_ids, {visit.id for visit in standing})


async def line_news(connection: AsyncConnection, since: Mapping[QueueId, int]) -> dict[QueueId, LineNews]:
    """What happened to the ranks of each queue after the version given, if anything did."""
    versions = await queue_versions(connection, since)
    return {
        queue_id: await _news(connection, queue_id, since[queue_id], version)
        for queue_id, version in versions.items()
    }


async def prune_changes(connection: AsyncConnection, before: datetime) -> int:
    """Forget the changes made before a moment; says how many rows that were."""
    return (await connection.execute(delete(line_changes).where(line_changes.c.changed_at < before))).rowcount


def _stands(of: FromClause) -> ColumnElement[bool]:
    return of.c.state.in_(STANDING_STATES)


def _in_call(of: FromClause) -> ColumnElement[bool]:
    return of.c.state.in_(IN_CALL_STATES)


def _spot(at: Position) -> Tuple:
    return tuple_(literal(at.stands_at, UtcDateTime()), literal(at.visit_id, Id))


def _rank(queue_id: QueueId, at: Position, *, stands: bool) -> ColumnElement[int]:
    """How many others stand before a position; `stands` says whether its visit is in the line now."""
    spot = _spot(at)
    where = tuple_(visits.c.stands_at, visits.c.id)
    others = [visits.c.queue_id == queue_id, _stands(visits), visits.c.id != at.visit_id]
    behind = _count(*others, where > spot, limit=CLOSE)
    return case(
        (behind < CLOSE, queues.c.standing - int(stands) - behind),
        else_=_count(*others, where < spot),
    )


def _count(*conditions: ColumnElement[bool], limit: int | None = None) -> ScalarSelect[int]:
    rows = select(visits.c.id).where(*conditions).limit(limit).subquery()
    return select(func.count()).select_from(rows).scalar_subquery()


async def _insert_steps(
    connection: AsyncConnection, queue_id: QueueId, version: int, steps: Iterable[LineStep], now: datetime
) -> None:
    await connection.execute(insert(line_changes), _step_rows(queue_id, version, steps, now))


def _step_rows(
    queue_id: QueueId, version: int, steps: Iterable[LineStep], now: datetime
) -> list[dict[str, object]]:
    return [
        {
            "queue_id": queue_id,
            "version": version,
            "part": part,
            "rank": step.rank,
            "step": step.step,
            "changed_at": now,
        }
        for part, step in enumerate(steps)
    ]


async def _counted_places(connection: AsyncConnection, visit_ids: Collection[VisitId]) -> dict[VisitId, int]:
    before = (
        select(func.count())
        .select_from(others)
        .where(
            others.c.queue_id == visits.c.queue_id,
            _stands(others),
            tuple_(others.c.stands_at, others.c.id) < tuple_(visits.c.stands_at, visits.c.id),
        )
        .scalar_subquery()
    )
    query = select(visits.c.id, before + 1).where(visits.c.id.in_(visit_ids), _stands(visits))
    return {VisitId(visit_id): place for visit_id, place in await connection.execute(query)}


async def _read_places(
    connection: AsyncConnection, queue_ids: Collection[QueueId], visit_ids: Collection[VisitId]
) -> dict[VisitId, int]:
    place = func.row_number().over(partition_by=visits.c.queue_id, order_by=(visits.c.stands_at, visits.c.id))
    line = select(visits.c.id, place.label("place")).where(visits.c.queue_id.in_(queue_ids), _stands(visits))
    ranked = line.subquery()
    query = select(ranked.c.id, ranked.c.place).where(ranked.c.id.in_(visit_ids))
    return {VisitId(visit_id): place for visit_id, place in await connection.execute(query)}


async def _news(connection: AsyncConnection, queue_id: QueueId, since: int, version: int) -> LineNews:
    if version == since:
        return LineNews(version=version, ops=(), gap=False)
    if not 0 < version - since <= MOST_CHANGES:
        return LineNews(version=version, ops=(), gap=True)
    query = (
        select(line_changes.c.version, line_changes.c.rank, line_changes.c.step)
        .where(
            line_changes.c.queue_id == queue_id,
            line_changes.c.version > since,
            line_changes.c.version <= version,
        )
        .order_by(line_changes.c.version, line_changes.c.part)
    )
    rows = (await connection.execute(query)).all()
    return LineNews(
        version=version,
        ops=tuple((row.version, row.rank, row.step) for row in rows if row.step),
        gap=len({row.version for row in rows}) != version - since,
    )
