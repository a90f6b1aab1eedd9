"""Insights: what staff may know of how their queues do."""

from datetime import timedelta

from server.auth import policy
from server.auth.policy import Action
from server.auth.principal import Principal
from server.clock import Clock
from server.db.database import Database
from server.errors import Code, Refusal
from server.ids import QueueId
from server.insights.schemas import QueueInsights
from server.waiting_room.forecasting import Forecasts
from server.waiting_room.service import WaitingRoom

WEEK = timedelta(days=7)
MONTH = timedelta(days=30)


class Insights:
    """Answers from what was promised and what came of it. Numbers only, of nobody in particular."""

    def __init__(
        self, database: Database, clock: Clock, *, waiting_room: WaitingRoom, forecasts: Forecasts
    ) -> None:
        self._database = database
        self._clock = clock
        self._waiting_room = waiting_room
        self._forecasts = forecasts

    async def queue(self, principal: Principal, queue_id: QueueId) -> QueueInsights:
        """How good the forecasts of a queue are."""
        now = self._clock.now()
        async with self._database.snapshot() as connection:
            queue = (await self._waiting_room.queues(connection, (queue_id,))).get(queue_id)
            if queue is None:
                raise Refusal(Code.NOT_FOUND)
            policy.require(principal, Action.QUEUE_LIST, queue.facts)
            return QueueInsights(
                id=queue_id,
                kept_7_days=await self._forecasts.kept_since(connection, queue_id, now - WEEK),
                kept_30_days=await self._forecasts.kept_since(connection, queue_id, now - MONTH),
                wait=await self._forecasts.wait(connection, queue, queue.standing + 1),
            )
