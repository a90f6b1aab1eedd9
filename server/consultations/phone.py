"""Consultations by telephone: the pharmacist has rung the patient, and has them on the line."""

from server.audit.event import Actor
from server.audit.outbox import Outbox
from server.auth.policy import Action
from server.auth.principal import Principal
from server.clock import Clock
from server.consultations import events, store
from server.consultations.access import taken
from server.consultations.models import Consultation, ConsultationState
from server.consultations.ports import Line
from server.consultations.record import Records
from server.consultations.schemas import ConsultationView
from server.db.database import Database, Transaction
from server.errors import Code, Refusal
from server.ids import ConsultationId
from server.notices import ConsultationChanged


class PhoneCalls:
    """Lets a consultation run without the patient in the room."""

    def __init__(
        self, database: Database, outbox: Outbox, clock: Clock, *, line: Line, records: Records
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._line = line
        self._records = records

    async def start(self, principal: Principal, consultation_id: ConsultationId) -> ConsultationView:
        """The called patient is on the telephone: the consultation runs. Saying it again changes nothing.

        For phone-only patients, and for one whose page does not answer but whose telephone does. Raises
        `Refusal(consultation_closed)` when the call is over.
        """
        async with self._database.transaction() as transaction:
            action = Action.CONSULTATION_WRITE
            consultation = await taken(transaction, self._line, principal, action, consultation_id)
            match consultation.state:
                case ConsultationState.CALLING:
                    await self._start(transaction, principal, consultation)
                case ConsultationState.RUNNING | ConsultationState.HELD:
                    pass
                case _:
                    raise Refusal(Code.CONSULTATION_CLOSED)
            return await self._records.reveal(
                transaction, principal=principal, consultation_id=consultation_id
            )

    async def _start(
        self, transaction: Transaction, principal: Principal, consultation: Consultation
    ) -> None:
        actor, subject = Actor.of(principal), events.about(consultation)
        await store.change_consultation(
            transaction.connection,
            consultation.id,
            state=ConsultationState.RUNNING,
            running_at=self._clock.now(),
        )
        await self._outbox.record(transaction, events.PHONE_STARTED(actor, subject))
        await self._outbox.record(transaction, events.CONSULTATION_STARTED(actor, subject))
        await self._line.answered(
            transaction, actor=actor, visit_id=consultation.visit_id, consultation_id=consultation.id
        )
        transaction.announce(ConsultationChanged(consultation.id))
