"""The SQL of messages."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.db.insert import insert_new
from server.ids import VisitId
from server.notifications.models import (
    Channel,
    Failure,
    Message,
    MessageId,
    MessageKind,
    MessageState,
    Suppressed,
)
from server.notifications.tables import messages

_FAILURES = frozenset(failure.value for failure in Failure)
_OPEN = messages.c.state.in_((MessageState.QUEUED, MessageState.SENDING))


async def insert(connection: AsyncConnection, message: Message) -> bool:
    """Keep a message, unless there is one for its occasion; says whether it is new."""
    result = await connection.execute(insert_new(connection, messages).values(asdict(message)))
    return result.rowcount == 1


async def last_told_at(connection: AsyncConnection, visit_id: VisitId) -> datetime | None:
    """When the newest message to a visit was queued, whatever became of it."""
    query = select(messages.c.created_at).where(messages.c.visit_id == visit_id)
    newest = query.order_by(messages.c.created_at.desc()).limit(1)
    return (await connection.execute(newest)).scalar_one_or_none()


async def is_any_due(connection: AsyncConnection, channel: Channel, now: datetime) -> bool:
    query = select(messages.c.id).where(*_due(channel, now)).limit(1)
    return (await connection.execute(query)).first() is not None


async def claim_due(
    connection: AsyncConnection, channel: Channel, now: datetime, *, until: datetime, limit: int
) -> tuple[Message, ...]:
    """Take messages of a channel that are due, counting an attempt; nobody else gets them before `until`.

    What another process takes at this moment is skipped.
    """
    due = (
        select(messages.c.id)
        .where(*_due(channel, now))
        .order_by(messages.c.next_attempt_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(await connection.scalars(due))
    return await _take(connection, ids, until) if ids else ()


def _due(channel: Channel, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return _OPEN, messages.c.next_attempt_at <= now, messages.c.channel == channel


async def _take(
    connection: AsyncConnection, ids: Collection[MessageId], until: datetime
) -> tuple[Message, ...]:
    statement = (
        update(messages)
        .where(messages.c.id.in_(ids))
        .values(
            state=MessageState.SENDING,
            attempts=messages.c.attempts + 1,
            next_attempt_at=until,
        )
        .returning(*messages.columns)
    )
    return tuple(_message(row) for row in (await connection.execute(statement)).mappings())


async def settle(connection: AsyncConnection, message: Message, **changes: object) -> bool:
    """Set what became of an attempt; says `False`, and sets nothing, if somebody else has the message now."""
    mine = (
        (messages.c.id == message.id)
        & (messages.c.state == MessageState.SENDING)
        & (messages.c.attempts == message.attempts)
    )
    return (await connection.execute(update(messages).where(mine).values(**changes))).rowcount == 1


def _message(row: RowMapping) -> Message:
    values: dict[str, Any] = dict(row)
    values["kind"] = MessageKind(values["kind"])
    values["channel"] = Channel(values["channel"])
    values["state"] = MessageState(values["state"])
    values["failure"] = _why(values["failure"])
    return Message(**values)


def _why(value: str | None) -> Failure | Suppressed | None:
    if value is None:
        return None
    return Failure(value) if value in _FAILURES else Suppressed(value)
