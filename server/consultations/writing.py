"""Writing into the clinical record, and closing it."""

from server.accounts.schemas import InvitationLink
from server.audit.event import Actor
from server.audit.outbox import Outbox
from server.auth.policy import Action
from server.auth.principal import Principal, Role
from server.clock import Clock
from server.consultations import events, store
from server.consultations.access import permitted, taken
from server.consultations.consents import Consents
from server.consultations.models import (
    OVER,
    Consultation,
    ConsultationEnd,
    ConsultationState,
    Note,
)
from server.consultations.ports import Invitations, Line, People
from server.consultations.record import Records
from server.consultations.schemas import (
    Complete,
    ConsentView,
    ConsultationView,
    GiveConsent,
    InviteGuest,
    NoteView,
)
from server.db.connection import AsyncConnection
from server.db.database import Database, Transaction
from server.errors import Code, Refusal
from server.idempotency.attempt import Attempt
from server.ids import ConsultationId, new_id
from server.notices import ConsultationChanged

WRITE = Action.CONSULTATION_WRITE

CAN_BE_COMPLETED = frozenset({ConsultationState.RUNNING, ConsultationState.HELD, ConsultationState.WRAP_UP})


class Writing:
    """Notes, consents, guests, and the end of a consultation."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        clock: Clock,
        *,
        records: Records,
        consents: Consents,
        line: Line,
        people: People,
        invitations: Invitations,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._records = records
        self._consents = consents
        self._line = line
        self._people = people
        self._invitations = invitations

    async def add_note(
        self, principal: Principal, consultation_id: ConsultationId, text: str, *, key: str
    ) -> NoteView:
        """Add a note; to a closed record it is an addendum. The same key again answers the same note.

        Raises `Refusal(idempotency_key_reused)` when the key has added something else.
        """
        attempt = Attempt.of(principal, "consultation.note", key, consultation_id, text)
        async with self._database.transaction() as transaction:
            consultation = await taken(transaction, self._line, principal, WRITE, consultation_id)
            note_id = await attempt.earlier_result(transaction)
            if note_id is None:
                note_id = await self._add_note(transaction, principal, consultation, text)
                await attempt.remember(transaction, note_id, self._clock.now())
            note = await store.note(transaction.connection, note_id)
            author = await self._people.staff_name(transaction.connection, note.author_id)
        return NoteView(
            id=note.id,
            author_name=author,
            addendum=note.addendum,
            text=note.text,
            created_at=note.created_at,
        )

    async def give_consent(
        self, principal: Principal, consultation_id: ConsultationId, request: GiveConsent
    ) -> ConsentView:
        """Note a consent, or its withdrawal, of the person cared for; after closing, no more."""
        async with self._database.transaction() as transaction:
            connection = transaction.connection
            action = Action.CONSENT_GIVE
            consultation = await permitted(connection, principal, action, consultation_id)
            if consultation.state in OVER:
                raise Refusal(Code.CONSULTATION_CLOSED)
            given_by = await self._giver(connection, principal, consultation)
            consent_id = await self._consents.record_consent(
                transaction,
                actor=Actor.of(principal),
                tenant_id=consultation.tenant_id,
                patient_id=consultation.patient_id,
                visit_id=consultation.visit_id,
                subject=request.subject,
                given=request.given,
                text_version=request.text_version,
                given_by=given_by,
                consultation_id=consultation_id,
            )
            transaction.announce(ConsultationChanged(consultation_id))
        return ConsentView(
            id=consent_id,
            subject=request.subject,
            given=request.given,
            text_version=request.text_version,
            given_by=given_by,
            recorded_at=self._clock.now(),
        )

    async def complete(
        self, principal: Principal, consultation_id: ConsultationId, request: Complete, *, key: str
    ) -> ConsultationView:
        """Close the consultation, and its visit with it. The same key again answers the closed record.

        Raises `Refusal`: `consultation_closed`, `consultation_not_running` while nobody has answered, or
        `idempotency_key_reused`.
        """
        asked = request.model_dump(mode="json")
        attempt = Attempt.of(principal, "consultation.complete", key, consultation_id, asked)
        async with self._database.transaction() as transaction:
            consultation = await taken(transaction, self._line, principal, WRITE, consultation_id)
            if await attempt.earlier_result(transaction) is None:
                await self._complete(transaction, principal, consultation, request)
                await attempt.remember(transaction, consultation_id, self._clock.now())
            return await self._records.reveal(
                transaction, principal=principal, consultation_id=consultation_id
            )

    async def invite_guest(
        self, principal: Principal, consultation_id: ConsultationId, request: InviteGuest
    ) -> InvitationLink:
        """Make a link into this one consultation, for an interpreter, carer or chaperone."""
        async with self._database.transaction() as transaction:
            consultation = await taken(transaction, self._line, principal, WRITE, consultation_id)
            if consultation.state in OVER:
                raise Refusal(Code.CONSULTATION_CLOSED)
            visit = await self._line.visit(transaction.connection, consultation.visit_id)
            if visit is None:
                raise Refusal(Code.NOT_FOUND)
            return await self._invitations.invite_guest(
                transaction,
                principal=principal,
                pharmacy_id=visit.pharmacy_id,
                consultation_id=consultation_id,
                kind=request.kind,
                name=request.name,
                language=request.language,
            )

    async def refuse_recording(self, principal: Principal, consultation_id: ConsultationId) -> None:
        """Always `recording_unavailable`, after the policy: this version has no recorder."""
        async with self._database.snapshot() as connection:
            await permitted(connection, principal, Action.RECORDING_CONTROL, consultation_id)
        raise Refusal(Code.RECORDING_UNAVAILABLE)

    async def _add_note(
        self, transaction: Transaction, principal: Principal, consultation: Consultation, text: str
    ) -> str:
        note = Note(
            id=new_id(),
            author_id=consultation.pharmacist_id,
            addendum=consultation.state in OVER,
            text=text,
            created_at=self._clock.now(),
        )
        await store.insert_note(transaction.connection, consultation.tenant_id, consultation.id, note)
        event = events.NOTE_ADDED(
            Actor.of(principal),
            events.about(consultation),
            note_id=note.id,
            addendum=note.addendum,
        )
        await self._outbox.record(transaction, event)
        return note.id

    async def _complete(
        self,
        transaction: Transaction,
        principal: Principal,
        consultation: Consultation,
        request: Complete,
    ) -> None:
        if consultation.state in OVER:
            raise Refusal(Code.CONSULTATION_CLOSED)
        if consultation.state not in CAN_BE_COMPLETED:
            raise Refusal(Code.CONSULTATION_NOT_RUNNING)
        await self._close(transaction, principal, consultation, request)

    async def _close(
        self,
        transaction: Transaction,
        principal: Principal,
        consultation: Consultation,
        request: Complete,
    ) -> None:
        now = self._clock.now()
        reason = consultation.end_reason or ConsultationEnd.COMPLETED
        await store.change_consultation(
            transaction.connection,
            consultation.id,
            state=ConsultationState.CLOSED,
            closed_at=now,
            end_reason=reason,
            outcome=request.outcome,
            next_steps=request.next_steps,
        )
        await store.all_left(transaction.connection, consultation.id, now)
        actor = Actor.of(principal)
        await self._line.finished(
            transaction,
            actor=actor,
            visit_id=consultation.visit_id,
            consultation_id=consultation.id,
        )
        event = events.CONSULTATION_CLOSED(
            actor,
            events.about(consultation),
            reason=reason.value,
            outcome=request.outcome.value,
        )
        await self._outbox.record(transaction, event)
        transaction.announce(ConsultationChanged(consultation.id, ended=True))

    async def _giver(
        self, connection: AsyncConnection, principal: Principal, consultation: Consultation
    ) -> str:
        if principal.role is not Role.PATIENT:
            return principal.role.value
        speaker = await self._line.speaker(connection, consultation.visit_id)
        return "self" if speaker is None else "speaker"
