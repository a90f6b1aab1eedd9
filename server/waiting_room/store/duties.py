"""The SQL of who is on duty."""

from collections.abc import Collection

from sqlalchemy import RowMapping, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.db.insert import insert_new
from server.ids import StaffId, TenantId
from server.waiting_room.pool import DutyEntry, DutyState
from server.waiting_room.tables import duties


async def duties_of(connection: AsyncConnection, staff_ids: Collection[StaffId]) -> dict[StaffId, DutyEntry]:
    """What each of these last said, if anything."""
    if not staff_ids:
        return {}
    rows = await connection.execute(select(duties).where(duties.c.staff_id.in_(staff_ids)))
    return {StaffId(row["staff_id"]): _duty(row) for row in rows.mappings()}


async def put_duty(connection: AsyncConnection, tenant_id: TenantId, entry: DutyEntry) -> None:
    values = {
        "state": entry.state.value,
        "since": entry.since,
        "back_at": entry.back_at,
        "until": entry.until,
    }
    new = insert_new(connection, duties).values(staff_id=entry.staff_id, tenant_id=tenant_id, **values)
    if (await connection.execute(new)).rowcount == 0:
        await connection.execute(update(duties).where(duties.c.staff_id == entry.staff_id).values(values))


def _duty(row: RowMapping) -> DutyEntry:
    return DutyEntry(
        staff_id=StaffId(row["staff_id"]),
        state=DutyState(row["state"]),
        since=row["since"],
        back_at=row["back_at"],
        until=row["until"],
    )
