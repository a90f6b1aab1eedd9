"""Deadlines: the task that ends calls nobody answered in time.

The deadlines are in the database. Any process may run this, and several may at once; one that was away for a
while catches up with its first tick.
"""

import asyncio
from types import TracebackType
from typing import Protocol, Self

import structlog

log = structlog.get_logger("officina.deadlines")


class OverdueCalls(Protocol):
    """Where the calls are that should have been answered."""

    async def end_overdue_calls(self) -> int: ...


class Deadlines:
    """Owns one task for the length of an `async with`: each `tick_s` it ends the overdue calls."""

    def __init__(self, calls: OverdueCalls, *, tick_s: float = 1.0) -> None:
        self._calls = calls
        self._tick_s = tick_s
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="waiting-room-deadlines")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def run_once(self) -> int:
        """End every call that is overdue now; says how many there were."""
        return await self._calls.end_overdue_calls()

    async def _run(self) -> None:
        while True:
            try:
                await self.run_once()
            except Exception as error:  # noqa: BLE001  # a supervisor: the next tick tries again
                log.error("deadlines failed", error=type(error).__name__)
            await asyncio.sleep(self._tick_s)
