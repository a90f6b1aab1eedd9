"""How visits change: here a visit moves on, its queue's version is raised, and the event is written."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from server.audit.event import Actor, Event
from server.audit.outbox import Outbox
from server.auth import policy
from server.auth.policy import Action, Facts
from server.auth.principal import Principal
from server.clock import Clock
from server.db.connection import AsyncConnection
from server.db.database import Transaction
from server.errors import Code, Refusal
from server.ids import ConsultationId, PatientId, QueueId, VisitId
from server.notices import QueueChanged, VisitChanged
from server.notifications.models import MessageKind
from server.waiting_room import events, line, store
from server.waiting_room.models import ENDED, EndReason, Queue, Speaker, Visit, VisitState, may_follow
from server.waiting_room.ports import Notifier

NEWS = {
    VisitState.AWAY: MessageKind.PLACE_KEPT,
    VisitState.CALLED: MessageKind.CALLED,
    VisitState.EXPIRED: MessageKind.EXPIRED,
}
"""What patients are told of outside the page, too."""


class Visits:
    """Visits and their queues, for the services of the waiting room and for consultations.

    Every change of a visit, and of the state of the consultation behind it, happens while its queue's row is
    locked. Whoever needs two queues locks them in the order of their ids. Without a `notifier` nobody is told
    outside the page.
    """

    def __init__(self, outbox: Outbox, clock: Clock, *, notifier: Notifier | None = None) -> None:
        self._outbox = outbox
        self._clock = clock
        self._notifier = notifier

    async def lock(self, transaction: Transaction, queue_id: QueueId) -> Queue:
        """Lock a queue until the transaction ends; raises `Refusal(not_found)`."""
        queue = await store.locked_queue(transaction.connection, queue_id)
        if queue is None:
            raise Refusal(Code.NOT_FOUND)
        return queue

    async def permitted(
        self, connection: AsyncConnection, principal: Principal, action: Action, visit_id: VisitId
    ) -> Visit:
        """Read a visit on which the principal may do this; raises `not_found` or `forbidden`."""
        visit = await store.visit(connection, visit_id)
        if visit is None:
            raise Refusal(Code.NOT_FOUND)
        policy.require(principal, action, visit.facts)
        return visit

    async def taken(
        self, transaction: Transaction, principal: Principal, action: Action, visit_id: VisitId
    ) -> Visit:
        """Like `permitted`, and the visit's queue stays locked until the transaction ends."""
        visit = await self.permitted(transaction.connection, principal, action, visit_id)
        return await self.locked(transaction, visit)

    async def locked(self, transaction: Transaction, visit: Visit) -> Visit:
        """Lock the queue of a visit, and read the visit again as it is under the lock."""
        await self.lock(transaction, visit.queue_id)
        current = await store.visit(transaction.connection, visit.id)
        if current is None:
            raise Refusal(Code.NOT_FOUND)
        return current

    async def change(
        self,
        transaction: Transaction,
        visit: Visit,
        event: Event,
        *,
        to: VisitState | None = None,
        **changes: object,
    ) -> Visit:
        """Change a visit whose queue is locked; raises `visit_ended` or `visit_not_ready`.

        Raises the versions of visit and queue, writes the event and what became of the ranks; announces both.
        """
        if to is not None and to is not visit.state:
            require_may_follow(visit, to)
            changes["state"] = to
        changed = await store.change_visit(transaction.connection, visit.id, **changes)
        transaction.announce(VisitChanged(visit.id))
        if self._notifier is not None and to in NEWS and to is not visit.state:
            await self._notifier.tell(transaction, visit=visit, kind=NEWS[to])
        left, came = line.position(visit), line.position(changed)
        if left == came:
            left = came = None
        await self._record(transaction, visit.queue_id, event, left=left, came=came)
        return changed

    async def call(
        self, transaction: Transaction, queue: Queue, following: Sequence[line.Next], *, answer_by: datetime
    ) -> dict[VisitId, Visit]:
        """Call visits of a locked queue, one after the other; their events are the caller's to record.

        `following`: each as the line stood when those before it were gone.
        """
        now = self._clock.now()
        standings = {each.standing.id: each.standing for each in following}
        visits = await store.call_visits(transaction.connection, standings, now=now, answer_by=answer_by)
        ranks = [each.why.place - 1 for each in following]
        version = await store.take(transaction, queue.id, ranks, now)
        transaction.announce(QueueChanged(queue.id, version))
        for visit in visits.values():
            transaction.announce(VisitChanged(visit.id))
            if self._notifier is not None:
                standing = standings[visit.id]
                before = replace(visit, state=standing.state, calls=standing.calls)
                await self._notifier.tell(transaction, visit=before, kind=NEWS[VisitState.CALLED])
        return visits

    async def enter(self, transaction: Transaction, visit: Visit, event: Event) -> None:
        """Put a new visit into its queue, which is locked."""
        await store.insert_visit(transaction.connection, visit)
        await self._record(transaction, visit.queue_id, event, left=None, came=line.position(visit))

    async def end(
        self,
        transaction: Transaction,
        visit: Visit,
        event: Event,
        *,
        to: VisitState,
        reason: EndReason,
        **changes: object,
    ) -> Visit:
        """End a visit whose queue is locked, for a named reason."""
        return await self.change(
            transaction,
            visit,
            event,
            to=to,
            end_reason=reason,
            ended_at=self._clock.now(),
            answer_by=None,
            window_opens_at=None,
            **changes,
        )

    async def record_change(
        self, transaction: Transaction, queue_id: QueueId, event: Event, **changes: object
    ) -> None:
        """Raise the version of a locked queue (and set its columns, if any), with the event of the change.

        For changes that move nobody; whoever enters, moves or leaves does it by `enter`, `change` or `end`.
        """
        await self._record(transaction, queue_id, event, left=None, came=None, **changes)

    # What consultations ask for

    async def answered(
        self, transaction: Transaction, *, actor: Actor, visit_id: VisitId, consultation_id: ConsultationId
    ) -> None:
        """The called patient has come; the queue is locked."""
        visit = await self._existing(transaction, visit_id)
        event = events.VISIT_ANSWERED(actor, events.about(visit, consultation_id))
        await self.change(transaction, visit, event, to=VisitState.IN_CONSULTATION, answer_by=None)

    async def finished(
        self, transaction: Transaction, *, actor: Actor, visit_id: VisitId, consultation_id: ConsultationId
    ) -> None:
        """The consultation of a visit was completed; the queue is locked."""
        visit = await self._existing(transaction, visit_id)
        event = events.VISIT_COMPLETED(actor, events.about(visit, consultation_id))
        await self.end(transaction, visit, event, to=VisitState.COMPLETED, reason=EndReason.COMPLETED)

    async def line_changed(self, transaction: Transaction, visit_id: VisitId, event: Event) -> None:
        """Something of a visit's consultation changed that its line and its patient are shown."""
        visit = await self._existing(transaction, visit_id)
        await self.change(transaction, visit, event)

    async def visit(self, connection: AsyncConnection, visit_id: VisitId) -> Visit | None:
        return await store.visit(connection, visit_id)

    async def speaker(self, connection: AsyncConnection, visit_id: VisitId) -> Speaker | None:
        return (await store.speakers_of(connection, (visit_id,))).get(visit_id)

    async def speakers(
        self, connection: AsyncConnection, visit_ids: Collection[VisitId]
    ) -> dict[VisitId, Speaker]:
        return await store.speakers_of(connection, visit_ids)

    async def names(self, connection: AsyncConnection, queue_ids: frozenset[QueueId]) -> dict[QueueId, str]:
        """The names of queues."""
        queues = await store.queues_by_id(connection, queue_ids)
        return {queue.id: queue.name for queue in queues}

    async def queue_facts(self, connection: AsyncConnection, queue_id: QueueId) -> Facts | None:
        queue = await store.queue(connection, queue_id)
        return None if queue is None else queue.facts

    async def holds_a_place(self, connection: AsyncConnection, subject_id: str) -> bool:
        """Say whether somebody is a patient with a visit that has not ended."""
        return await store.active_visit(connection, PatientId(subject_id)) is not None

    async def touch(self, transaction: Transaction, queue_ids: Collection[QueueId]) -> None:
        """Raise the versions of queues for what is shown beside the line, in an event of its own.

        Locks them in the order of their ids: nothing else may be locked yet.
        """
        for queue_id in sorted(queue_ids):
            await self.lock(transaction, queue_id)
            made = await store.record_change(
                transaction.connection, queue_id, left=None, came=None, now=self._clock.now()
            )
            transaction.announce(QueueChanged(queue_id, made.version))

    async def _record(
        self,
        transaction: Transaction,
        queue_id: QueueId,
        event: Event,
        *,
        left: line.Position | None,
        came: line.Position | None,
        **changes: object,
    ) -> None:
        made = await store.record_change(
            transaction.connection, queue_id, left=left, came=came, now=self._clock.now(), **changes
        )
        await self._outbox.record(transaction, event)
        transaction.announce(QueueChanged(queue_id, made.version))

    async def _existing(self, transaction: Transaction, visit_id: VisitId) -> Visit:
        visit = await store.visit(transaction.connection, visit_id)
        if visit is None:
            raise Refusal(Code.NOT_FOUND)
        return visit


def require_may_follow(visit: Visit, state: VisitState) -> None:
    """Raise `visit_ended` or `visit_not_ready` if the visit cannot go to this state now."""
    if visit.state in ENDED:
        raise Refusal(Code.VISIT_ENDED)
    if not may_follow(visit.state, state):
        raise Refusal(Code.VISIT_NOT_READY)


def require_state(visit: Visit, states: frozenset[VisitState]) -> None:
    """Raise `visit_ended` or `visit_not_ready` unless the visit is in one of these states."""
    if visit.state in ENDED:
        raise Refusal(Code.VISIT_ENDED)
    if visit.state not in states:
        raise Refusal(Code.VISIT_NOT_READY)
