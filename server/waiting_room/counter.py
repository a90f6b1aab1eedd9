"""The counter: what staff see of a line, and what they do with it besides admitting and transferring."""

from collections.abc import Mapping

from server.audit.event import Actor
from server.audit.outbox import Outbox
from server.auth import policy
from server.auth.policy import Action, Facts
from server.auth.principal import Principal, Role
from server.clock import Clock
from server.consultations.models import ConsultationEnd
from server.db.connection import AsyncConnection
from server.db.database import Database
from server.errors import Code, Refusal
from server.ids import QueueId, VisitId
from server.notices import VisitChanged
from server.waiting_room import events, store
from server.waiting_room.duty import Duty
from server.waiting_room.matching import Matching, asker
from server.waiting_room.models import (
    BEFORE_THE_CALL,
    ENDED,
    IN_LINE,
    EndReason,
    Queue,
    QueueState,
    VisitState,
)
from server.waiting_room.ports import Calls
from server.waiting_room.schemas import MessageToAll, QueueList, QueueSummary, QueueView, VisitView
from server.waiting_room.sights import Looking
from server.waiting_room.store import everybody
from server.waiting_room.views import Views
from server.waiting_room.visits import Visits, require_state

ACTIVE = frozenset(VisitState) - ENDED
REVEALS_PER_EVENT = 200


