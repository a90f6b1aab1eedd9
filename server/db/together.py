"""Reading for many at once what each of them asks for alone."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, Generic, TypeVar

AT_ONCE: Final = 500

Key = TypeVar("Key")
Value = TypeVar("Value")


class Together(Generic[Key, Value]):
    """Collects what is asked for while a reading runs, and reads it all with the next one.

    Somebody who asks alone waits for nobody; ten thousand who ask at the same moment cost twenty readings.
    `read` leaves out what there is not. A reading that fails fails for all whose keys were in it.
    """

    def __init__(self, read: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Value]]]) -> None:
        self._read = read
        self._asked: dict[Key, asyncio.Future[Value | None]] = {}
        self._turn = asyncio.Lock()

    async def get(self, key: Key) -> Value | None:
        """The value as it is now or a little later; `None` if there is none."""
        answer = self._asked.get(key)
        if answer is None:
            answer = self._asked[key] = asyncio.get_running_loop().create_future()
        async with self._turn:
            if not answer.done():
                await self._read_some(key)
        return await answer

    async def _read_some(self, key: Key) -> None:
        """Read this key and others that were asked for; whoever is cancelled here leaves them to the next."""
        keys = list(dict.fromkeys([key, *self._asked]))[:AT_ONCE]
        try:
            found = await self._read(keys)
        except Exception as error:  # noqa: BLE001  # it is raised where it was asked
            for each in keys:
                self._asked.pop(each).set_exception(error)
        else:
            for each in keys:
                self._asked.pop(each).set_result(found.get(each))
