"""The tasks that send what is queued, in every process."""

import asyncio
from types import TracebackType
from typing import Protocol, Self

import structlog

log = structlog.get_logger("officina.notifications")


class DueMessages(Protocol):
    """Where the messages of a channel are that should have left by now."""

    async def deliver_due(self) -> int: ...


class Sending:
    """Owns a task for the length of an `async with`: it sends what is due, on a hint and each `tick_s`."""

    def __init__(self, due: DueMessages, *, hint: asyncio.Event, tick_s: float = 2.0) -> None:
        self._due = due
        self._hint = hint
        self._tick_s = tick_s
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="messages")
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

    async def _run(self) -> None:
        while True:
            self._hint.clear()
            try:
                await self._due.deliver_due()
            except Exception as error:  # noqa: BLE001  # a supervisor: the next tick tries again
                log.error("sending failed", error=type(error).__name__)
                await asyncio.sleep(self._tick_s)
            await self._wait()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(self._tick_s):
                await self._hint.wait()
        except TimeoutError:
            return
