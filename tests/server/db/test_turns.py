"""Turns: sharing a transaction, refusals of one, failures of all, and askers who go away."""

import asyncio
from collections.abc import Sequence

import pytest

from server.db.turns import Turns
from server.errors import Code, Refusal


class Bank:
    """Serves numbers, ten times as much; holds each turn until it is let go."""

    def __init__(self) -> None:
        self.turns: list[list[int]] = []
        self._let = asyncio.Semaphore(0)
        self.began = asyncio.Semaphore(0)

    def let_go(self, turns: int = 9) -> None:
        for _ in range(turns):
            self._let.release()

    async def serve(self, asks: Sequence[int]) -> Sequence[int | Refusal]:
        self.turns.append(list(asks))
        self.began.release()
        await self._let.acquire()
        if 13 in asks:
            raise ArithmeticError
        if 0 in asks:
            raise ConnectionResetError
        return [Refusal(Code.QUEUE_EMPTY) if n < 0 else 10 * n for n in asks]


@pytest.fixture
async def bank() -> Bank:
    return Bank()


async def asking(turns: Turns[int, int], *numbers: int) -> list[asyncio.Task[int]]:
    """Ask one after the other; all have asked when this is over."""
    tasks = [asyncio.create_task(turns.ask(number)) for number in numbers]
    await asyncio.sleep(0)
    return tasks


async def test_those_who_ask_meanwhile_share_the_next_turn(bank: Bank) -> None:
    turns = Turns(bank.serve)
    tasks = await asking(turns, 1, 2, 3)
    await bank.began.acquire()
    bank.let_go()
    assert await asyncio.gather(*tasks) == [10, 20, 30]
    assert bank.turns == [[1], [2, 3]]
    assert turns.is_idle


async def test_a_turn_serves_no_more_than_it_may(bank: Bank) -> None:
    turns = Turns(bank.serve, most=2)
    tasks = await asking(turns, 1, 2, 3, 4, 5)
    bank.let_go()
    assert await asyncio.gather(*tasks) == [10, 20, 30, 40, 50]
    assert max(map(len, bank.turns)) == 2


async def test_a_refusal_concerns_only_the_one_it_is_for(bank: Bank) -> None:
    turns = Turns(bank.serve)
    tasks = await asking(turns, 1, -2, 3)
    bank.let_go()
    first, second, third = await asyncio.gather(*tasks, return_exceptions=True)
    assert (first, third) == (10, 30)
    assert isinstance(second, Refusal)


async def test_a_failed_turn_is_served_again_one_by_one(bank: Bank) -> None:
    turns = Turns(bank.serve)
    tasks = await asking(turns, 1, 13, 3)
    bank.let_go()
    first, second, third = await asyncio.gather(*tasks, return_exceptions=True)
    assert (first, third) == (10, 30)
    assert isinstance(second, ArithmeticError)


async def test_while_the_database_is_not_to_be_had_nobody_is_served_again(bank: Bank) -> None:
    turns = Turns(bank.serve)
    tasks = await asking(turns, 1, 0, 3)
    bank.let_go()
    _, second, third = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(second, ConnectionResetError)
    assert isinstance(third, ConnectionResetError)
    assert bank.turns == [[1], [0, 3]]


async def test_companions_of_a_cancelled_runner_are_told_to_ask_again(bank: Bank) -> None:
    turns = Turns(bank.serve, most=2)
    tasks = await asking(turns, 1, 2, 3, 4)
    await bank.began.acquire()
    bank.let_go(1)
    assert await tasks[0] == 10
    await bank.began.acquire()
    tasks[1].cancel()  # who runs the turn of 2 and 3
    bank.let_go()
    _, runner, companion, later = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(runner, asyncio.CancelledError)
    assert isinstance(companion, Refusal)
    assert companion.code is Code.UNAVAILABLE
    assert later == 40
    assert turns.is_idle


async def test_one_who_goes_away_before_their_turn_is_not_served(bank: Bank) -> None:
    turns = Turns(bank.serve, most=1)
    first, gone, last = await asking(turns, 1, 2, 3)
    await bank.began.acquire()
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    bank.let_go()
    assert [await first, await last] == [10, 30]
    assert bank.turns == [[1], [3]]
