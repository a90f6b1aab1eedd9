"""Deadlines: what has to happen at its time, whoever is there to do it.

The deadlines are in the database. Any process may do them, and several may at once; one that was away for a
while catches up with its first step. Each does a bounded amount of work per step.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Self

from server.repeater import Repeater


@dataclass(frozen=True, slots=True)
class Deadline:
    """One kind of deadline: `run` does what is due and says how much it was, each `every_s` seconds."""

    name: str
    run: Callable[[], Awaitable[int]]
    every_s: float = 1.0


class Deadlines:
    """Owns a task for each deadline of the table, for the length of an `async with`."""

    def __init__(self, table: Sequence[Deadline]) -> None:
        self._table = table
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        for deadline in self._table:
            repeater = Repeater(f"deadline-{deadline.name}", deadline.run, interval_s=deadline.every_s)
            await self._stack.enter_async_context(repeater)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()
