"""A person's connection: it ends when they go, also when it was just being made."""

import asyncio
from random import Random
from typing import Any

import pytest

from loadtest import wire
from loadtest.api import Api
from loadtest.connection import Line
from loadtest.judge import Judge
from loadtest.ledger import Ledger
from loadtest.pace import Pace
from loadtest.result import Result
from loadtest.stage import Cast, Stage
from loadtest.wire import Json, Socket


class Wire:
    """A connection that comes about when the test says so, and stays until it is ended."""

    def __init__(self) -> None:
        self.made = asyncio.Event()
        self.gone = asyncio.Event()
        self.was_closed = False

    async def ask(self, name: str, payload: Json) -> Json:
        return {}

    async def ended(self) -> None:
        await self.gone.wait()

    def cut(self) -> None:
        self.gone.set()

    def fall_silent(self) -> None:
        self.gone.set()

    async def close(self) -> None:
        self.was_closed = True


Wires = asyncio.Queue[Wire]


@pytest.fixture
def wires(monkeypatch: pytest.MonkeyPatch) -> Wires:
    """Every connection that was asked for."""
    asked: Wires = asyncio.Queue()

    async def connect(*_: Any, **__: Any) -> Wire:
        one = Wire()
        asked.put_nowait(one)
        await one.made.wait()
        return one

    monkeypatch.setattr(wire, "connect", connect)
    return asked


def line() -> Line:
    ledger = Ledger(Result("test", 1, 1.0, ""))
    stage = Stage(
        http=None,  # type: ignore[arg-type]  # no connection is really made
        url="http://127.0.0.1:9",
        cast=Cast(pharmacy="quay", queue_id="q", answer_time_s=180, staff=()),
        pace=Pace(0, 1),
        ledger=ledger,
        judge=Judge(),
        seed="1",
        consent_version="1",
    )
    api = Api(stage.http, stage.url, ledger, Random(1), "patient")
    return Line(stage, api, lambda *_: None, greet, random=Random(1))


async def greet(socket: Socket, *, is_return: bool) -> None:
    await socket.ask("visit.watch", {})


async def first(wires: Wires) -> Wire:
    async with asyncio.timeout(5):
        return await wires.get()


async def test_who_goes_while_connecting_is_not_kept_by_the_connection(wires: Wires) -> None:
    mine = line()
    running = asyncio.ensure_future(mine.run())
    made = await first(wires)
    mine.finish()
    made.made.set()
    async with asyncio.timeout(5):
        await running
    assert made.was_closed


async def test_network_lost_while_connecting_loses_the_connection(wires: Wires) -> None:
    mine = line()
    running = asyncio.ensure_future(mine.run())
    made = await first(wires)
    mine.lose(half_open=False)
    made.made.set()
    await asyncio.sleep(0.01)
    assert made.was_closed
    assert not mine.is_up
    mine.finish()
    async with asyncio.timeout(5):
        await running


async def test_connection_that_stands_ends_when_its_person_goes(wires: Wires) -> None:
    mine = line()
    running = asyncio.ensure_future(mine.run())
    made = await first(wires)
    made.made.set()
    await asyncio.sleep(0.01)
    assert mine.is_up
    mine.finish()
    async with asyncio.timeout(5):
        await running
    assert made.was_closed
