"""Readings that are shared: few for many who ask, and none lost when one of them is gone."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from server.db.together import AT_ONCE, Together


class Shelf:
    """A slow database: each reading waits for the gate, and is counted."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.readings: list[int] = []
        self.is_down = False

    async def read(self, keys: Sequence[int]) -> Mapping[int, str]:
        self.readings.append(len(keys))
        await self.gate.wait()
        if self.is_down:
            raise OSError
        return {key: str(key) for key in keys if key >= 0}


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


async def test_many_who_ask_while_one_reading_runs_share_the_next(shelf: Shelf) -> None:
    together = Together(shelf.read)
    asking = [asyncio.create_task(together.get(key)) for key in range(AT_ONCE + 10)]
    await asyncio.sleep(0)
    shelf.gate.set()
    assert await asyncio.gather(*asking) == [str(key) for key in range(AT_ONCE + 10)]
    assert len(shelf.readings) <= 3


async def test_key_that_several_wait_for_is_read_once_and_after_they_asked(shelf: Shelf) -> None:
    together = Together(shelf.read)
    asking = [asyncio.create_task(together.get(1)) for _ in range(3)]
    await asyncio.sleep(0)
    shelf.gate.set()
    assert await asyncio.gather(*asking) == ["1", "1", "1"]
    assert shelf.readings == [1, 1]


async def test_what_there_is_not_is_none(shelf: Shelf) -> None:
    shelf.gate.set()
    assert await Together(shelf.read).get(-1) is None


async def test_failure_is_that_of_all_who_asked_and_of_nobody_later(shelf: Shelf) -> None:
    together = Together(shelf.read)
    shelf.gate.set()
    shelf.is_down = True
    failed = await asyncio.gather(together.get(1), together.get(2), return_exceptions=True)
    assert [type(each) for each in failed] == [OSError, OSError]
    shelf.is_down = False
    assert await together.get(1) == "1"


async def test_reader_who_is_cancelled_leaves_the_keys_to_the_next(shelf: Shelf) -> None:
    together = Together(shelf.read)
    first = asyncio.create_task(together.get(1))
    await asyncio.sleep(0)
    second = asyncio.create_task(together.get(2))
    third = asyncio.create_task(together.get(1))
    await asyncio.sleep(0)
    first.cancel()
    shelf.gate.set()
    assert [await second, await third] == ["2", "1"]
    assert first.cancelled()
