"""Reading the clinical record."""

import re
from collections.abc import Sequence
from datetime import timedelta

from server.audit.event import Actor, Subject
from server.audit.outbox import Outbox
from server.auth import policy
from server.auth.policy import Action, Facts
from server.auth.principal import Principal, Role
from server.clock import Clock
from server.consultations import events, store
from server.consultations.access import permitted
from server.consultations.models import OVER, Consultation
from server.consultations.schemas import ConsultationPage, ConsultationView, PageQuery
from server.consultations.views import Views
from server.db.connection import AsyncConnection
from server.db.database import Database, Transaction
from server.errors import Code, Refusal
from server.ids import UUID_PATTERN, ConsultationId
from server.waiting_room.models import Queue, Visit


class Records:
    """Shows records; the audit event of each reading is committed first."""

    def __init__(self, database: Database, outbox: Outbox, clock: Clock, *, views: Views) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._views = views

    async def read(self, principal: Principal, consultation_id: ConsultationId) -> ConsultationView:
        async with self._database.transaction() as transaction:
            return await self.reveal(transaction, principal=principal, consultation_id=consultation_id)

    async def reveal(
        self, transaction: Transaction, *, principal: Principal, consultation_id: ConsultationId
    ) -> ConsultationView:
        """Show the record to somebody who may read it; the event of it commits with the transaction.

        A page of a live consultation reads it again and again: the same session's next readings of it are
        no events. Every reading of a closed one is, and every reading by compliance.
        """
        connection = transaction.connection
        action = Action.CONSULTATION_READ
        consultation = await permitted(connection, principal, action, consultation_id)
        if _is_forgotten(principal, consultation):
            raise Refusal(Code.NOT_FOUND)
        if await self._is_news(connection, principal, consultation):
            event = events.CONSULTATION_VIEWED(Actor.of(principal), events.about(consultation))
            await self._outbox.record(transaction, event)
        return await self._views.consultation(connection, consultation, principal.role)

    async def prune_reveals(self, session_s: float) -> int:
        """Forget what was shown to sessions that are over by now, a bounded number of rows a step."""
        async with self._database.transaction() as transaction:
            before = self._clock.now() - timedelta(seconds=session_s)
            return await store.prune_reveals(transaction.connection, before)

    async def note_opened(
        self, transaction: Transaction, *, principal: Principal, consultation: Consultation
    ) -> None:
        """Note, in the transaction that opens a consultation, that its pharmacist is shown the record."""
        policy.require(principal, Action.CONSULTATION_READ, consultation.facts)
        store.reveal_last(transaction, principal.session_id, consultation.id, self._clock.now())
        event = events.CONSULTATION_VIEWED(Actor.of(principal), events.about(consultation))
        await self._outbox.record(transaction, event)

    async def opened(
        self, opened: Sequence[tuple[Consultation, Visit]], *, queue: Queue
    ) -> tuple[ConsultationView, ...]:
        """Show the records of consultations just opened to those who opened them.

        The transaction in which `note_opened` was called has been committed.
        """
        async with self._database.snapshot() as connection:
            return await self._views.opened(connection, opened, queue_name=queue.name)

    async def page(self, principal: Principal, query: PageQuery) -> ConsultationPage:
        """The consultations in reach, newest first; what staff were shown is in the audit log first."""
        before = _cursor(query)
        policy.require(
            principal,
            Action.CONSULTATION_LIST,
            Facts(
                tenant_id=principal.tenant_id,
                patient_id=principal.patient_id,
                pharmacist_id=principal.staff_id,
            ),
        )
        async with self._database.transaction() as transaction:
            connection = transaction.connection
            found = await self._found(connection, principal, before, query.limit + 1)
            shown = found[: query.limit]
            if shown and principal.role is not Role.PATIENT:
                event = events.CONSULTATIONS_LISTED(
                    Actor.of(principal),
                    Subject(tenant_id=principal.tenant_id),
                    consultation_ids=tuple(each.id for each in shown),
                )
                await self._outbox.record(transaction, event)
            return ConsultationPage(
                consultations=await self._views.summaries(connection, shown),
                next_cursor=shown[-1].id if len(found) > query.limit else None,
            )

    async def _is_news(
        self, connection: AsyncConnection, principal: Principal, consultation: Consultation
    ) -> bool:
        if consultation.state in OVER or principal.role is Role.COMPLIANCE:
            return True
        return await store.reveal(connection, principal.session_id, consultation.id, self._clock.now())

    @staticmethod
    async def _found(
        connection: AsyncConnection,
        principal: Principal,
        before: ConsultationId | None,
        limit: int,
    ) -> tuple[Consultation, ...]:
        if principal.patient_id is not None:
            return await store.page_of_patient(connection, principal.patient_id, before, limit)
        if principal.role is Role.PHARMACIST and principal.staff_id is not None:
            return await store.page_of_pharmacist(connection, principal.staff_id, before, limit)
        return await store.page_of_tenant(connection, principal.tenant_id, before, limit)


def _cursor(query: PageQuery) -> ConsultationId | None:
    if query.cursor is None:
        return None
    if not re.fullmatch(UUID_PATTERN, query.cursor):
        raise Refusal(Code.INVALID_REQUEST, fields=(("/cursor", "not_a_cursor"),))
    return ConsultationId(query.cursor)


def _is_forgotten(principal: Principal, consultation: Consultation) -> bool:
    """Once over, a confidential consultation leaves no history for links, and none is left for a guest."""
    if consultation.state not in OVER:
        return False
    return principal.role is Role.GUEST or (principal.role is Role.PATIENT and consultation.confidential)
