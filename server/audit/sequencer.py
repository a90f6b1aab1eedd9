"""The sequencer: moves events from the outbox into the logs, one batch per transaction.

In one transaction it removes rows from the outbox, numbers and hashes them (`server.audit.integration`),
appends them to the log and moves the log's head from the size it read: all of it is committed or none, so
that a crash anywhere loses nothing and doubles nothing. It looks at what is in the outbox, never at ids it
has seen: a transaction that commits late is found late, not missed.
"""

import asyncio
from types import TracebackType
from typing import Self

from server.audit import store
from server.audit.integration import integrate
from server.audit.leadership import Leadership
from server.audit.models import LostRaceError
from server.audit.outbox import Outbox
from server.clock import Clock
from server.db.database import Database
from server.repeater import Repeater

BATCH = 500
RACES = 5


class Sequencer:
    """Enter it to keep the logs going in a task of its own, as long as this process leads.

    It runs `linger_s` after a commit of this process, and every `poll_s` anyway (events of other processes).
    """

    def __init__(
        self,
        *,
        database: Database,
        outbox: Outbox,
        clock: Clock,
        leadership: Leadership,
        poll_s: float = 1.0,
        linger_s: float = 0.05,
        batch: int = BATCH,
    ) -> None:
        self._database = database
        self._clock = clock
        self._leadership = leadership
        self._batch = batch
        self._turn = asyncio.Lock()
        self._repeater = Repeater(
            "audit-sequencer", self._step, interval_s=poll_s, hint=outbox.hint, linger_s=linger_s
        )

    async def __aenter__(self) -> Self:
        await self._repeater.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._repeater.__aexit__(kind, error, traceback)
        await self._leadership.release()

    async def run_once(self) -> int:
        """Move one batch; says how many events it moved. Raises `LostRaceError` if another came before."""
        async with self._turn, self._database.transaction() as transaction:
            connection = transaction.connection
            pending = await store.take_pending(connection, self._batch)
            if not pending:
                return 0
            heads = {
                head.log: head for head in await store.heads(connection, {event.log for event in pending})
            }
            tails = await store.tails(
                connection,
                {(event.log, event.consultation_id) for event in pending if event.consultation_id},
            )
            batch = await asyncio.to_thread(integrate, pending, heads, tails, self._clock.now())
            await store.add_batch(connection, batch)
        return len(pending)

    async def flush(self, log: str) -> int:
        """Bring in what was committed to the log before this call; says how many events still wait.

        Whoever reads may do this, leader or not: the compare-and-set keeps it right. It takes a bounded
        number of batches, so that a flood of new events does not hold up the reader.
        """
        async with self._database.snapshot() as connection:
            waiting = await store.count_pending(connection)
        races = 0
        while waiting > 0 and races < RACES:
            try:
                moved = await self.run_once()
            except LostRaceError:
                races += 1
                continue
            waiting = waiting - moved if moved else 0
        async with self._database.snapshot() as connection:
            return await store.count_pending(connection, log)

    async def _step(self) -> None:
        if not await self._leadership.acquire():
            return
        while await self._has_work():
            await self.run_once()

    async def _has_work(self) -> bool:
        # Reading first: on SQLite a write transaction that finds nothing would still hold up the writers.
        async with self._database.snapshot() as connection:
            return await store.has_pending(connection)
