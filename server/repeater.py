"""A task that does one step again and again, and outlives its errors."""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

import structlog

log = structlog.get_logger("officina.task")

FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 10.0


class Repeater:
    """Runs `step` when hinted, and every `interval_s` anyway, for as long as it is entered.

    This is the supervisor of its step: an error is logged, without its words, and the step is tried again
    after a pause that doubles up to ten seconds. After a hint it waits `linger_s`, so that what comes in a
    burst is done in one step. Leaving waits for the step under way to be cancelled.
    """

    def __init__(
        self,
        name: str,
        step: Callable[[], Awaitable[object]],
        *,
        interval_s: float,
        hint: asyncio.Event | None = None,
        linger_s: float = 0.0,
    ) -> None:
        self._name = name
        self._step = step
        self._interval_s = interval_s
        self._hint = hint or asyncio.Event()
        self._linger_s = linger_s
        self._failures = 0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name=self._name)
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
            if await self._try_step():
                await self._wait_for_hint()
            else:
                await asyncio.sleep(self._pause_s())

    async def _try_step(self) -> bool:
        try:
            await self._step()
        except Exception as error:  # the supervisor: whatever it was, it is tried again
            self._failures += 1
            log.error(
                "task failed; it will be tried again",
                task=self._name,
                failures=self._failures,
                error=type(error).__name__,
                exc_info=True,
            )
            return False
        self._failures = 0
        return True

    def _pause_s(self) -> float:
        return min(FIRST_PAUSE_S * (1 << min(self._failures - 1, 10)), LONGEST_PAUSE_S)

    async def _wait_for_hint(self) -> None:
        try:
            async with asyncio.timeout(self._interval_s):
                await self._hint.wait()
        except TimeoutError:
            return
        await asyncio.sleep(self._linger_s)
