"""Admitting: who is next is called, and what happens when nobody answers."""

from server.audit.event import SYSTEM, Actor
from server.auth.policy import Action
from server.auth.principal import Principal
from server.clock import Clock
from server.consultations.models import ConsultationEnd
from server.consultations.schemas import ConsultationView
from server.db.database import Database, Transaction
from server.errors import Code, Refusal
from server.idempotency.attempt import Attempt
from server.ids import ConsultationId, QueueId, VisitId, new_id
from server.waiting_room import events, line, store
from server.waiting_room.calling import Calling, Wish
from server.waiting_room.models import EndReason, Visit, VisitState
from server.waiting_room.ports import Calls
from server.waiting_room.schemas import VisitView
from server.waiting_room.views import Views
from server.waiting_room.visits import Visits, require_state

MAX_CALLS = 2
"""After this many unanswered calls a visit ends."""

TRIES = 3
"""How often an admit begins again because another queue called the same patient at the same moment."""


class Admission:
    """Calls patients to their consultations, each exactly once."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        visits: Visits,
        views: Views,
        calls: Calls,
        calling: Calling,
    ) -> None:
        self._database = database
        self._clock = clock
        self._visits = visits
        self._views = views
        self._calls = calls
        self._calling = calling

    async def admit(
        self, principal: Principal, queue_id: QueueId, visit_id: VisitId | None, *, key: str
    ) -> ConsultationView:
        """Call the next visit that is ready and fits, or the one named; the same key answers the same again.

        The queue is locked from the first look to the commit, so that no two pharmacists admit one visit.
        Raises `Refusal`: `queue_empty`, `pharmacist_busy`, `visit_ended`, `visit_not_ready`,
        `idempotency_key_reused`.
        """
        attempt = Attempt.of(principal, "queue.admit", key, queue_id, visit_id)
        wish = Wish(principal, queue_id, visit_id, attempt, ConsultationId(new_id()))
        for _ in range(TRIES):
            try:
                return await self._calling.wish(wish)
            except store.InCallElsewhere:
                continue  # another queue called the same patient at the same moment: now that is seen
        raise Refusal(Code.VISIT_NOT_READY)

    async def no_show(self, principal: Principal, visit_id: VisitId) -> VisitView:
        """Staff say that the called patient did not answer."""
        async with self._database.transaction() as transaction:
            visit = await self._visits.taken(transaction, principal, Action.VISIT_CONTROL, visit_id)
            require_state(visit, frozenset({VisitState.CALLED}))
            await self._unanswered(transaction, Actor.of(principal), visit, by="staff")
            return await self._views.visit(transaction.connection, visit_id)

    async def end_overdue_calls(self) -> int:
        """Treat every call whose time to answer is over as unanswered; says how many there were.

        Safe to run in several processes at once: each call is looked at again under its queue's lock.
        """
        async with self._database.snapshot() as connection:
            overdue = await store.overdue_calls(connection, self._clock.now())
        ended = 0
        for visit_id in overdue:
            ended += await self._end_if_overdue(visit_id)
        return ended

    async def _end_if_overdue(self, visit_id: VisitId) -> bool:
        async with self._database.transaction() as transaction:
            seen = await store.visit(transaction.connection, visit_id)
            if seen is None:
                return False
            visit = await self._visits.locked(transaction, seen)
            is_overdue = (
                visit.state is VisitState.CALLED
                and visit.answer_by is not None
                and visit.answer_by <= self._clock.now()
            )
            if is_overdue:
                await self._unanswered(transaction, SYSTEM, visit, by="deadline")
        return is_overdue

    async def _unanswered(self, transaction: Transaction, actor: Actor, visit: Visit, *, by: str) -> None:
        consultation_id = await self._calls.end_call(
            transaction, actor=actor, visit=visit, reason=ConsultationEnd.UNANSWERED
        )
        subject = events.about(visit, consultation_id)
        # Whether somebody picked up the telephone only staff can say: no timer ends a phone-only visit.
        may_be_called_again = visit.calls < MAX_CALLS or (visit.phone_only and by == "deadline")
        if may_be_called_again:
            event = events.VISIT_UNANSWERED(actor, subject, call=visit.calls, by=by)
            first = await store.first_stands_at(transaction.connection, visit.queue_id)
            await self._visits.change(
                transaction,
                visit,
                event,
                to=VisitState.WAITING,
                answer_by=None,
                stands_at=line.at_the_front(visit.stands_at, first),
            )
        else:
            await self._visits.end(
                transaction,
                visit,
                events.VISIT_NO_SHOW(actor, subject, call=visit.calls, by=by),
                to=VisitState.NO_SHOW,
                reason=EndReason.UNANSWERED,
            )
