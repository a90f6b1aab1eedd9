"""Telling patients that it is nearly their turn: who is away, and who may have put the phone down."""

from datetime import datetime, timedelta

from server.clock import Clock
from server.db.database import Database
from server.ids import VisitId
from server.notifications.models import MessageKind
from server.waiting_room import store
from server.waiting_room.models import VisitState
from server.waiting_room.ports import Notifier
from server.waiting_room.store import nearing
from server.waiting_room.store.nearing import Near

AT_THE_PAGE = timedelta(minutes=3)
"""Who has just come in looks at the page, and needs no message."""


class FewAhead:
    """Looks at the fronts of all lines. Any process may, and several at once: each patient is told once."""

    def __init__(self, database: Database, clock: Clock, *, notifier: Notifier) -> None:
        self._database = database
        self._clock = clock
        self._notifier = notifier

    async def tell(self) -> int:
        """Tell those who stand within their queue's `notify_ahead` and were not told; says how many."""
        now = self._clock.now()
        async with self._database.snapshot() as connection:
            near = [
                one.visit_id
                for queue_id, number in (await nearing.lines(connection)).items()
                for one in await nearing.first(connection, queue_id, number)
                if _needs_telling(one, now)
            ]
        return sum([await self._tell(visit_id, now) for visit_id in near])

    async def _tell(self, visit_id: VisitId, now: datetime) -> bool:
        async with self._database.transaction() as transaction:
            if not await nearing.mark_told(transaction.connection, visit_id, now):
                return False
            visit = await store.visit(transaction.connection, visit_id)
            if visit is not None:
                await self._notifier.tell(transaction, visit=visit, kind=MessageKind.FEW_AHEAD)
            return True


def _needs_telling(one: Near, now: datetime) -> bool:
    if one.is_told or one.phone_only:
        return False
    is_gone = one.state is VisitState.AWAY
    return is_gone or (one.state is VisitState.WAITING and one.arrived_at <= now - AT_THE_PAGE)