class Counter:
    """Staff's acts on queues and on visits standing in them."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        clock: Clock,
        *,
        visits: Visits,
        views: Views,
        calls: Calls,
        duty: Duty,
        matching: Matching,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._visits = visits
        self._views = views
        self._calls = calls
        self._duty = duty
        self._matching = matching

    # Queues

    async def queues(self, principal: Principal) -> QueueList:
        """All queues of the caller's tenant, by name, with how many stand in each. Names nobody."""
        policy.require(principal, Action.QUEUE_LIST, Facts(tenant_id=principal.tenant_id))
        async with self._database.snapshot() as connection:
            queues = await store.queues_of_tenant(connection, principal.tenant_id)
            ids = [queue.id for queue in queues]
            counts, marks = await store.counts(connection, ids), await store.marks(connection, ids)
        return QueueList(
            queues=tuple(
                _summary(principal, queue, counts[queue.id], marks.get(queue.id, store.Marks()))
                for queue in queues
            )
        )

    async def line(self, principal: Principal, queue_id: QueueId) -> QueueView:
        """The line of a queue. Visits this session has not been shown before are in the audit log first."""
        async with self._database.snapshot() as connection:
            queue = await store.queue(connection, queue_id)
            if queue is None:
                raise Refusal(Code.NOT_FOUND)
            policy.require(principal, Action.QUEUE_READ, queue.facts)
            serving = (await self._duty.on_duty(connection, (queue_id,)))[queue_id]
            following = await self._following(connection, principal, queue_id)
            view = await self._views.queue(connection, queue, Looking(principal, serving, following))
            shown = [v.id for v in (*view.line, *view.called, *view.in_consultation)]
            known = await store.revealed(connection, principal.session_id, shown)
        await self._record_reveals(principal, queue, [v for v in shown if v not in known])
        return view

    async def pause(self, principal: Principal, queue_id: QueueId, message: str | None) -> QueueSummary:
        """Take no new patients. Those in the line keep their places, and are shown the message."""
        return await self._set_state(principal, queue_id, QueueState.PAUSED, message)

    async def resume(self, principal: Principal, queue_id: QueueId) -> QueueSummary:
        """Take new patients again."""
        return await self._set_state(principal, queue_id, QueueState.OPEN, None)

    # Visits

    async def message(self, principal: Principal, visit_id: VisitId, text: str) -> VisitView:
        """Show the patient a line of text, until the next one."""
        async with self._database.transaction() as transaction:
            visit = await self._visits.taken(transaction, principal, Action.VISIT_CONTROL, visit_id)
            require_state(visit, ACTIVE)
            event = events.VISIT_MESSAGED(Actor.of(principal), events.about(visit))
            await self._visits.change(transaction, visit, event, message=text)
            return await self._views.visit(transaction.connection, visit_id)

    async def message_all(self, principal: Principal, queue_id: QueueId, text: str) -> MessageToAll:
        """Show everybody who waits in a queue, or is called, a line of text: one change of the line."""
        async with self._database.transaction() as transaction:
            queue = await self._visits.lock(transaction, queue_id)
            policy.require(principal, Action.QUEUE_CONTROL, queue.facts)
            told = await everybody.message(transaction.connection, queue_id, text)
            event = events.QUEUE_MESSAGED(Actor.of(principal), events.about_queue(queue), visits=len(told))
            await self._visits.record_change(transaction, queue_id, event)
            for visit_id in told:
                transaction.announce(VisitChanged(visit_id))
        return MessageToAll(sent=len(told))

    async def hold(self, principal: Principal, visit_id: VisitId, reason: str) -> VisitView:
        """Ask a patient to hold on, and tell them why.

        One who waits keeps the place as `away` and is passed over until they return or are chosen; a running
        consultation is held until its pharmacist joins the room again.
        """
        async with self._database.transaction() as transaction:
            visit = await self._visits.taken(transaction, principal, Action.VISIT_CONTROL, visit_id)
            require_state(visit, IN_LINE | {VisitState.IN_CONSULTATION})
            actor = Actor.of(principal)
            consultation_id = await self._calls.hold(transaction, actor=actor, visit=visit)
            await self._visits.change(
                transaction,
                visit,
                events.VISIT_HELD(actor, events.about(visit, consultation_id)),
                to=VisitState.AWAY if visit.state in IN_LINE else None,
                message=reason,
            )
            return await self._views.visit(transaction.connection, visit_id)

    async def release(self, principal: Principal, visit_id: VisitId) -> VisitView:
        """Undo a hold of one who waits, or somebody's being away: the visit may be called again."""
        async with self._database.transaction() as transaction:
            visit = await self._visits.taken(transaction, principal, Action.VISIT_CONTROL, visit_id)
            require_state(visit, IN_LINE)
            if visit.state is VisitState.AWAY:
                event = events.VISIT_RELEASED(Actor.of(principal), events.about(visit))
                await self._visits.change(transaction, visit, event, to=VisitState.WAITING, message=None)
            return await self._views.visit(transaction.connection, visit_id)

    async def decline(self, principal: Principal, visit_id: VisitId, guidance: str) -> VisitView:
        """End a visit that video cannot help, with what to do instead."""
        async with self._database.transaction() as transaction:
            visit = await self._visits.taken(transaction, principal, Action.VISIT_CONTROL, visit_id)
            require_state(visit, BEFORE_THE_CALL)
            actor = Actor.of(principal)
            consultation_id = await self._calls.end_call(
                transaction, actor=actor, visit=visit, reason=ConsultationEnd.DECLINED
            )
            await self._visits.end(
                transaction,
                visit,
                events.VISIT_DECLINED(actor, events.about(visit, consultation_id)),
                to=VisitState.DECLINED,
                reason=EndReason.DECLINED,
                guidance=guidance,
            )
            return await self._views.visit(transaction.connection, visit_id)

    async def check_speaker(self, principal: Principal, visit_id: VisitId, *, confirmed: bool) -> VisitView:
        """Say whether the speaker may speak for the person cared for; `not_found` if there is none."""
        async with self._database.transaction() as transaction:
            visit = await self._visits.taken(transaction, principal, Action.VISIT_CONTROL, visit_id)
            require_state(visit, ACTIVE)
            has_speaker = await store.check_speaker(
                transaction.connection,
                visit_id,
                principal.staff_id if confirmed else None,
                self._clock.now() if confirmed else None,
            )
            if not has_speaker:
                raise Refusal(Code.NOT_FOUND)
            event = events.VISIT_SPEAKER_CHECKED(
                Actor.of(principal), events.about(visit), confirmed=confirmed
            )
            await self._visits.change(transaction, visit, event)
            return await self._views.visit(transaction.connection, visit_id)

    async def _following(
        self, connection: AsyncConnection, principal: Principal, queue_id: QueueId
    ) -> VisitId | None:
        """Whom 'admit next' would call for this pharmacist."""
        if principal.role is not Role.PHARMACIST:
            return None
        (found,) = await self._matching.each(connection, queue_id, [asker(principal)])
        return found.standing.id if found else None

    async def _set_state(
        self, principal: Principal, queue_id: QueueId, state: QueueState, message: str | None
    ) -> QueueSummary:
        async with self._database.transaction() as transaction:
            queue = await self._visits.lock(transaction, queue_id)
            policy.require(principal, Action.QUEUE_CONTROL, queue.facts)
            kind = events.QUEUE_PAUSED if state is QueueState.PAUSED else events.QUEUE_RESUMED
            event = kind(Actor.of(principal), events.about_queue(queue))
            await self._visits.record_change(transaction, queue_id, event, state=state, pause_message=message)
            queue = await self._visits.lock(transaction, queue_id)
            counts = await store.counts(transaction.connection, [queue_id])
            marks = await store.marks(transaction.connection, [queue_id])
        return _summary(principal, queue, counts[queue_id], marks.get(queue_id, store.Marks()))

    async def _record_reveals(self, principal: Principal, queue: Queue, visit_ids: list[VisitId]) -> None:
        if not visit_ids:
            return
        async with self._database.transaction() as transaction:
            await store.reveal(transaction.connection, principal.session_id, visit_ids, self._clock.now())
            for start in range(0, len(visit_ids), REVEALS_PER_EVENT):
                part = tuple(visit_ids[start : start + REVEALS_PER_EVENT])
                event = events.QUEUE_VIEWED(Actor.of(principal), events.about_queue(queue), visit_ids=part)
                await self._outbox.record(transaction, event)


def _summary(
    principal: Principal, queue: Queue, counts: Mapping[VisitState, int], marks: store.Marks
) -> QueueSummary:
    return QueueSummary(
        id=queue.id,
        name=queue.name,
        version=queue.version,
        serves=queue.id in principal.queue_ids,
        state=queue.state,
        pause_message=queue.pause_message,
        waiting=sum(counts.get(state, 0) for state in IN_LINE),
        called=counts.get(VisitState.CALLED, 0),
        in_consultation=counts.get(VisitState.IN_CONSULTATION, 0),
        worse=marks.worse,
        worse_at=marks.worse_at,
        longest_since=marks.longest_since,
        newest_since=marks.newest_since,
        wait_alert_s=queue.wait_alert_s,
    )
