"""Consultations as the waiting room needs them: opened, held and ended with their visits.

All that changes something runs inside the waiting room's transaction, under the lock of the visit's queue.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from server.audit.event import Actor
from server.audit.outbox import Outbox
from server.clock import Clock
from server.consultations import events, store
from server.consultations.models import (
    Consultation,
    ConsultationEnd,
    ConsultationState,
)
from server.db.connection import AsyncConnection
from server.db.database import Transaction
from server.errors import Code, Refusal
from server.ids import ConsultationId, QueueId, StaffId, VisitId
from server.notices import ConsultationChanged
from server.waiting_room.models import CallOfVisit, Opening, Service, Visit


class Calls:
    """Opens and ends the consultations of visits, and tells the waiting room about them."""

    def __init__(self, outbox: Outbox, clock: Clock) -> None:
        self._outbox = outbox
        self._clock = clock

    async def open(self, transaction: Transaction, openings: Sequence[Opening]) -> tuple[Consultation, ...]:
        """Call the patients of visits, each for its pharmacist.

        Raises `Refusal(pharmacist_busy)` if one of the pharmacists holds another consultation.
        """
        opened = tuple(_calling(opening, self._clock.now()) for opening in openings)
        if await store.insert_consultations(transaction.connection, opened) < len(opened):
            raise Refusal(Code.PHARMACIST_BUSY)
        for opening, consultation in zip(openings, opened, strict=True):
            event = events.CONSULTATION_OPENED(
                Actor.of(opening.principal),
                events.about(consultation),
                pharmacist_id=consultation.pharmacist_id,
                confidential=consultation.confidential,
            )
            await self._outbox.record(transaction, event)
        return opened

    async def end_call(
        self, transaction: Transaction, *, actor: Actor, visit: Visit, reason: ConsultationEnd
    ) -> ConsultationId | None:
        """End the consultation of a visit without its being completed; answers its id, if there was one."""
        consultation = await store.current_of_visit(transaction.connection, visit.id)
        if consultation is None:
            return None
        now = self._clock.now()
        is_unanswered = reason is ConsultationEnd.UNANSWERED
        await store.change_consultation(
            transaction.connection,
            consultation.id,
            state=ConsultationState.UNANSWERED if is_unanswered else ConsultationState.CLOSED,
            closed_at=now,
            end_reason=reason,
        )
        await store.all_left(transaction.connection, consultation.id, now)
        subject = events.about(consultation)
        event = (
            events.CONSULTATION_UNANSWERED(actor, subject)
            if is_unanswered
            else events.CONSULTATION_CLOSED(actor, subject, reason=reason.value, outcome=None)
        )
        await self._outbox.record(transaction, event)
        transaction.announce(ConsultationChanged(consultation.id, ended=True))
        return consultation.id

    async def hold(self, transaction: Transaction, *, actor: Actor, visit: Visit) -> ConsultationId | None:
        """Put the consultation of a visit on hold, if it has one; raises `consultation_not_running`."""
        consultation = await store.current_of_visit(transaction.connection, visit.id)
        if consultation is None:
            return None
        if consultation.state is ConsultationState.HELD:
            return consultation.id
        if consultation.state is not ConsultationState.RUNNING:
            raise Refusal(Code.CONSULTATION_NOT_RUNNING)
        await store.change_consultation(transaction.connection, consultation.id, state=ConsultationState.HELD)
        await self._outbox.record(transaction, events.CONSULTATION_HELD(actor, events.about(consultation)))
        transaction.announce(ConsultationChanged(consultation.id))
        return consultation.id

    async def of_visits(
        self, connection: AsyncConnection, visit_ids: tuple[VisitId, ...]
    ) -> Mapping[VisitId, CallOfVisit]:
        """The newest consultation of each visit that has one."""
        if not visit_ids:
            return {}
        newest = await store.newest_of_visits(connection, visit_ids)
        return {
            visit_id: CallOfVisit(
                consultation_id=consultation.id,
                pharmacist_id=consultation.pharmacist_id,
                next_steps=consultation.next_steps,
            )
            for visit_id, consultation in newest.items()
        }

    async def held_by(
        self, connection: AsyncConnection, staff_ids: Collection[StaffId]
    ) -> Mapping[StaffId, ConsultationId]:
        """The consultations that these pharmacists hold now."""
        return await store.held_by(connection, staff_ids)

    async def active_since(
        self, connection: AsyncConnection, staff_ids: Collection[StaffId], since: datetime
    ) -> frozenset[StaffId]:
        """Those who opened or closed a consultation since."""
        return await store.active_since(connection, staff_ids, since)

    async def services(
        self,
        connection: AsyncConnection,
        queue_ids: Collection[QueueId],
        staff_ids: Collection[StaffId],
        since: datetime,
    ) -> tuple[Service, ...]:
        """Those of these queues, or by these pharmacists, that run, or ended since."""
        return await store.services(connection, queue_ids, staff_ids, since)

    async def past_services(
        self, connection: AsyncConnection, queue_id: QueueId, since: datetime, limit: int
    ) -> tuple[Service, ...]:
        """The newest of a queue that began since then and are over, in any order."""
        return await store.past_services(connection, queue_id, since, limit)


def _calling(opening: Opening, now: datetime) -> Consultation:
    visit, staff_id = opening.visit, opening.principal.staff_id
    if staff_id is None:
        raise Refusal(Code.FORBIDDEN)
    return Consultation(
        id=opening.consultation_id,
        tenant_id=visit.tenant_id,
        visit_id=visit.id,
        queue_id=visit.queue_id,
        patient_id=visit.patient_id,
        pharmacist_id=staff_id,
        state=ConsultationState.CALLING,
        confidential=visit.confidential,
        path_epoch=0,
        created_at=now,
        running_at=None,
        wrap_up_at=None,
        closed_at=None,
        end_reason=None,
        outcome=None,
        next_steps=None,
    )
