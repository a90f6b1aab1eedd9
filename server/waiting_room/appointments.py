"""Appointments: where somebody with one stands, and moving those forward who came early.

A patient who comes within the window of their appointment stands by it, ahead of it by the head start of
its class. One who comes earlier waits like everybody else until the window opens; one who comes later has
lost the appointment, and waits like everybody else. Who came in time keeps the class when the window closes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from server.audit.event import SYSTEM
from server.clock import Clock
from server.db.database import Database
from server.ids import VisitId
from server.waiting_room import events, line, store
from server.waiting_room.models import IN_LINE, PriorityClass, Queue, Visit
from server.waiting_room.visits import Visits

AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Where a visit that is not urgent stands; `window_opens_at`: when it is to be looked at again."""

    priority_class: PriorityClass
    stands_at: datetime
    window_opens_at: datetime | None


def seat(queue: Queue, *, arrived_at: datetime, appointment_at: datetime | None, now: datetime) -> Seat:
    """Where a visit with this arrival and this appointment, if any, stands now."""
    routine = Seat(priority_class=PriorityClass.ROUTINE, stands_at=arrived_at, window_opens_at=None)
    if appointment_at is None or arrived_at > appointment_at + timedelta(seconds=queue.window_after_s):
        return routine
    opens_at = appointment_at - timedelta(seconds=queue.window_before_s)
    if now < opens_at:
        return Seat(priority_class=PriorityClass.ROUTINE, stands_at=arrived_at, window_opens_at=opens_at)
    stands_at = line.stands_at(
        PriorityClass.SCHEDULED,
        arrived_at=arrived_at,
        appointment_at=appointment_at,
        head_starts=queue.head_starts,
    )
    # Whoever has waited for longer than that already loses nothing by having an appointment.
    return Seat(
        priority_class=PriorityClass.SCHEDULED, stands_at=min(stands_at, arrived_at), window_opens_at=None
    )


class Appointments:
    """Opens the windows of appointments."""

    def __init__(self, database: Database, clock: Clock, *, visits: Visits) -> None:
        self._database = database
        self._clock = clock
        self._visits = visits

    async def open_windows(self) -> int:
        """Move everybody forward whose window has opened; says how many. Any number of processes may."""
        async with self._database.snapshot() as connection:
            due = await store.windows_due(connection, self._clock.now(), AT_ONCE)
        opened = 0
        for visit_id in due:
            opened += await self._open(visit_id)
        return opened

    async def _open(self, visit_id: VisitId) -> bool:
        now = self._clock.now()
        async with self._database.transaction() as transaction:
            seen = await store.visit(transaction.connection, visit_id)
            if seen is None:
                return False
            queue = await self._visits.lock(transaction, seen.queue_id)
            visit = await store.visit(transaction.connection, visit_id)
            if visit is None or not _is_due(visit, now):
                return False
            new = seat(queue, arrived_at=visit.arrived_at, appointment_at=visit.appointment_at, now=now)
            is_urgent = visit.priority_class is PriorityClass.URGENT
            await self._visits.change(
                transaction,
                visit,
                events.VISIT_WINDOW_OPENED(SYSTEM, events.about(visit)),
                priority_class=visit.priority_class if is_urgent else new.priority_class,
                stands_at=min(visit.stands_at, new.stands_at),
                window_opens_at=new.window_opens_at,
            )
        return True


def _is_due(visit: Visit, now: datetime) -> bool:
    opens_at = visit.window_opens_at
    return visit.state in IN_LINE and opens_at is not None and opens_at <= now
