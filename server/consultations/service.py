"""The rooms of consultations: who comes and goes, and what happens between."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from server.audit.event import Actor, EventType
from server.audit.outbox import Outbox
from server.auth.policy import Action, Facts
from server.auth.principal import Principal, Role
from server.clock import Clock
from server.consultations import events, store
from server.consultations.access import permitted, taken
from server.consultations.levels import LastLevels
from server.consultations.models import (
    ROOM_OPEN,
    ChatMessage,
    Consultation,
    ConsultationEnd,
    ConsultationState,
    Joined,
    LeaveReason,
    Media,
    Participant,
    ParticipantKind,
)
from server.consultations.ports import Line, People
from server.consultations.presence import Presence
from server.consultations.wrap_up import WrapUps
from server.db.connection import AsyncConnection
from server.db.database import Database, Transaction
from server.errors import Code, Refusal
from server.ids import ConsultationId, ParticipantId, PatientId, StaffId, new_id
from server.notices import ConsultationChanged

JOIN = Action.CONSULTATION_JOIN

KINDS: Mapping[Role, ParticipantKind] = {
    Role.PATIENT: ParticipantKind.PATIENT,
    Role.PHARMACIST: ParticipantKind.PHARMACIST,
    Role.GUEST: ParticipantKind.GUEST,
}


class Consultations:
    """What happens in the room of a consultation, each act with its event."""

    def __init__(
        self, database: Database, outbox: Outbox, clock: Clock, *, line: Line, people: People
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._line = line
        self._people = people
        self._wrap_ups = WrapUps(clock, line=line)
        self._presence = Presence(database, clock)
        self._levels = LastLevels()

    # What other features ask

    async def facts(self, connection: AsyncConnection, consultation_id: ConsultationId) -> Facts | None:
        consultation = await store.consultation(connection, consultation_id)
        return None if consultation is None else consultation.facts

    async def busy(self, connection: AsyncConnection, subject_id: str) -> bool:
        """True for somebody who holds a consultation, is in a call, or has a place in a line."""
        return await store.is_in_a_call(connection, subject_id) or await self._line.holds_a_place(
            connection, subject_id
        )

    async def endings(
        self, connection: AsyncConnection, consultation_ids: Collection[ConsultationId]
    ) -> dict[ConsultationId, ConsultationEnd]:
        """Those of the consultations whose call is over, and why."""
        ended = await store.ended(connection, consultation_ids)
        return {each.id: each.end_reason or ConsultationEnd.COMPLETED for each in ended}

    async def seen(self, consultation_ids: Collection[ConsultationId]) -> None:
        """Somebody is in these rooms, on this process, now."""
        await self._presence.seen(consultation_ids)

    # The room

    async def join(self, principal: Principal, consultation_id: ConsultationId, media: Media) -> Joined:
        """Let a participant in. The patient's coming starts the consultation; the pharmacist's ends a hold.

        Raises `Refusal(consultation_closed)` when the call is over.
        """
        async with self._database.transaction() as transaction:
            consultation = await taken(transaction, self._line, principal, JOIN, consultation_id)
            if consultation.state not in ROOM_OPEN:
                raise Refusal(Code.CONSULTATION_CLOSED)
            participant = await self._enter(transaction, principal, consultation)
            await self._start_or_resume(transaction, principal, consultation)
            await self._record_media(transaction, principal, consultation, participant, None, media)
            return Joined(
                participant_id=participant.id,
                kind=participant.kind,
                name=await self._name(transaction.connection, principal),
                path_epoch=consultation.path_epoch,
                chat=await store.chat_of(transaction.connection, consultation_id),
            )

    async def leave(self, principal: Principal, consultation_id: ConsultationId, reason: LeaveReason) -> None:
        """A participant is gone. The pharmacist who hangs up ends the call; whoever else leaves, it goes on.

        Whoever is in the room may leave it, also a pharmacist who has handed the consultation over.
        """
        if reason == "joined_elsewhere":
            return
        async with self._database.transaction() as transaction:
            left = await self._left(transaction, principal, consultation_id)
            if left is None:
                return
            consultation, participant = left
            await self._record(
                transaction, principal, consultation, events.ROOM_LEFT, participant, reason=reason
            )
            in_call = consultation.state in {ConsultationState.RUNNING, ConsultationState.HELD}
            if principal.staff_id == consultation.pharmacist_id and reason == "hang_up" and in_call:
                why = ConsultationEnd.PHARMACIST_HUNG_UP
                await self._wrap_ups.begin(transaction, Actor.of(principal), consultation, why)

    async def media_changed(
        self, principal: Principal, consultation_id: ConsultationId, before: Media, after: Media
    ) -> None:
        """Note what a participant turned on and off."""
        async with self._database.transaction() as transaction:
            consultation, participant = await self._present(transaction, principal, consultation_id)
            await self._record_media(transaction, principal, consultation, participant, before, after)

    async def chat(
        self, principal: Principal, consultation_id: ConsultationId, client_key: str, text: str
    ) -> ChatMessage:
        """Store a message; the same key again answers the message that was stored first."""
        async with self._database.transaction() as transaction:
            consultation, participant = await self._present(transaction, principal, consultation_id)
            message = ChatMessage(
                id=new_id(), participant_id=participant.id, text=text, sent_at=self._clock.now()
            )
            is_new = await store.insert_chat(transaction.connection, consultation_id, client_key, message)
            if not is_new:
                return await store.chat_by_key(transaction.connection, participant.id, client_key)
            await self._record(
                transaction,
                principal,
                consultation,
                events.CHAT_SENT,
                participant,
                message_id=message.id,
            )
            return message

    async def quality(
        self, principal: Principal, consultation_id: ConsultationId, level: int, reason: str
    ) -> None:
        """Note that a participant's quality level changed; the same level again, here, is not noted."""
        if not self._levels.differs(consultation_id, principal.subject_id, level):
            return
        async with self._database.transaction() as transaction:
            consultation, participant = await self._present(transaction, principal, consultation_id)
            await self._record(
                transaction,
                principal,
                consultation,
                events.QUALITY_CHANGED,
                participant,
                level=level,
                reason=reason,
            )
        self._levels.keep(consultation_id, principal.subject_id, level)

    # Steps

    async def _present(
        self, transaction: Transaction, principal: Principal, consultation_id: ConsultationId
    ) -> tuple[Consultation, Participant]:
        """The consultation and the caller in its room; refuses a call that is over, and who is not in it."""
        consultation = await permitted(transaction.connection, principal, JOIN, consultation_id)
        if consultation.state not in ROOM_OPEN:
            raise Refusal(Code.CONSULTATION_CLOSED)
        participant = await store.participant(transaction.connection, consultation_id, principal.subject_id)
        if participant is None:
            raise Refusal(Code.FORBIDDEN)
        return consultation, participant

    async def _left(
        self, transaction: Transaction, principal: Principal, consultation_id: ConsultationId
    ) -> tuple[Consultation, Participant] | None:
        """Take somebody out of the room; `None` if they are not in it."""
        connection, now = transaction.connection, self._clock.now()
        participant = await store.participant(connection, consultation_id, principal.subject_id)
        seen = await store.consultation(connection, consultation_id)
        if seen is None or participant is None or participant.left_at is not None:
            return None
        await self._line.lock(transaction, seen.queue_id)
        await store.set_left(connection, participant.id, now)
        await store.set_present(connection, (consultation_id,), now)
        consultation = await store.consultation(connection, consultation_id)
        return None if consultation is None else (consultation, participant)

    async def _enter(
        self, transaction: Transaction, principal: Principal, consultation: Consultation
    ) -> Participant:
        connection = transaction.connection
        known = await store.participant(connection, consultation.id, principal.subject_id)
        if known is None:
            participant = Participant(
                id=ParticipantId(new_id()),
                consultation_id=consultation.id,
                subject_id=principal.subject_id,
                kind=KINDS[principal.role],
                joined_at=self._clock.now(),
                left_at=None,
            )
            await store.insert_participant(connection, participant)
        else:
            participant = replace(known, left_at=None)
            await store.set_left(connection, known.id, None)
        await store.set_present(connection, (consultation.id,), self._clock.now())
        await self._record(
            transaction,
            principal,
            consultation,
            events.ROOM_JOINED,
            participant,
            again=known is not None,
        )
        return participant

    async def _start_or_resume(
        self, transaction: Transaction, principal: Principal, consultation: Consultation
    ) -> None:
        actor, subject = Actor.of(principal), events.about(consultation)
        if consultation.state is ConsultationState.CALLING and principal.role is Role.PATIENT:
            changes = {"state": ConsultationState.RUNNING, "running_at": self._clock.now()}
            await store.change_consultation(transaction.connection, consultation.id, **changes)
            await self._outbox.record(transaction, events.CONSULTATION_STARTED(actor, subject))
            await self._line.answered(
                transaction,
                actor=actor,
                visit_id=consultation.visit_id,
                consultation_id=consultation.id,
            )
        elif consultation.state is ConsultationState.HELD and principal.role is Role.PHARMACIST:
            await store.change_consultation(
                transaction.connection, consultation.id, state=ConsultationState.RUNNING
            )
            await self._outbox.record(transaction, events.CONSULTATION_RESUMED(actor, subject))
        else:
            return
        transaction.announce(ConsultationChanged(consultation.id))

    async def _record_media(
        self,
        transaction: Transaction,
        principal: Principal,
        consultation: Consultation,
        participant: Participant,
        before: Media | None,
        after: Media,
    ) -> None:
        for kind in events.media_events(before, after):
            await self._record(transaction, principal, consultation, kind, participant)

    async def _record(
        self,
        transaction: Transaction,
        principal: Principal,
        consultation: Consultation,
        kind: EventType,
        participant: Participant,
        **data: str | int | bool,
    ) -> None:
        event = kind(
            Actor.of(principal),
            events.about(consultation),
            participant_id=participant.id,
            kind=participant.kind.value,
            **data,
        )
        await self._outbox.record(transaction, event)

    async def _name(self, connection: AsyncConnection, principal: Principal) -> str:
        if principal.role is Role.PATIENT:
            return (await self._people.patient(connection, PatientId(principal.subject_id))).name
        if principal.role is Role.GUEST:
            return await self._people.guest_name(connection, principal.subject_id)
        return await self._people.staff_name(connection, StaffId(principal.subject_id))
