"""A patient's stay: the device check, going away and coming back, answering, giving up the place."""

from datetime import timedelta

from server.accounts.schemas import InvitationLink
from server.audit.event import Actor
from server.auth.policy import Action
from server.auth.principal import Principal
from server.clock import Clock
from server.consultations.models import ConsultationEnd
from server.db.database import Database, Transaction
from server.ids import VisitId
from server.waiting_room import events
from server.waiting_room.models import BEFORE_THE_CALL, IN_LINE, EndReason, Visit, VisitState
from server.waiting_room.ports import Calls, ReturnLinks
from server.waiting_room.schemas import DeviceCheck, VisitView
from server.waiting_room.views import Views
from server.waiting_room.visits import Visits, require_state

MORE_TIME = timedelta(seconds=120)
"""What 'I am coming' adds to the time to answer, once per call."""

STAYING = BEFORE_THE_CALL | {VisitState.IN_CONSULTATION}


class Stay:
    """What patients do with a place they have."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        visits: Visits,
        views: Views,
        calls: Calls,
        links: ReturnLinks,
    ) -> None:
        self._database = database
        self._clock = clock
        self._visits = visits
        self._views = views
        self._calls = calls
        self._links = links

    async def check_devices(self, principal: Principal, visit_id: VisitId, check: DeviceCheck) -> VisitView:
        """Keep what the device check found; whatever that is, the patient is now ready."""
        async with self._database.transaction() as transaction:
            visit = await self._own(transaction, principal, visit_id)
            require_state(visit, BEFORE_THE_CALL)
            found = check.model_dump(mode="json")
            event = events.VISIT_DEVICE_CHECKED(Actor.of(principal), events.about(visit), **found)
            await self._visits.change(
                transaction,
                visit,
                event,
                to=VisitState.WAITING if visit.state is VisitState.CHECKING else None,
                device_check=found | {"checked_at": self._clock.now().isoformat()},
            )
            return await self._views.visit(transaction.connection, visit_id)

    async def go_away(self, principal: Principal, visit_id: VisitId) -> VisitView:
        """Keep the place while the patient is elsewhere. Doing it twice changes nothing."""
        async with self._database.transaction() as transaction:
            visit = await self._own(transaction, principal, visit_id)
            require_state(visit, IN_LINE)
            if visit.state is not VisitState.AWAY:
                event = events.VISIT_WENT_AWAY(Actor.of(principal), events.about(visit))
                await self._visits.change(transaction, visit, event, to=VisitState.AWAY)
            return await self._views.visit(transaction.connection, visit_id)

    async def come_back(self, principal: Principal, visit_id: VisitId) -> VisitView:
        """The patient is here again, at the place that was kept; one who was not away stays as they are."""
        async with self._database.transaction() as transaction:
            visit = await self._own(transaction, principal, visit_id)
            require_state(visit, BEFORE_THE_CALL)
            if visit.state is VisitState.AWAY:
                event = events.VISIT_RETURNED(Actor.of(principal), events.about(visit))
                to = VisitState.WAITING if visit.device_check else VisitState.CHECKING
                await self._visits.change(transaction, visit, event, to=to)
            return await self._views.visit(transaction.connection, visit_id)

    async def leave(self, principal: Principal, visit_id: VisitId) -> VisitView:
        """Give the place up. In a consultation the patient hangs up instead (`visit_not_ready`)."""
        async with self._database.transaction() as transaction:
            visit = await self._own(transaction, principal, visit_id)
            if visit.state is not VisitState.LEFT:
                require_state(visit, BEFORE_THE_CALL)
                await self._leave(transaction, principal, visit)
            return await self._views.visit(transaction.connection, visit_id)

    async def say_coming(self, principal: Principal, visit_id: VisitId) -> VisitView:
        """A called patient is coming: two more minutes to answer, once per call; again changes nothing."""
        async with self._database.transaction() as transaction:
            visit = await self._own(transaction, principal, visit_id)
            require_state(visit, frozenset({VisitState.CALLED}))
            if visit.coming_at is None and visit.answer_by is not None:
                answer_by = visit.answer_by + MORE_TIME
                event = events.VISIT_COMING(
                    Actor.of(principal),
                    events.about(visit),
                    answer_by=answer_by.isoformat(timespec="milliseconds"),
                )
                now = self._clock.now()
                await self._visits.change(transaction, visit, event, answer_by=answer_by, coming_at=now)
            return await self._views.visit(transaction.connection, visit_id)

    async def say_worse(self, principal: Principal, visit_id: VisitId) -> VisitView:
        """The patient feels worse. The counter is alerted at once; the class is for staff to change.

        May be said again, also after staff have seen to it.
        """
        async with self._database.transaction() as transaction:
            visit = await self._own(transaction, principal, visit_id)
            require_state(visit, STAYING)
            event = events.VISIT_WORSE(Actor.of(principal), events.about(visit))
            await self._visits.change(transaction, visit, event, worse_at=self._clock.now())
            return await self._views.visit(transaction.connection, visit_id)

    async def return_link(self, principal: Principal, visit_id: VisitId) -> InvitationLink:
        """A fresh link to this visit, to go on with it on another device."""
        async with self._database.transaction() as transaction:
            visit = await self._own(transaction, principal, visit_id)
            require_state(visit, STAYING)
            return await self._links.back_to(transaction, visit, actor=Actor.of(principal))

    async def _leave(self, transaction: Transaction, principal: Principal, visit: Visit) -> None:
        actor = Actor.of(principal)
        consultation_id = await self._calls.end_call(
            transaction, actor=actor, visit=visit, reason=ConsultationEnd.PATIENT_LEFT
        )
        await self._visits.end(
            transaction,
            visit,
            events.VISIT_LEFT(actor, events.about(visit, consultation_id)),
            to=VisitState.LEFT,
            reason=EndReason.PATIENT_LEFT,
        )

    async def _own(self, transaction: Transaction, principal: Principal, visit_id: VisitId) -> Visit:
        return await self._visits.taken(transaction, principal, Action.VISIT_OWN, visit_id)
