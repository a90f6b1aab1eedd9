"""Transfer: a visit goes on in another queue, at the place its arrival time gives it there."""

from dataclasses import asdict, replace
from datetime import datetime

from server.audit.event import Actor
from server.auth.policy import Action
from server.auth.principal import Principal
from server.clock import Clock
from server.consultations.models import ConsultationEnd
from server.db.database import Database, Transaction
from server.errors import Code, Refusal
from server.ids import QueueId, VisitId, new_id
from server.waiting_room import events, line, store
from server.waiting_room.appointments import seat
from server.waiting_room.models import IN_LINE, EndReason, PriorityClass, Queue, Visit, VisitState
from server.waiting_room.ports import Calls
from server.waiting_room.schemas import VisitView
from server.waiting_room.service import require_room
from server.waiting_room.views import Views
from server.waiting_room.visits import Visits, require_may_follow


class Transfers:
    """Moves visits between queues of one tenant. The old visit names the new one as its successor."""

    def __init__(
        self, database: Database, clock: Clock, *, visits: Visits, views: Views, calls: Calls
    ) -> None:
        self._database = database
        self._clock = clock
        self._visits = visits
        self._views = views
        self._calls = calls

    async def transfer(self, principal: Principal, visit_id: VisitId, to_queue_id: QueueId) -> VisitView:
        """Move a visit; answers the old one, ended. A call or consultation it is in ends.

        Raises `Refusal`: `not_found` for a foreign queue, `queue_closed`, `queue_paused`, `queue_full`, and
        `visit_not_ready` if the patient stands in the other queue already.
        """
        async with self._database.transaction() as transaction:
            visit = await self._visits.permitted(
                transaction.connection, principal, Action.VISIT_CONTROL, visit_id
            )
            target = await self._lock_both(transaction, visit.queue_id, to_queue_id)
            if target.tenant_id != principal.tenant_id:
                raise Refusal(Code.NOT_FOUND)
            visit = await self._visits.locked(transaction, visit)
            await self._require_transferable(transaction, visit, target)
            await self._transfer(transaction, Actor.of(principal), visit, target)
            return await self._views.visit(transaction.connection, visit_id)

    async def _lock_both(self, transaction: Transaction, source_id: QueueId, target_id: QueueId) -> Queue:
        locked = {
            queue_id: await self._visits.lock(transaction, queue_id)
            for queue_id in sorted({source_id, target_id})
        }
        return locked[target_id]

    @staticmethod
    async def _require_transferable(transaction: Transaction, visit: Visit, target: Queue) -> None:
        require_may_follow(visit, VisitState.TRANSFERRED)
        if visit.queue_id == target.id:
            raise Refusal(Code.VISIT_NOT_READY)
        standing = await store.active_visit(transaction.connection, visit.patient_id, target.id)
        if standing is not None:
            raise Refusal(Code.VISIT_NOT_READY)
        require_room(target)

    async def _transfer(self, transaction: Transaction, actor: Actor, visit: Visit, target: Queue) -> None:
        consultation_id = await self._calls.end_call(
            transaction, actor=actor, visit=visit, reason=ConsultationEnd.TRANSFERRED
        )
        successor = self._successor(visit, target)
        speaker = (await store.speakers_of(transaction.connection, (visit.id,))).get(visit.id)
        joined = events.VISIT_JOINED(
            actor,
            events.about(successor),
            pharmacy_id=successor.pharmacy_id,
            priority_class=successor.priority_class.value,
            speaker=speaker is not None,
        )
        await self._visits.enter(transaction, successor, joined)
        await store.copy_speaker(transaction.connection, visit.id, successor.id)
        transferred = events.VISIT_TRANSFERRED(
            actor,
            events.about(visit, consultation_id),
            to_queue_id=target.id,
            successor_id=successor.id,
        )
        await self._visits.end(
            transaction,
            visit,
            transferred,
            to=VisitState.TRANSFERRED,
            reason=EndReason.TRANSFERRED,
            successor_id=successor.id,
        )

    def _successor(self, visit: Visit, target: Queue) -> Visit:
        now = self._clock.now()
        place = seat(target, arrived_at=visit.arrived_at, appointment_at=visit.appointment_at, now=now)
        if visit.priority_class is PriorityClass.URGENT:
            place = replace(place, priority_class=PriorityClass.URGENT, stands_at=_urgent(visit, target))
        return replace(
            visit,
            id=VisitId(new_id()),
            queue_id=target.id,
            state=visit.state if visit.state in IN_LINE else VisitState.WAITING,
            called_at=None,
            answer_by=None,
            calls=0,
            message=None,
            version=0,
            created_at=now,
            coming_at=None,
            **asdict(place),
        )


def _urgent(visit: Visit, target: Queue) -> datetime:
    return line.stands_at(
        PriorityClass.URGENT, arrived_at=visit.arrived_at, appointment_at=None, head_starts=target.head_starts
    )
