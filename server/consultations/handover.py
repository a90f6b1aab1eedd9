"""Handing a running consultation over to a colleague."""

from collections.abc import Sequence

from server.audit.event import Actor
from server.audit.outbox import Outbox
from server.auth import policy
from server.auth.policy import Action
from server.auth.principal import Principal
from server.clock import Clock
from server.consultations import events, store
from server.consultations.access import taken
from server.consultations.models import ROOM_OPEN, Consultation, ConsultationState
from server.consultations.ports import Line, Pool, PoolMember
from server.consultations.schemas import Colleague, ColleagueList
from server.db.connection import AsyncConnection
from server.db.database import Database, Transaction
from server.errors import Code, Refusal
from server.ids import ConsultationId, QueueId, StaffId
from server.notices import ConsultationChanged

CAN_BE_HANDED_OVER = ROOM_OPEN | {ConsultationState.WRAP_UP}


class Handovers:
    """Gives a consultation another pharmacist.

    Whoever hands it over no longer holds it: they stay among its participants, and neither write nor read it
    any more (the policy's reach ASSIGNED is the present pharmacist alone). Their page may stay in the room
    until the colleague has come, but once out of it does not get in again.
    """

    def __init__(self, database: Database, outbox: Outbox, clock: Clock, *, line: Line, pool: Pool) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._line = line
        self._pool = pool

    async def colleagues(self, principal: Principal, queue_id: QueueId) -> ColleagueList:
        """Who could take over a consultation of this queue: on duty for it, and free."""
        async with self._database.snapshot() as connection:
            facts = await self._line.queue_facts(connection, queue_id)
            if facts is None:
                raise Refusal(Code.NOT_FOUND)
            policy.require(principal, Action.QUEUE_ADMIT, facts)
            free = await self._free(connection, queue_id)
        return ColleagueList(
            colleagues=tuple(
                Colleague(
                    staff_id=each.staff_id, name=each.name, languages=each.languages, skills=each.skills
                )
                for each in free
                if each.staff_id != principal.staff_id
            )
        )

    async def hand_over(
        self, principal: Principal, consultation_id: ConsultationId, staff_id: StaffId
    ) -> None:
        """Make a colleague the pharmacist of a consultation, in one transaction with its events.

        Raises `Refusal`: `consultation_closed`; `not_found` for somebody who does not serve the queue or is
        not on duty; `pharmacist_busy` for one who holds another consultation.
        """
        async with self._database.transaction() as transaction:
            action = Action.CONSULTATION_WRITE
            consultation = await taken(transaction, self._line, principal, action, consultation_id)
            if consultation.state not in CAN_BE_HANDED_OVER:
                raise Refusal(Code.CONSULTATION_CLOSED)
            if staff_id == consultation.pharmacist_id:
                return
            serving = await self._pool.on_duty(transaction.connection, consultation.queue_id)
            if staff_id not in {each.staff_id for each in serving}:
                raise Refusal(Code.NOT_FOUND)
            await self._give(transaction, principal, consultation, staff_id)

    async def _give(
        self, transaction: Transaction, principal: Principal, consultation: Consultation, to: StaffId
    ) -> None:
        if not await store.assign(transaction.connection, consultation.id, to):
            raise Refusal(Code.PHARMACIST_BUSY)
        event = events.CONSULTATION_HANDED_OVER(
            Actor.of(principal),
            events.about(consultation),
            from_pharmacist_id=consultation.pharmacist_id,
            to_pharmacist_id=to,
        )
        await self._line.line_changed(transaction, consultation.visit_id, event)
        transaction.announce(ConsultationChanged(consultation.id))

    async def _free(self, connection: AsyncConnection, queue_id: QueueId) -> Sequence[PoolMember]:
        serving = await self._pool.on_duty(connection, queue_id)
        busy = await store.occupied(connection, [each.staff_id for each in serving])
        return [each for each in serving if each.staff_id not in busy]
