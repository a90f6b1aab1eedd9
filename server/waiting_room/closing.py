"""Closing time: what becomes of those who still stand in a line when nobody serves it any more.

A queue takes nobody after its hours (its own, or those of its pharmacies). Those in line keep their places
for a while, so that the pharmacists can see to them; they expire when `grace_s` is over, or as soon as the
last pharmacist has gone off duty. Each is told what to do instead, on the page and by a message.
"""

from datetime import datetime, timedelta

from server.audit.event import SYSTEM
from server.clock import Clock
from server.db.connection import AsyncConnection
from server.db.database import Database
from server.ids import QueueId, VisitId
from server.waiting_room import events, store
from server.waiting_room.models import IN_LINE, EndReason, Queue, Visit, VisitState
from server.waiting_room.opening import closed_since, hours_of
from server.waiting_room.ports import Location, OnDutyOf, Pharmacies
from server.waiting_room.store import closing
from server.waiting_room.visits import Visits

MOST_PER_STEP = 200

GUIDANCE = {
    "en": "The pharmacy has closed, and nobody can see you today. Call {phone}, or come back when it opens. "
    "In an emergency call {emergency}.",
    "es": "La farmacia ha cerrado y hoy ya no le pueden atender. Llame al {phone} o vuelva cuando abra. "
    "En una emergencia, llame al {emergency}.",
}


class Closing:
    """Ends the visits of lines that have closed. Safe to run in several processes at once."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        visits: Visits,
        pharmacies: Pharmacies,
        duty: OnDutyOf,
        grace_s: float = 3_600,
    ) -> None:
        self._database = database
        self._clock = clock
        self._visits = visits
        self._pharmacies = pharmacies
        self._duty = duty
        self._grace = timedelta(seconds=grace_s)

    async def expire(self) -> int:
        """Expire visits of closed lines; says how many."""
        async with self._database.snapshot() as connection:
            over = {
                visit_id: by
                for queue in await closing.queues_with_a_line(connection)
                if (by := await self._over(connection, queue))
                for visit_id in await closing.in_line(connection, queue.id, MOST_PER_STEP)
            }
        return sum([await self._expire(visit_id, by) for visit_id, by in over.items()])

    async def _over(self, connection: AsyncConnection, queue: Queue) -> str | None:
        """Why the line of a queue has ended: 'closing_time' or 'nobody_on_duty'; `None` if it has not."""
        now = self._clock.now()
        since = await self._closed_since(connection, queue, now)
        if since is None:
            return None
        if now >= since + self._grace:
            return "closing_time"
        return None if await self._duty.is_served(connection, queue.id) else "nobody_on_duty"

    async def _closed_since(
        self, connection: AsyncConnection, queue: Queue, now: datetime
    ) -> datetime | None:
        pharmacies = await self._served(connection, queue.id)
        return closed_since([hours_of(queue, pharmacy) for pharmacy in pharmacies], now)

    async def _served(self, connection: AsyncConnection, queue_id: QueueId) -> list[Location]:
        ids = await store.pharmacy_ids_of(connection, queue_id)
        return [await self._pharmacies.pharmacy(connection, pharmacy_id) for pharmacy_id in ids]

    async def _expire(self, visit_id: VisitId, by: str) -> bool:
        async with self._database.transaction() as transaction:
            seen = await store.visit(transaction.connection, visit_id)
            if seen is None:
                return False
            visit = await self._visits.locked(transaction, seen)
            if visit.state not in IN_LINE:
                return False
            pharmacy = await self._pharmacies.pharmacy(transaction.connection, visit.pharmacy_id)
            await self._visits.end(
                transaction,
                visit,
                events.VISIT_EXPIRED(SYSTEM, events.about(visit), by=by),
                to=VisitState.EXPIRED,
                reason=EndReason.CLOSED,
                guidance=_guidance(visit, pharmacy),
            )
        return True


def _guidance(visit: Visit, pharmacy: Location) -> str:
    text = GUIDANCE.get(visit.language, GUIDANCE["en"])
    return text.format(phone=pharmacy.phone, emergency=pharmacy.emergency_number)
