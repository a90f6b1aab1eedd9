"""The SQL of consultations and all that belongs to one."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, insert, or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.consultations.models import (
    OCCUPYING,
    OVER,
    ROOM_OPEN,
    ChatMessage,
    Consent,
    Consultation,
    ConsultationEnd,
    ConsultationState,
    Note,
    Outcome,
    Participant,
    ParticipantKind,
)
from server.consultations.tables import OCCUPYING as OCCUPYING_ROWS
from server.consultations.tables import (
    chat_messages,
    consents,
    consultations,
    notes,
    participants,
    record_reveals,
)
from server.db.database import Transaction
from server.db.insert import insert_new
from server.db.pruning import prune
from server.ids import (
    ConsultationId,
    ParticipantId,
    PatientId,
    QueueId,
    SessionId,
    StaffId,
    TenantId,
    VisitId,
)
from server.waiting_room.models import Service

LONGEST_CONSULTATION = timedelta(hours=8)
"""No consultation is looked for that was opened longer ago than this."""

# Consultations


async def consultation(connection: AsyncConnection, consultation_id: ConsultationId) -> Consultation | None:
    rows = await connection.execute(select(consultations).where(consultations.c.id == consultation_id))
    row = rows.mappings().first()
    return None if row is None else _consultation(row)


async def insert_consultations(connection: AsyncConnection, new: Sequence[Consultation]) -> int:
    """Insert consultations, but those whose pharmacist holds another one; says how many went in."""
    rows = [{column.name: getattr(each, column.name) for column in consultations.columns} for each in new]
    return (await connection.execute(insert_new(connection, consultations).values(rows))).rowcount


async def change_consultation(
    connection: AsyncConnection, consultation_id: ConsultationId, **changes: object
) -> Consultation:
    """Set columns of a consultation; answers it as it is now."""
    statement = (
        update(consultations)
        .where(consultations.c.id == consultation_id)
        .values(**changes)
        .returning(*consultations.columns)
    )
    return _consultation((await connection.execute(statement)).mappings().one())


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
    return tuple(_consultation(row) for row in rows.mappings())


async def assign(connection: AsyncConnection, consultation_id: ConsultationId, staff_id: StaffId) -> bool:
    """Give a consultation another pharmacist; says no if that one holds another consultation."""
    statement = (
        update(consultations).where(consultations.c.id == consultation_id).values(pharmacist_id=staff_id)
    )
    try:
        async with connection.begin_nested():
            await connection.execute(statement)
    except IntegrityError:
        return False
    return True


async def occupied(connection: AsyncConnection, staff_ids: Collection[StaffId]) -> frozenset[StaffId]:
    """Those of the pharmacists who hold a consultation that is not over."""
    query = select(consultations.c.pharmacist_id).where(
        consultations.c.pharmacist_id.in_(staff_ids), consultations.c.state.in_(OCCUPYING)
    )
    return frozenset(await connection.scalars(query))


async def held_by(
    connection: AsyncConnection, staff_ids: Collection[StaffId]
) -> dict[StaffId, ConsultationId]:
    """The consultations that these pharmacists hold."""
    query = select(consultations.c.pharmacist_id, consultations.c.id).where(
        consultations.c.pharmacist_id.in_(staff_ids), text(OCCUPYING_ROWS)
    )
    return {StaffId(row.pharmacist_id): ConsultationId(row.id) for row in await connection.execute(query)}


async def active_since(
    connection: AsyncConnection, staff_ids: Collection[StaffId], since: datetime
) -> frozenset[StaffId]:
    """Those of the pharmacists who opened or closed a consultation since."""
    if not staff_ids:
        return frozenset()
    query = (
        select(consultations.c.pharmacist_id)
        .where(
            consultations.c.pharmacist_id.in_(staff_ids),
            consultations.c.created_at >= since - LONGEST_CONSULTATION,
            or_(consultations.c.created_at >= since, consultations.c.closed_at >= since),
        )
        .distinct()
    )
    return frozenset(await connection.scalars(query))


async def current_of_visit(connection: AsyncConnection, visit_id: VisitId) -> Consultation | None:
    """The consultation of a visit that is not over."""
    query = select(consultations).where(
        consultations.c.visit_id == visit_id, consultations.c.state.not_in(OVER)
    )
    row = (await connection.execute(query)).mappings().first()
    return None if row is None else _consultation(row)


async def newest_of_visits(
    connection: AsyncConnection, visit_ids: Collection[VisitId]
) -> dict[VisitId, Consultation]:
    query = (
        select(consultations)
        .where(consultations.c.visit_id.in_(visit_ids))
        .order_by(consultations.c.created_at, consultations.c.id)
    )
    rows = (await connection.execute(query)).mappings()
    return {VisitId(row["visit_id"]): _consultation(row) for row in rows}


async def services(
    connection: AsyncConnection,
    queue_ids: Collection[QueueId],
    staff_ids: Collection[StaffId],
    since: datetime,
) -> tuple[Service, ...]:
    """Those of these queues, or by these pharmacists, that run, or ended since."""
    query = select(*_SERVICE).where(
        or_(consultations.c.queue_id.in_(queue_ids), consultations.c.pharmacist_id.in_(staff_ids)),
        consultations.c.created_at >= since - LONGEST_CONSULTATION,
        or_(consultations.c.closed_at >= since, consultations.c.closed_at.is_(None)),
    )
    return tuple(_service(row) for row in (await connection.execute(query)).mappings())


async def past_services(
    connection: AsyncConnection, queue_id: QueueId, since: datetime, limit: int
) -> tuple[Service, ...]:
    """The newest of a queue that began since then and are over."""
    query = (
        select(*_SERVICE)
        .where(
            consultations.c.queue_id == queue_id,
            consultations.c.created_at >= since,
            consultations.c.closed_at.is_not(None),
        )
        .order_by(consultations.c.created_at.desc())
        .limit(limit)
    )
    return tuple(_service(row) for row in (await connection.execute(query)).mappings())


async def ended(
    connection: AsyncConnection, consultation_ids: Collection[ConsultationId]
) -> tuple[Consultation, ...]:
    """Those of the consultations whose call is over."""
    query = select(consultations).where(
        consultations.c.id.in_(consultation_ids), consultations.c.state.not_in(ROOM_OPEN)
    )
    return tuple(_consultation(row) for row in (await connection.execute(query)).mappings())


async def is_in_a_call(connection: AsyncConnection, subject_id: str) -> bool:
    """Say whether somebody holds a consultation that is not over, or takes part in one."""
    is_one_of_two = or_(consultations.c.pharmacist_id == subject_id, consultations.c.patient_id == subject_id)
    held = select(consultations.c.id).where(consultations.c.state.in_(OCCUPYING), is_one_of_two)
    present = (
        select(participants.c.id)
        .join(consultations, consultations.c.id == participants.c.consultation_id)
        .where(
            participants.c.subject_id == subject_id,
            participants.c.left_at.is_(None),
            consultations.c.state.in_(ROOM_OPEN),
        )
    )
    rows = await connection.execute(select(or_(held.exists(), present.exists())))
    return bool(rows.scalar())


# Pages


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
    return tuple(_consultation(row) for row in rows.mappings())


# What sessions have been shown


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


# Participants


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


# Notes, consents, chat


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


def _consultation(row: RowMapping) -> Consultation:
    values: dict[str, Any] = dict(row)
    values["state"] = ConsultationState(values["state"])
    values["end_reason"] = ConsultationEnd(values["end_reason"]) if values["end_reason"] else None
    values["outcome"] = Outcome(values["outcome"]) if values["outcome"] else None
    return Consultation(**values)


_SERVICE = (
    consultations.c.queue_id,
    consultations.c.pharmacist_id,
    consultations.c.visit_id,
    consultations.c.created_at.label("began_at"),
    consultations.c.closed_at.label("ended_at"),
)


def _service(row: RowMapping) -> Service:
    return Service(**row)


def _participant(row: RowMapping) -> Participant:
    return Participant(**{**row, "kind": ParticipantKind(row["kind"])})


def _note(row: RowMapping) -> Note:
    return Note(
        id=row["id"],
        author_id=StaffId(row["author_id"]),
        addendum=row["addendum"],
        text=row["text"],
        created_at=row["created_at"],
    )


def _chat_message(row: RowMapping) -> ChatMessage:
    return ChatMessage(
        id=row["id"],
        participant_id=ParticipantId(row["participant_id"]),
        text=row["text"],
        sent_at=row["created_at"],
    )
