"""Admitting: who is next is called, and what happens when nobody answers."""

from datetime import timedelta

from server.audit.event import SYSTEM, Actor, Event
from server.audit.outbox import Outbox
from server.auth import policy
from server.auth.policy import Action
from server.auth.principal import Principal
from server.clock import Clock
from server.consultations.models import Consultation, ConsultationEnd
from server.consultations.schemas import ConsultationView
from server.db.connection import AsyncConnection
from server.db.database import Database, Transaction
from server.errors import Code, Refusal
from server.idempotency.attempt import Attempt
from server.ids import ConsultationId, QueueId, VisitId, new_id
from server.waiting_room import events, line, store
from server.waiting_room.duty import Duty
from server.waiting_room.matching import Matching, asker
from server.waiting_room.models import IN_LINE, EndReason, Queue, Visit, VisitState
from server.waiting_room.ports import Calls, Records
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
        outbox: Outbox,
        clock: Clock,
        *,
        visits: Visits,
        views: Views,
        calls: Calls,
        records: Records,
        matching: Matching,
        duty: Duty,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._visits = visits
        self._views = views
        self._calls = calls
        self._records = records
        self._matching = matching
        self._duty = duty

    async def admit(
        self, principal: Principal, queue_id: QueueId, visit_id: VisitId | None, *, key: str
    ) -> ConsultationView:
        """Call the next visit that is ready and fits, or the one named; the same key answers the same again.

        The queue is locked from the first look to the commit, so that no two pharmacists admit one visit.
        Raises `Refusal`: `queue_empty`, `pharmacist_busy`, `visit_ended`, `visit_not_ready`,
        `idempotency_key_reused`.
        """
        attempt = Attempt.of(principal, "queue.admit", key, queue_id, visit_id)
        for _ in range(TRIES):
            try:
                return await self._admit(principal, queue_id, visit_id, attempt)
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

    async def _admit(
        self, principal: Principal, queue_id: QueueId, visit_id: VisitId | None, attempt: Attempt
    ) -> ConsultationView:
        async with self._database.transaction() as transaction:
            new = ConsultationId(new_id())
            made = await attempt.claim(transaction, new, self._clock.now())
            if made != new:
                return await self._again(transaction, principal, queue_id, ConsultationId(made))
            queue = await self._visits.take_one(transaction, queue_id)
            policy.require(principal, Action.QUEUE_ADMIT, queue.facts)
            following = await self._following(transaction.connection, principal, queue, visit_id)
            visit, consultation = await self._call(transaction, principal, queue, following, new)
        return await self._records.opened(consultation, visit=visit, queue=queue)

    async def _again(
        self,
        transaction: Transaction,
        principal: Principal,
        queue_id: QueueId,
        consultation_id: ConsultationId,
    ) -> ConsultationView:
        """What an earlier request with the same key made."""
        queue = await store.queue(transaction.connection, queue_id)
        if queue is None:
            raise Refusal(Code.NOT_FOUND)
        policy.require(principal, Action.QUEUE_ADMIT, queue.facts)
        return await self._records.reveal(transaction, principal=principal, consultation_id=consultation_id)

    async def _call(
        self,
        transaction: Transaction,
        principal: Principal,
        queue: Queue,
        following: line.Next,
        consultation_id: ConsultationId,
    ) -> tuple[Visit, Consultation]:
        answer_by = self._clock.now() + timedelta(seconds=queue.answer_time_s)
        visit = await self._visits.call(transaction, queue, following, answer_by=answer_by)
        consultation = await self._calls.open(
            transaction, principal=principal, visit=visit, consultation_id=consultation_id
        )
        await self._outbox.record(transaction, admitted(principal, visit, consultation_id, following.why))
        await self._records.note_opened(transaction, principal=principal, consultation=consultation)
        await self._duty.is_at_work(transaction, principal)
        return visit, consultation

    async def _following(
        self, connection: AsyncConnection, principal: Principal, queue: Queue, visit_id: VisitId | None
    ) -> line.Next:
        if visit_id is None:
            found = await self._matching.next(connection, queue.id, asker(principal))
            if found is None:
                raise Refusal(Code.QUEUE_EMPTY)
            return found
        visit = await store.visit(connection, visit_id)
        if visit is None or visit.queue_id != queue.id:
            raise Refusal(Code.NOT_FOUND)
        require_state(visit, IN_LINE)
        chosen = await self._matching.chosen(connection, visit)
        if chosen is None:
            raise Refusal(Code.VISIT_NOT_READY)
        return chosen

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


def admitted(principal: Principal, visit: Visit, consultation_id: ConsultationId, why: line.Why) -> Event:
    """The event of an admit, with all that answers why it was this one."""
    called_at, answer_by = visit.called_at or visit.arrived_at, visit.answer_by or visit.arrived_at
    return events.VISIT_ADMITTED(
        Actor.of(principal),
        events.about(visit, consultation_id),
        pharmacist_id=principal.subject_id,
        rule=why.rule,
        place=why.place,
        passed_away=why.passed.get("away", 0),
        passed_checking=why.passed.get("checking", 0),
        passed_elsewhere=why.passed.get("elsewhere", 0),
        passed_skills=why.passed.get("skills", 0),
        passed_language=why.passed.get("language", 0),
        passed_ready=why.passed.get("ready", 0),
        language_waived=why.language_waived,
        priority_class=visit.priority_class.value,
        waited_s=int((called_at - visit.arrived_at).total_seconds()),
        call=visit.calls,
        answer_by=answer_by.isoformat(timespec="milliseconds"),
    )
