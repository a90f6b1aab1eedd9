"""Forgetting requests that nobody sends again."""

from datetime import timedelta

from server.clock import Clock
from server.db.database import Database
from server.idempotency import store

KEPT = timedelta(hours=24)


class AttemptPruning:
    """Takes out keys after a day, a bounded number of rows a step."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def prune(self) -> int:
        async with self._database.transaction() as transaction:
            return await store.forget(transaction.connection, self._clock.now() - KEPT)
