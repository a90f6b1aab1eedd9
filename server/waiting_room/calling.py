"""Calling: several pharmacists who admit the next of a queue at the same moment share one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from server.audit.event import Actor, Event
from server.audit.outbox import Outbox
from server.auth import policy
from server.auth.policy import Action
from server.auth.principal import Principal
from server.clock import Clock
from server.consultations.models import Consultation
from server.consultations.schemas import ConsultationView
from server.db.connection import AsyncConnection
from server.db.database import Database, Transaction
from server.db.turns import Turns
from server.errors import Code, Refusal
from server.idempotency.attempt import Attempt, claim_each
from server.ids import ConsultationId, QueueId, StaffId, VisitId
from server.waiting_room import events, line, store
from server.waiting_room.duty import Duty
from server.waiting_room.matching import Matching, asker
from server.waiting_room.models import IN_LINE, Opening, Queue, Visit
from server.waiting_room.ports import Calls, Records
from server.waiting_room.visits import Visits, require_state


@dataclass(frozen=True, slots=True)
class Wish:
    """A pharmacist wants the next of a queue, or the visit named; `makes` is the consultation to be."""

    principal: Principal
    queue_id: QueueId
    visit_id: VisitId | None
    attempt: Attempt
    makes: ConsultationId


@dataclass(frozen=True, slots=True)
class Called:
    """A wish that was granted: the visit is called, and the consultation open."""

    wish: Wish
    visit: Visit
    consultation: Consultation


Outcome = ConsultationView | Refusal


class Calling:
    """Grants wishes, each exactly once.

    A queue is locked from the first look at its line to the commit, so that no two pharmacists get one visit.
    What is wished for the same queue while a transaction is under way waits for the next, and is granted
    there in the order of asking.
    """

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        clock: Clock,
        *,
        visits: Visits,
        calls: Calls,
        records: Records,
        matching: Matching,
        duty: Duty,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._visits = visits
        self._calls = calls
        self._records = records
        self._matching = matching
        self._duty = duty
        self._turns: dict[QueueId, Turns[Wish, ConsultationView]] = {}

    async def wish(self, wish: Wish) -> ConsultationView:
        """Grant it, or raise the `Refusal`; raises `InCallElsewhere` if it is to be tried again."""
        if wish.visit_id is not None:
            return await self._choose(wish)
        turns = self._turns.setdefault(wish.queue_id, Turns(self._grant))
        try:
            return await turns.ask(wish)
        finally:
            if turns.is_idle and self._turns.get(wish.queue_id) is turns:
                del self._turns[wish.queue_id]

    async def _choose(self, wish: Wish) -> ConsultationView:
        """Grant a wish for a certain visit, alone: the database has to say where it stands."""
        (outcome,) = await self._grant([wish])
        if isinstance(outcome, Refusal):
            raise outcome
        return outcome

    async def _grant(self, wishes: Sequence[Wish]) -> list[Outcome]:
        outcomes: dict[Wish, Outcome] = {}
        async with self._database.transaction() as transaction:
            queue, called = await self._call(transaction, wishes, outcomes)
        if called:
            opened = [(each.consultation, each.visit) for each in called]
            views = await self._records.opened(opened, queue=queue)
            outcomes |= {each.wish: view for each, view in zip(called, views, strict=True)}
        return [outcomes[wish] for wish in wishes]

    async def _call(
        self, transaction: Transaction, wishes: Sequence[Wish], outcomes: dict[Wish, Outcome]
    ) -> tuple[Queue, list[Called]]:
        """Call whom can be called; the outcomes of the other wishes are put where they belong."""
        new = {wish.attempt: wish.makes for wish in wishes}
        used = await claim_each(transaction, new, self._clock.now())
        queue = await self._visits.lock(transaction, wishes[0].queue_id)
        first = [wish for wish in wishes if wish.attempt not in used and new[wish.attempt] == wish.makes]
        granted = await self._found(transaction.connection, queue, first, outcomes)
        called = await self._open(transaction, queue, granted) if granted else []
        refused = {wish.attempt: outcomes[wish] for wish in first if wish in outcomes}
        for attempt in refused:
            await attempt.take_back(transaction)
        await transaction.flush()
        for wish in wishes:
            if wish not in granted:
                outcomes[wish] = refused.get(wish.attempt) or await self._again(transaction, queue, wish)
        return queue, called

    async def _found(
        self,
        connection: AsyncConnection,
        queue: Queue,
        wishes: Sequence[Wish],
        outcomes: dict[Wish, Outcome],
    ) -> dict[Wish, line.Next]:
        """Who is next for each of those who may call somebody now."""
        askers = await self._free(connection, queue, wishes, outcomes)
        if askers and askers[0].visit_id is not None:
            return {askers[0]: await self._chosen(connection, queue, askers[0].visit_id)}
        found = await self._matching.each(connection, queue.id, [asker(wish.principal) for wish in askers])
        granted = {}
        for wish, following in zip(askers, found, strict=True):
            if following is None:
                outcomes[wish] = Refusal(Code.QUEUE_EMPTY)
            else:
                granted[wish] = following
        return granted

    async def _free(
        self,
        connection: AsyncConnection,
        queue: Queue,
        wishes: Sequence[Wish],
        outcomes: dict[Wish, Outcome],
    ) -> list[Wish]:
        """Those whose pharmacist may admit here, and holds no consultation."""
        staff_ids = {staff_id for wish in wishes if (staff_id := wish.principal.staff_id)}
        busy: set[StaffId | None] = set(await self._calls.held_by(connection, staff_ids))
        free = []
        for wish in wishes:
            try:
                policy.require(wish.principal, Action.QUEUE_ADMIT, queue.facts)
                if wish.principal.staff_id in busy:
                    raise Refusal(Code.PHARMACIST_BUSY)
            except Refusal as refusal:
                outcomes[wish] = refusal
            else:
                busy.add(wish.principal.staff_id)
                free.append(wish)
        return free

    async def _chosen(self, connection: AsyncConnection, queue: Queue, visit_id: VisitId) -> line.Next:
        visit = await store.visit(connection, visit_id)
        if visit is None or visit.queue_id != queue.id:
            raise Refusal(Code.NOT_FOUND)
        require_state(visit, IN_LINE)
        chosen = await self._matching.chosen(connection, visit)
        if chosen is None:
            raise Refusal(Code.VISIT_NOT_READY)
        return chosen

    async def _open(
        self, transaction: Transaction, queue: Queue, granted: dict[Wish, line.Next]
    ) -> list[Called]:
        answer_by = self._clock.now() + timedelta(seconds=queue.answer_time_s)
        visits = await self._visits.call(transaction, queue, list(granted.values()), answer_by=answer_by)
        openings = [
            Opening(consultation_id=wish.makes, principal=wish.principal, visit=visits[each.standing.id])
            for wish, each in granted.items()
        ]
        opened = await self._calls.open(transaction, openings)
        called = []
        for (wish, following), consultation in zip(granted.items(), opened, strict=True):
            visit = visits[following.standing.id]
            await self._outbox.record(transaction, admitted(wish, visit, following.why))
            await self._records.note_opened(transaction, principal=wish.principal, consultation=consultation)
            await self._duty.is_at_work(transaction, wish.principal)
            called.append(Called(wish, visit, consultation))
        return called

    async def _again(self, transaction: Transaction, queue: Queue, wish: Wish) -> Outcome:
        """What an earlier request with the same key made."""
        try:
            policy.require(wish.principal, Action.QUEUE_ADMIT, queue.facts)
            made = await wish.attempt.earlier_result(transaction)
            if made is None:
                raise Refusal(Code.IDEMPOTENCY_KEY_REUSED)
            return await self._records.reveal(
                transaction, principal=wish.principal, consultation_id=ConsultationId(made)
            )
        except Refusal as refusal:
            return refusal


def admitted(wish: Wish, visit: Visit, why: line.Why) -> Event:
    """The event of an admit, with all that answers why it was this one."""
    called_at, answer_by = visit.called_at or visit.arrived_at, visit.answer_by or visit.arrived_at
    return events.VISIT_ADMITTED(
        Actor.of(wish.principal),
        events.about(visit, wish.makes),
        pharmacist_id=wish.principal.subject_id,
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
