"""Triage: staff decide how urgent a visit is, and what it needs. No rule of the program ever does."""

from dataclasses import asdict

from server.audit.event import Actor
from server.auth.policy import Action
from server.auth.principal import Principal
from server.clock import Clock
from server.db.database import Database
from server.errors import Code, Refusal
from server.ids import VisitId
from server.waiting_room import events, line
from server.waiting_room.appointments import Seat, seat
from server.waiting_room.models import BEFORE_THE_CALL, IN_LINE, PriorityClass, Queue, Visit, VisitState
from server.waiting_room.schemas import ChangeClass, Needs, VisitView
from server.waiting_room.views import Views
from server.waiting_room.visits import Visits, require_state


class Triage:
    """What staff decide about visits that wait."""

    def __init__(self, database: Database, clock: Clock, *, visits: Visits, views: Views) -> None:
        self._database = database
        self._clock = clock
        self._visits = visits
        self._views = views

    async def change_class(self, principal: Principal, visit_id: VisitId, asked: ChangeClass) -> VisitView:
        """Make a visit urgent, or routine again. The reason stays with the visit; the event has the classes.

        Who is not urgent any more stands by appointment or arrival, like everybody. Raises `invalid_request`
        for 'urgent' without a reason.
        """
        if asked.priority_class is PriorityClass.URGENT and asked.reason is None:
            raise Refusal(Code.INVALID_REQUEST, fields=(("/reason", "required"),))
        async with self._database.transaction() as transaction:
            visit = await self._visits.taken(transaction, principal, Action.VISIT_CONTROL, visit_id)
            require_state(visit, IN_LINE)
            queue = await self._visits.lock(transaction, visit.queue_id)
            is_urgent = asked.priority_class is PriorityClass.URGENT
            place = self._urgent(queue, visit) if is_urgent else self._seat(queue, visit)
            event = events.VISIT_CLASS_CHANGED(
                Actor.of(principal),
                events.about(visit),
                before=visit.priority_class.value,
                after=place.priority_class.value,
            )
            reason = asked.reason if is_urgent else None
            await self._visits.change(transaction, visit, event, urgent_reason=reason, **asdict(place))
            return await self._views.visit(transaction.connection, visit_id)

    async def worse_seen(self, principal: Principal, visit_id: VisitId) -> VisitView:
        """Somebody has seen to the patient who felt worse: the alert ends. Again changes nothing."""
        async with self._database.transaction() as transaction:
            visit = await self._visits.taken(transaction, principal, Action.VISIT_CONTROL, visit_id)
            require_state(visit, BEFORE_THE_CALL | {VisitState.IN_CONSULTATION})
            if visit.worse_at is not None:
                event = events.VISIT_WORSE_SEEN(Actor.of(principal), events.about(visit))
                await self._visits.change(transaction, visit, event, worse_at=None)
            return await self._views.visit(transaction.connection, visit_id)

    async def set_needs(self, principal: Principal, visit_id: VisitId, needs: Needs) -> VisitView:
        """Say which skills and language a visit needs; whoever lacks them passes it over."""
        skills = sorted(set(needs.skills))
        async with self._database.transaction() as transaction:
            visit = await self._visits.taken(transaction, principal, Action.VISIT_CONTROL, visit_id)
            require_state(visit, BEFORE_THE_CALL)
            event = events.VISIT_NEEDS_CHANGED(
                Actor.of(principal), events.about(visit), skills=len(skills), language=needs.language
            )
            await self._visits.change(transaction, visit, event, skills=skills, language=needs.language)
            return await self._views.visit(transaction.connection, visit_id)

    def _seat(self, queue: Queue, visit: Visit) -> Seat:
        now = self._clock.now()
        return seat(queue, arrived_at=visit.arrived_at, appointment_at=visit.appointment_at, now=now)

    @staticmethod
    def _urgent(queue: Queue, visit: Visit) -> Seat:
        """Ahead of the arrival; whoever stands further in front already, after an unanswered call, stays."""
        stands_at = line.stands_at(
            PriorityClass.URGENT,
            arrived_at=visit.arrived_at,
            appointment_at=None,
            head_starts=queue.head_starts,
        )
        return Seat(
            priority_class=PriorityClass.URGENT,
            stands_at=min(stands_at, visit.stands_at),
            window_opens_at=visit.window_opens_at,
        )
