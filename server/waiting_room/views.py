"""What patients and staff are shown of visits and queues. Whoever calls has decided that they may see it."""

from collections.abc import Collection
from dataclasses import replace

from server.clock import Clock
from server.db.connection import AsyncConnection
from server.errors import Code, Refusal
from server.ids import PharmacyId, QueueId, VisitId
from server.notifications.models import Channel
from server.waiting_room import line, store
from server.waiting_room.forecasting import Forecasts
from server.waiting_room.models import (
    IN_LINE,
    Queue,
    QueueState,
    Visit,
    VisitState,
)
from server.waiting_room.opening import Hours, hours_of
from server.waiting_room.ports import Calls, People, Pharmacies
from server.waiting_room.schemas import (
    PublicQueue,
    QueuePharmacy,
    QueueView,
    VisitView,
)
from server.waiting_room.sights import (
    SHOWS_ITS_CALL,
    Known,
    Looking,
    Waits,
    on_duty_view,
    visit_view,
    visitor,
)
from server.waiting_room.store import call_backs


class Views:
    """Builds the views. Reads only; takes the connection of the caller's transaction or snapshot.

    `channels`: those that this server can send messages by.
    """

    def __init__(
        self,
        *,
        people: People,
        pharmacies: Pharmacies,
        calls: Calls,
        clock: Clock,
        forecasts: Forecasts,
        channels: Collection[Channel] = (),
    ) -> None:
        self._channels = frozenset(channels)
        self._people = people
        self._pharmacies = pharmacies
        self._calls = calls
        self._clock = clock
        self._forecasts = forecasts

    async def visit(self, connection: AsyncConnection, visit_id: VisitId) -> VisitView:
        """One visit, as its patient sees it; raises `Refusal(not_found)`."""
        view = (await self.visits(connection, (visit_id,))).get(visit_id)
        if view is None:
            raise Refusal(Code.NOT_FOUND)
        return view

    async def visits(
        self, connection: AsyncConnection, visit_ids: Collection[VisitId]
    ) -> dict[VisitId, VisitView]:
        """Visits as their patients see them. The number of queries grows with the queues only."""
        visits = await store.visits_by_id(connection, visit_ids)
        queues = await store.queues_by_id(connection, {visit.queue_id for visit in visits})
        places = await store.places(connection, visits)
        standing = {visit.queue_id for visit in visits if visit.id in places}
        waits = {queue.id: await self._waits(connection, queue) for queue in queues if queue.id in standing}
        known = await self._look_up(connection, visits)
        by_id = {queue.id: queue for queue in queues}
        return {
            visit.id: visit_view(
                visit, by_id[visit.queue_id], places.get(visit.id), waits.get(visit.queue_id), known
            )
            for visit in visits
        }

    async def queue(self, connection: AsyncConnection, queue: Queue, looking: Looking) -> QueueView:
        """The whole line, as this member of staff sees it."""
        visits = await store.visits_in(
            connection, queue.id, IN_LINE | {VisitState.CALLED, VisitState.IN_CONSULTATION}
        )
        places = line.places(line.in_order(map(line.Standing.of, visits)))
        known = await self._look_up(connection, visits)
        visitors = [
            visitor(
                visit,
                places.get(visit.id, 0),
                known,
                looking.principal.role,
                matches=looking.fits(visit),
                is_next=visit.id == looking.following,
            )
            for visit in visits
        ]
        return QueueView(
            id=queue.id,
            name=queue.name,
            version=queue.version,
            state=queue.state,
            pause_message=queue.pause_message,
            capacity=queue.capacity,
            answer_time_s=queue.answer_time_s,
            line=tuple(sorted((v for v in visitors if v.place), key=lambda v: v.place)),
            called=tuple(v for v in visitors if v.state is VisitState.CALLED),
            in_consultation=tuple(v for v in visitors if v.state is VisitState.IN_CONSULTATION),
            wait_alert_s=queue.wait_alert_s,
            on_duty=tuple(map(on_duty_view, looking.serving)),
            call_backs=await call_backs.count_open(connection, queue.id),
            wait=await self._forecasts.wait(connection, queue, len(places) + 1),
            pharmacies=await self._pharmacies_of(connection, queue.id),
        )

    async def _pharmacies_of(
        self, connection: AsyncConnection, queue_id: QueueId
    ) -> tuple[QueuePharmacy, ...]:
        found = [
            await self._pharmacies.pharmacy(connection, pharmacy_id)
            for pharmacy_id in await store.pharmacy_ids_of(connection, queue_id)
        ]
        by_name = sorted(found, key=lambda pharmacy: pharmacy.name)
        return tuple(QueuePharmacy(id=pharmacy.id, name=pharmacy.name) for pharmacy in by_name)

    async def public_queues(
        self, connection: AsyncConnection, pharmacy_id: PharmacyId
    ) -> tuple[PublicQueue, ...]:
        """The queues of a pharmacy, as anybody may see them."""
        pharmacy = await self._pharmacies.pharmacy(connection, pharmacy_id)
        queues = await store.queues_of_pharmacy(connection, pharmacy_id)
        return tuple(
            [
                await self._public_queue(
                    connection,
                    queue,
                    hours_of(queue, pharmacy),
                    waiting=queue.standing,
                )
                for queue in queues
            ]
        )

    async def _public_queue(
        self, connection: AsyncConnection, queue: Queue, hours: Hours, *, waiting: int
    ) -> PublicQueue:
        opens_at = hours.opens_at(self._clock.now())
        if not hours.is_open_at(self._clock.now()):
            queue = replace(queue, state=QueueState.CLOSED)
        is_full = queue.state is QueueState.OPEN and waiting >= queue.capacity
        return PublicQueue(
            id=queue.id,
            name=queue.name,
            state="full" if is_full else queue.state.value,
            pause_message=queue.pause_message,
            waiting=waiting,
            wait=await self._forecasts.wait(connection, queue, waiting + 1),
            opens_at=opens_at,
            kept=await self._forecasts.kept(connection, queue.id),
        )

    async def _waits(self, connection: AsyncConnection, queue: Queue) -> Waits:
        return Waits(
            (await self._forecasts.curves(connection, (queue,)))[queue.id],
            await self._forecasts.kept(connection, queue.id),
        )

    async def _look_up(self, connection: AsyncConnection, visits: tuple[Visit, ...]) -> Known:
        called = tuple(visit.id for visit in visits if visit.state in SHOWS_ITS_CALL)
        return Known(
            people=await self._people.patients(connection, tuple({visit.patient_id for visit in visits})),
            pharmacies={
                pharmacy_id: await self._pharmacies.pharmacy(connection, pharmacy_id)
                for pharmacy_id in {visit.pharmacy_id for visit in visits}
            },
            speakers=await store.speakers_of(connection, [visit.id for visit in visits]),
            calls=await self._calls.of_visits(connection, called),
            channels=self._channels,
        )
