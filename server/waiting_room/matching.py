"""Matching: who of a queue's line is next for one pharmacist, read piece by piece."""

from collections.abc import Mapping, Sequence

from server.auth.principal import Principal
from server.db.connection import AsyncConnection
from server.ids import QueueId
from server.waiting_room import line, pool, store
from server.waiting_room.duty import Duty
from server.waiting_room.line import Asker, Next, Position, Standing, Why
from server.waiting_room.models import Visit, VisitState

FIRST_PIECE = 12
"""Nearly always the one who is next stands among the first few."""

LARGEST_PIECE = 2_000

KINDS = {VisitState.WAITING: "ready", VisitState.CHECKING: "checking", VisitState.AWAY: "away"}


def asker(principal: Principal) -> Asker:
    """The pharmacist, as far as matching is concerned."""
    return Asker(languages=principal.languages, skills=principal.skills)


class Matching:
    """Finds the next of a line. Under the queue's lock the answer holds until the lock is given up."""

    def __init__(self, duty: Duty) -> None:
        self._duty = duty

    async def each(
        self, connection: AsyncConnection, queue_id: QueueId, askers: Sequence[Asker]
    ) -> list[Next | None]:
        """The first who is ready and fits, for each of several pharmacists in turn; `None` when nobody is.

        Who was found for one is gone for those after them.
        """
        reading = Reading(self, connection, queue_id, len(askers))
        return [await reading.next(asker) for asker in askers]

    async def chosen(self, connection: AsyncConnection, visit: Visit) -> Next | None:
        """The visit a pharmacist named, ready or not; `None` when it holds no place in its line."""
        position = line.position(visit)
        if position is None:
            return None
        ahead = await store.ahead(connection, visit.queue_id, position)
        passed = {KINDS[state]: number for state, number in ahead.items()}
        return Next(Standing.of(visit), Why(rule="chosen", passed=passed))

    async def spoken(self, connection: AsyncConnection, queue_id: QueueId) -> frozenset[str] | None:
        """The languages of those at work for a queue; `line.ANY_LANGUAGE` if somebody is there for all."""
        return pool.spoken((await self._duty.on_duty(connection, (queue_id,)))[queue_id])


class Reading:
    """A line read as far as it is needed, and what is left of it."""

    def __init__(
        self, matching: Matching, connection: AsyncConnection, queue_id: QueueId, askers: int
    ) -> None:
        self._matching = matching
        self._connection = connection
        self._queue_id = queue_id
        self._left: list[Standing] = []
        self._end: Position | None = None
        self._limit = FIRST_PIECE + askers
        self._is_over = False
        self._spoken = line.ANY_LANGUAGE
        self._spoken_is_known = False

    async def next(self, asker: Asker) -> Next | None:
        """Find the next for one pharmacist, and take it out of what is left."""
        passed: Mapping[str, int] = {}
        piece = self._left
        while True:
            if not self._spoken_is_known and line.asks_for_others(asker, piece):
                self._spoken = await self._matching.spoken(self._connection, self._queue_id)
                self._spoken_is_known = True
            found = line.next_for(asker, piece, spoken=self._spoken, passed=passed)
            if isinstance(found, Next):
                self._left.remove(found.standing)
                return found
            if self._is_over:
                return None
            passed, piece = found, await self._more()

    async def _more(self) -> list[Standing]:
        piece = list(await store.window(self._connection, self._queue_id, self._end, self._limit))
        self._is_over = len(piece) < self._limit
        self._limit = min(self._limit * 8, LARGEST_PIECE)
        if piece:
            self._end = Position(piece[-1].stands_at, piece[-1].id)
        self._left += piece
        return piece
