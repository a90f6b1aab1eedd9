"""The SQL of call-backs."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import RowMapping, func, select, update
from sqlalchemy import insert as insert_into
from sqlalchemy.ext.asyncio import AsyncConnection

from server.ids import QueueId, StaffId
from server.waiting_room.models import CallBack, CallBackOutcome, CallBackReason
from server.waiting_room.tables import call_backs

OPEN = call_backs.c.done_at.is_(None)


async def insert(connection: AsyncConnection, new: CallBack) -> None:
    await connection.execute(insert_into(call_backs).values(**asdict(new)))


async def call_back(connection: AsyncConnection, call_back_id: str) -> CallBack | None:
    query = select(*_COLUMNS).where(call_backs.c.id == call_back_id)
    row = (await connection.execute(query)).mappings().first()
    return None if row is None else _call_back(row)


async def open_of_queue(connection: AsyncConnection, queue_id: QueueId) -> tuple[CallBack, ...]:
    """Those of a queue who wait to be rung, the longest first."""
    query = (
        select(*_COLUMNS)
        .where(call_backs.c.queue_id == queue_id, OPEN)
        .order_by(call_backs.c.asked_at, call_backs.c.id)
    )
    return tuple(_call_back(row) for row in (await connection.execute(query)).mappings())


async def open_of_phone(
    connection: AsyncConnection, queue_id: QueueId, phone: str, since: datetime
) -> str | None:
    """The id of what this number asked of this queue since then, if it is still to be rung."""
    query = select(call_backs.c.id).where(
        call_backs.c.queue_id == queue_id,
        call_backs.c.asked_at >= since,
        call_backs.c.phone == phone,
        OPEN,
    )
    found: str | None = await connection.scalar(query.limit(1))
    return found


async def count_open(connection: AsyncConnection, queue_id: QueueId) -> int:
    return (await counts_open(connection, [queue_id]))[queue_id]


async def counts_open(connection: AsyncConnection, queue_ids: Collection[QueueId]) -> dict[QueueId, int]:
    """How many wait to be rung by each queue."""
    query = (
        select(call_backs.c.queue_id, func.count().label("number"))
        .where(call_backs.c.queue_id.in_(queue_ids), OPEN)
        .group_by(call_backs.c.queue_id)
    )
    counted = dict.fromkeys(queue_ids, 0)
    counted.update({row.queue_id: row.number for row in await connection.execute(query)})
    return counted


async def close(
    connection: AsyncConnection,
    call_back_id: str,
    done_by: StaffId | None,
    outcome: CallBackOutcome,
    now: datetime,
) -> bool:
    """Note what came of a call-back; says whether it was still open."""
    statement = (
        update(call_backs)
        .where(call_backs.c.id == call_back_id, OPEN)
        .values(done_at=now, done_by=done_by, outcome=outcome)
    )
    return (await connection.execute(statement)).rowcount == 1


_COLUMNS = tuple(
    call_backs.c[name]
    for name in (
        "id",
        "tenant_id",
        "queue_id",
        "pharmacy_id",
        "visit_id",
        "name",
        "phone",
        "language",
        "reason",
        "asked_at",
    )
)


def _call_back(row: RowMapping) -> CallBack:
    return CallBack(**{**row, "reason": CallBackReason(row["reason"])})
