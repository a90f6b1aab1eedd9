"""Wrap-up: the call is over, the record still open, and the pharmacist still occupied by it."""

from server.audit.event import Actor
from server.clock import Clock
from server.consultations import events, store
from server.consultations.models import Consultation, ConsultationEnd, ConsultationState
from server.consultations.ports import Line
from server.db.database import Transaction
from server.notices import ConsultationChanged


class WrapUps:
    """Ends the calls of consultations whose queue is locked."""

    def __init__(self, clock: Clock, *, line: Line) -> None:
        self._clock = clock
        self._line = line

    async def begin(
        self, transaction: Transaction, actor: Actor, consultation: Consultation, reason: ConsultationEnd
    ) -> None:
        """The call is over for all, for a named reason; nobody is in the room any more."""
        now = self._clock.now()
        await store.change_consultation(
            transaction.connection,
            consultation.id,
            state=ConsultationState.WRAP_UP,
            wrap_up_at=now,
            end_reason=reason,
        )
        await store.all_left(transaction.connection, consultation.id, now)
        event = events.CONSULTATION_WRAP_UP(actor, events.about(consultation), reason=reason.value)
        await self._line.line_changed(transaction, consultation.visit_id, event)
        transaction.announce(ConsultationChanged(consultation.id, ended=True))
