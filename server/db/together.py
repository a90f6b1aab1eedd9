"""Reading for many at once what each of them asks for alone."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import Enum, auto
from itertools import islice
from typing import Final, Generic, TypeVar

AT_ONCE: Final = 500
MANY: Final = 16
REST_S: Final = 0.1
"""So many who ask together are a crowd, of which more will come: the next reading waits so long for them."""

Key = TypeVar("Key")
Value = TypeVar("Value")


class _Turn(Enum):
    """What a waiting one is told instead of an answer: nobody reads now, see to it yourself."""

    YOURS = auto()


class Together(Generic[Key, Value]):
    """Collects what is asked for while a reading runs, and reads it all with the next one.

    Somebody who asks alone waits for nobody; ten thousand who ask within seconds cost a few dozen readings.
    `read` leaves out what there is not. A reading that fails fails for all whose keys were in it. Whoever
    comes first reads for all; when that one is cancelled, the others see to it themselves.
    """

    def __init__(self, read: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Value]]]) -> None:
        self._read = read
        self._asked: dict[Key, list[asyncio.Future[Value | _Turn | None]]] = {}
        self._is_reading = False

    async def get(self, key: Key) -> Value | None:
        """The value as it is now or a little later; `None` if there is none."""
        while self._is_reading:
            answer: asyncio.Future[Value | _Turn | None] = asyncio.get_running_loop().create_future()
            self._asked.setdefault(key, []).append(answer)
            found = await self._answered(answer)
            if not isinstance(found, _Turn):
                return found
        self._is_reading = True
        try:
            return await self._read_some(key)
        finally:
            self._is_reading = False
            self._pass_on()

    async def _answered(self, answer: asyncio.Future[Value | _Turn | None]) -> Value | _Turn | None:
        try:
            return await answer
        except asyncio.CancelledError:
            if answer.done() and not answer.cancelled() and answer.result() is _Turn.YOURS:
                self._pass_on()
            raise

    async def _read_some(self, key: Key) -> Value | None:
        """Read this key and others that were asked for, and answer those who wait."""
        keys = list(dict.fromkeys([key, *islice(self._asked, AT_ONCE - 1)]))
        waiting = [(each, answer) for each in keys for answer in self._asked.pop(each, ())]
        try:
            found = await self._read(keys)
        except Exception as error:
            for _, answer in waiting:
                if not answer.done():
                    answer.set_exception(error)
            raise
        except asyncio.CancelledError:
            for each, answer in waiting:
                self._asked.setdefault(each, []).append(answer)
            raise
        for each, answer in waiting:
            if not answer.done():
                answer.set_result(found.get(each))
        if len(keys) > MANY:
            await asyncio.sleep(REST_S)
        return found.get(key)

    def _pass_on(self) -> None:
        """Let one of those who wait read next; whoever waits for the same has it from them."""
        while self._asked:
            key, waiting = next(iter(self._asked.items()))
            while waiting:
                answer = waiting.pop(0)
                if not answer.done():
                    answer.set_result(_Turn.YOURS)
                    return
            del self._asked[key]
