"""What the waiting room forgets: changes of ranks, old forecasts, call-backs that were done, what ended
sessions were shown.
"""

from datetime import timedelta

from server.clock import Clock
from server.db.database import Database
from server.waiting_room.store import pruning

CHANGES_KEPT = timedelta(minutes=15)
CURVES_KEPT = timedelta(days=30)
CALL_BACKS_KEPT = timedelta(days=30)
"""After this time the name and number of somebody who was rung are forgotten."""


class Pruning:
    """Takes out what has served its time, a bounded number of rows a step.

    `session_s` is how long a session lasts at most: what one was shown longer ago than that, no session was.
    """

    def __init__(self, database: Database, clock: Clock, *, session_s: float) -> None:
        self._database = database
        self._clock = clock
        self._session = timedelta(seconds=session_s)

    async def prune(self) -> int:
        """Forget old forecasts, call-backs and reveals; says how many rows."""
        now = self._clock.now()
        async with self._database.transaction() as transaction:
            connection = transaction.connection
            return (
                await pruning.curves(connection, now - CURVES_KEPT)
                + await pruning.call_backs(connection, now - CALL_BACKS_KEPT)
                + await pruning.reveals(connection, now - self._session)
            )

    async def prune_changes(self) -> int:
        """Forget old changes of ranks, of which there are many; says how many rows."""
        async with self._database.transaction() as transaction:
            return await pruning.changes(transaction.connection, self._clock.now() - CHANGES_KEPT)
