"""The SQL of sessions."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Row, Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.auth.models import Session, SessionEnd
from server.auth.principal import Role
from server.auth.tables import sessions
from server.ids import SessionId

_COLUMNS = tuple(sessions.c[name] for name in Session.__dataclass_fields__)


async def insert_session(connection: AsyncConnection, session: Session) -> None:
    values = {name: getattr(session, name) for name in Session.__dataclass_fields__}
    await connection.execute(insert(sessions).values(values | {"role": session.role.value}))


async def find(connection: AsyncConnection, session_ids: Collection[SessionId]) -> tuple[Session, ...]:
    rows = await connection.execute(select(*_COLUMNS).where(sessions.c.id.in_(session_ids)))
    return tuple(_session(row) for row in rows)


async def living(
    connection: AsyncConnection, session_ids: Collection[SessionId], now: datetime
) -> frozenset[SessionId]:
    """Those of the sessions that have neither been ended nor run out."""
    is_living = sessions.c.revoked_at.is_(None) & (sessions.c.expires_at > now)
    query = select(sessions.c.id).where(sessions.c.id.in_(session_ids) & is_living)
    return frozenset(await connection.scalars(query))


async def lock(connection: AsyncConnection, session_id: SessionId) -> Session | None:
    """Read a session and keep others from changing it until the transaction ends."""
    query = select(*_COLUMNS).where(sessions.c.id == session_id).with_for_update()
    return await _one(connection, query)


async def lock_of_subject(connection: AsyncConnection, subject_id: str) -> tuple[Session, ...]:
    """Read and lock the sessions of a person that have not ended."""
    mine = (sessions.c.subject_id == subject_id) & sessions.c.revoked_at.is_(None)
    rows = await connection.execute(select(*_COLUMNS).where(mine).order_by(sessions.c.id).with_for_update())
    return tuple(_session(row) for row in rows)


async def rotate(
    connection: AsyncConnection, session: Session, *, refresh_hash: str, now: datetime, device_hash: str
) -> None:
    """Keep the next refresh token of the session."""
    await connection.execute(
        update(sessions)
        .where(sessions.c.id == session.id)
        .values(
            refresh_hash=refresh_hash,
            rotated_at=now,
            earlier_rotated_at=session.rotated_at,
            device_hash=device_hash,
        )
    )


async def touch(connection: AsyncConnection, session_id: SessionId, last_seen_at: datetime) -> None:
    await connection.execute(
        update(sessions).where(sessions.c.id == session_id).values(last_seen_at=last_seen_at)
    )


async def revoke(
    connection: AsyncConnection, session_id: SessionId, *, now: datetime, reason: SessionEnd
) -> None:
    await connection.execute(
        update(sessions).where(sessions.c.id == session_id).values(revoked_at=now, revoke_reason=reason.value)
    )


async def _one(connection: AsyncConnection, query: Select[tuple[object, ...]]) -> Session | None:
    row = (await connection.execute(query)).one_or_none()
    return _session(row) if row is not None else None


def _session(row: Row[tuple[object, ...]]) -> Session:
    values = dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's documented name for the row as a mapping
    return Session(**values | {"role": Role(values["role"])})
