"""Tasks that live as long as the object that owns them.

On Python 3.11 `asyncio.wait_for`, which libraries below us use, may swallow a cancellation that comes at the
moment when what it waits for is done. So whoever ends a task here asks until it has ended.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine
from typing import Final, Self

import structlog

ASK_AGAIN_S: Final = 0.2

log = structlog.get_logger("officina.signaling")

Work = Coroutine[None, None, None]


class Tasks:
    """A task group that cancels what still runs when its `async with` block ends."""

    def __init__(self) -> None:
        self._group = asyncio.TaskGroup()
        self._running: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await cancel(tuple(self._running))
        # Without the error, if there is one: the group would wrap what the block itself raised.
        await self._group.__aexit__(None, None, None)

    def start(self, work: Work) -> None:
        task = self._group.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)


async def cancel(tasks: Collection[asyncio.Task[None]]) -> None:
    """Cancel the tasks and wait until they have ended; being cancelled meanwhile does not shorten that."""
    cancelled: asyncio.CancelledError | None = None
    while running := [task for task in tasks if not task.done()]:
        for task in running:
            task.cancel()
        try:
            await asyncio.wait(running, timeout=ASK_AGAIN_S)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled


async def race(*works: Work) -> None:
    """Do all the works at once, until the first ends; raises what one of them raised."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await cancel(tasks)
        errors = [task.exception() for task in tasks if not task.cancelled()]
    for error in errors:
        if error is not None:
            raise error


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
