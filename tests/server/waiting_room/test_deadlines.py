"""The table of deadlines: each is done at its time, whatever becomes of the others."""

import asyncio

from server.waiting_room.deadlines import Deadline, Deadlines


async def test_a_deadline_that_fails_keeps_no_other_from_being_done() -> None:
    done = asyncio.Event()

    async def fail() -> int:
        raise OSError("the database is away")

    async def count() -> int:
        done.set()
        return 1

    async with Deadlines([Deadline("failing", fail), Deadline("counting", count)]):
        await asyncio.wait_for(done.wait(), 5)


async def test_leaving_stops_what_is_under_way() -> None:
    began, stopped = asyncio.Event(), asyncio.Event()

    async def long() -> int:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        return 0

    async with Deadlines([Deadline("long", long)]):
        await asyncio.wait_for(began.wait(), 5)
    assert stopped.is_set()
