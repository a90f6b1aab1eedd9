"""Matching: who of a queue's line is next for one pharmacist, read piece by piece."""

from collections.abc import Iterator

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

    async def next(self, connection: AsyncConnection, queue_id: QueueId, asker: Asker) -> Next | None:
        """The first who is ready and fits this pharmacist; `None` when nobody is."""
        spoken, is_known = line.ANY_LANGUAGE, False
        passed: dict[str, int] = {}
        after: Position | None = None
        for limit in _pieces():
            piece = await store.window(connection, queue_id, after, limit)
            if not is_known and line.asks_for_others(asker, piece):
                spoken, is_known = await self.spoken(connection, queue_id), True
            found = line.next_for(asker, piece, spoken=spoken, passed=passed)
            if isinstance(found, Next):
                return found
            if len(piece) < limit:
                break
            passed, after = found, _end(piece)
        return None

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


def _pieces() -> Iterator[int]:
    limit = FIRST_PIECE
    while True:
        yield limit
        limit = min(limit * 8, LARGEST_PIECE)


def _end(piece: tuple[Standing, ...]) -> Position:
    return Position(piece[-1].stands_at, piece[-1].id)
