"""Tasks that live as long as the object that owns them."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Self

import structlog

log = structlog.get_logger("officina.signaling")


class Tasks:
    """A task group that cancels what still runs when its `async with` block ends."""

    def __init__(self) -> None:
        self._group = asyncio.TaskGroup()
        self._running: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._running:
            task.cancel()
        # Without the error, if there is one: the group would wrap what the block itself raised.
        await self._group.__aexit__(None, None, None)

    def start(self, work: Coroutine[None, None, None]) -> None:
        task = self._group.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)


async def every(period_s: float, work: Callable[[], Awaitable[None]]) -> None:
    """Do the work again and again, with so long a pause between; a failure is logged."""
    while True:
        await asyncio.sleep(period_s)
        await supervised(work)


async def supervised(work: Callable[[], Awaitable[None]]) -> None:
    """Do the work; a failure is logged, and goes no further."""
    try:
        await work()
    except Exception as error:  # the supervisor of background work
        log.error("signalling work failed", error=type(error).__name__, exc_info=True)
