"""The SQL of rooms: who is in one, and what they write there."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.consultations.models import (
    ROOM_OPEN,
    ChatMessage,
    Consultation,
    ConsultationState,
    Participant,
    ParticipantKind,
)
from server.consultations.store.rows import consultation_of
from server.consultations.tables import (
    chat_messages,
    consultations,
    participants,
)
from server.db.insert import insert_new
from server.ids import (
    ConsultationId,
    ParticipantId,
)


async def set_present(
    connection: AsyncConnection, consultation_ids: Collection[ConsultationId], now: datetime
) -> None:
    """Note that somebody is in these rooms. One that is being changed at the moment is left out.

    Nobody waits here: two processes may note the same rooms, in any order.
    """
    free = (
        select(consultations.c.id)
        .where(consultations.c.id.in_(consultation_ids), consultations.c.state.in_(ROOM_OPEN))
        .with_for_update(skip_locked=True)
    )
    statement = update(consultations).where(consultations.c.id.in_(free))
    await connection.execute(statement.values(present_at=now))


async def present_before(
    connection: AsyncConnection, before: datetime, limit: int
) -> tuple[Consultation, ...]:
    """Running consultations in whose room nobody was seen since a moment; the longest empty first."""
    query = select(consultations).where(
        consultations.c.state == ConsultationState.RUNNING, consultations.c.present_at <= before
    )
    rows = await connection.execute(query.order_by(consultations.c.present_at).limit(limit))
    return tuple(consultation_of(row) for row in rows.mappings())


async def participants_of(
    connection: AsyncConnection, consultation_id: ConsultationId
) -> tuple[Participant, ...]:
    query = (
        select(participants)
        .where(participants.c.consultation_id == consultation_id)
        .order_by(participants.c.joined_at, participants.c.id)
    )
    return tuple(_participant(row) for row in (await connection.execute(query)).mappings())


async def participant(
    connection: AsyncConnection, consultation_id: ConsultationId, subject_id: str
) -> Participant | None:
    query = select(participants).where(
        participants.c.consultation_id == consultation_id, participants.c.subject_id == subject_id
    )
    row = (await connection.execute(query)).mappings().first()
    return None if row is None else _participant(row)


async def insert_participant(connection: AsyncConnection, new: Participant) -> None:
    values = {column.name: getattr(new, column.name) for column in participants.columns}
    await connection.execute(insert(participants).values(values))


async def set_left(
    connection: AsyncConnection, participant_id: ParticipantId, left_at: datetime | None
) -> None:
    await connection.execute(
        update(participants).where(participants.c.id == participant_id).values(left_at=left_at)
    )


async def all_left(connection: AsyncConnection, consultation_id: ConsultationId, left_at: datetime) -> None:
    """Nobody is in the room any more."""
    await connection.execute(
        update(participants)
        .where(participants.c.consultation_id == consultation_id, participants.c.left_at.is_(None))
        .values(left_at=left_at)
    )


async def chat_of(connection: AsyncConnection, consultation_id: ConsultationId) -> tuple[ChatMessage, ...]:
    query = (
        select(chat_messages)
        .where(chat_messages.c.consultation_id == consultation_id)
        .order_by(chat_messages.c.created_at, chat_messages.c.id)
    )
    return tuple(_chat_message(row) for row in (await connection.execute(query)).mappings())


async def insert_chat(
    connection: AsyncConnection,
    consultation_id: ConsultationId,
    client_key: str,
    new: ChatMessage,
) -> bool:
    """Insert a message; says no if its author sent one with this key before."""
    statement = insert_new(connection, chat_messages).values(
        id=new.id,
        consultation_id=consultation_id,
        participant_id=new.participant_id,
        client_key=client_key,
        text=new.text,
        created_at=new.sent_at,
    )
    return (await connection.execute(statement)).rowcount == 1


async def chat_by_key(
    connection: AsyncConnection, participant_id: ParticipantId, client_key: str
) -> ChatMessage:
    query = select(chat_messages).where(
        chat_messages.c.participant_id == participant_id, chat_messages.c.client_key == client_key
    )
    return _chat_message((await connection.execute(query)).mappings().one())


def _participant(row: RowMapping) -> Participant:
    return Participant(**{**row, "kind": ParticipantKind(row["kind"])})


def _chat_message(row: RowMapping) -> ChatMessage:
    return ChatMessage(
        id=row["id"],
        participant_id=ParticipantId(row["participant_id"]),
        text=row["text"],
        sent_at=row["created_at"],
    )
