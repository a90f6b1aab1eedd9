"""Presence: in which rooms somebody is, and what becomes of a running call with nobody in its room.

Every process says of its own rooms, now and then, that somebody is there (`seen`). A process that dies says
nothing more, and neither does a room that all have left, so that an empty room is one nobody spoke of for a
while, however it came to be empty.
"""

import time
from collections.abc import Callable, Collection
from datetime import timedelta

from server.audit.event import SYSTEM
from server.clock import Clock
from server.consultations import store
from server.consultations.models import Consultation, ConsultationEnd, ConsultationState
from server.consultations.ports import Line
from server.consultations.wrap_up import WrapUps
from server.db.database import Database, Transaction
from server.ids import ConsultationId

SEEN_EVERY_S = 20.0
EMPTY_FOR = timedelta(minutes=3)
MOST_PER_STEP = 100


class Presence:
    """Keeps when a room was last known to have somebody in it. One per process."""

    def __init__(
        self, database: Database, clock: Clock, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._clock = clock
        self._monotonic = monotonic
        self._noted: dict[ConsultationId, float] = {}

    async def seen(self, consultation_ids: Collection[ConsultationId]) -> None:
        """Somebody is in these rooms, of this process, now. May be called as often as one likes."""
        now = self._monotonic()
        self._noted = {each: at for each, at in self._noted.items() if now - at < SEEN_EVERY_S}
        news = [each for each in consultation_ids if each not in self._noted]
        if not news:
            return
        self._noted |= dict.fromkeys(news, now)
        async with self._database.transaction() as transaction:
            await store.set_present(transaction.connection, news, self._clock.now())


class EmptyRooms:
    """Takes running calls with nobody in the room to wrap-up. Safe to run in several processes at once.

    A phone-only patient is not in the room, and the pharmacist need not be: such a call is let alone.
    """

    def __init__(self, database: Database, clock: Clock, *, line: Line, wrap_ups: WrapUps) -> None:
        self._database = database
        self._clock = clock
        self._line = line
        self._wrap_ups = wrap_ups

    async def wrap_up(self) -> int:
        """End the calls of rooms that have been empty for three minutes; says how many."""
        before = self._clock.now() - EMPTY_FOR
        async with self._database.snapshot() as connection:
            empty = await store.present_before(connection, before, MOST_PER_STEP)
        return sum([await self._wrap_up(each) for each in empty])

    async def _wrap_up(self, seen: Consultation) -> bool:
        async with self._database.transaction() as transaction:
            await self._line.lock(transaction, seen.queue_id)
            consultation = await store.consultation(transaction.connection, seen.id)
            if consultation is None or not self._is_empty(consultation):
                return False
            if await self._is_by_telephone(transaction, consultation):
                await store.change_consultation(transaction.connection, consultation.id, present_at=None)
                return False
            await self._wrap_ups.begin(transaction, SYSTEM, consultation, ConsultationEnd.ROOM_EMPTY)
        return True

    def _is_empty(self, consultation: Consultation) -> bool:
        present_at = consultation.present_at
        return (
            consultation.state is ConsultationState.RUNNING
            and present_at is not None
            and present_at <= self._clock.now() - EMPTY_FOR
        )

    async def _is_by_telephone(self, transaction: Transaction, consultation: Consultation) -> bool:
        visit = await self._line.visit(transaction.connection, consultation.visit_id)
        return visit is not None and visit.phone_only
