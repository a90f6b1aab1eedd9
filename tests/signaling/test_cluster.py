"""Rooms and notices across two server processes, over either bus."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from redis.asyncio import Redis

from signaling import notices
from signaling.bus import Bus
from tests.signaling.conftest import Dial, Station, station
from tests.signaling.test_bus import meet, until
from tests.signaling.test_rooms import OFFER, join, quality, signal
from tests.signaling.world import Person, World, new_id

Pair = tuple[Station, Station]


@pytest.fixture
async def pair(world: World, two_buses: tuple[Bus, Bus]) -> AsyncIterator[Pair]:
    """Two server processes that hear each other."""
    async with AsyncExitStack() as stack:
        one, two = [await stack.enter_async_context(station(world, bus)) for bus in two_buses]
        await meet(one.bus, two.bus)
        await meet(two.bus, one.bus)
        yield one, two


async def test_two_on_different_processes_meet_and_talk(
    world: World, pair: Pair, dial: Dial, patient: Person, pharmacist: Person
) -> None:
    call = world.consultation(patient, pharmacist)
    one, two = await dial(patient, at=pair[0]), await dial(pharmacist, at=pair[1])
    mine = (await join(one, call))["self"]
    theirs = (await join(two, call))["self"]
    assert (await one.push("room.peer"))["participant"] == theirs
    assert (await two.push("room.peer"))["participant"] == mine

    assert await one.ok("room.signal", signal(call, theirs["id"])) == {}
    received = await two.push("room.signal")
    assert (received["from"], received["signal"]) == (mine["id"], OFFER)
    assert await two.ok("room.signal", signal(call, mine["id"])) == {}
    assert (await one.push("room.signal"))["from"] == theirs["id"]

    chat = {"consultation_id": call, "client_key": "k", "text": "hola"}
    stored = (await one.ok("room.chat", chat))["message"]
    assert (await two.push("room.chat"))["message"] == stored
    await one.ok("room.quality", quality(call))
    assert (await two.push("room.quality"))["from"] == mine["id"]
    sharing = {"audio": True, "video": True, "screen": True}
    await one.ok("room.media", {"consultation_id": call, "media": sharing})
    told = await two.push("room.peer", lambda told: told["event"] == "media")
    assert told["participant"]["media"] == sharing
    await one.ok("room.leave", {"consultation_id": call, "reason": "page_closed"})
    await two.push("room.peer", lambda told: told["event"] == "left")
    assert await two.error("room.signal", signal(call, mine["id"])) == "peer_gone"


async def test_newest_join_wins_across_processes(
    world: World, pair: Pair, dial: Dial, patient: Person, pharmacist: Person
) -> None:
    call = world.consultation(patient, pharmacist)
    phone, laptop = await dial(patient, at=pair[0]), await dial(patient, at=pair[1])
    other = await dial(pharmacist, at=pair[0])
    before = (await join(phone, call))["self"]
    await join(other, call)
    world.clock.advance(seconds=1)
    after = (await join(laptop, call))["self"]
    assert (await phone.push("room.ended"))["reason"] == "joined_elsewhere"
    told = await other.push("room.peer")
    assert told["participant"] == after
    assert after["connection"] != before["connection"]
    await laptop.push("room.peer", lambda told: told["participant"]["kind"] == "pharmacist")
    await laptop.nothing("room.ended")
    await other.nothing("room.peer")


async def test_newest_join_wins_although_the_clock_of_its_process_is_behind(
    world: World, here: Station, dial: Dial, patient: Person
) -> None:
    async with station(world, here.bus, clock_behind_s=8) as late:
        call = world.consultation(patient)
        phone, laptop = await dial(patient), await dial(patient, at=late)
        before = (await join(phone, call))["self"]
        world.clock.advance(seconds=11)
        after = (await join(laptop, call))["self"]
        assert (await phone.push("room.ended"))["reason"] == "joined_elsewhere"
        await laptop.nothing("room.ended")
        assert after["connection"] > before["connection"]
        again = (await join(phone, call))["self"]
        assert (await laptop.push("room.ended"))["reason"] == "joined_elsewhere"
        assert again["connection"] > after["connection"]


async def test_page_cannot_take_the_call_back_from_a_newer_device_on_the_other_process(
    world: World, pair: Pair, dial: Dial, patient: Person
) -> None:
    call = world.consultation(patient)
    laptop, phone = await dial(patient, at=pair[0]), await dial(patient, at=pair[0])
    connection = (await join(laptop, call))["self"]["connection"]
    await join(phone, call)
    world.clock.advance(seconds=60)
    again = await dial(patient, at=pair[1])
    await join(again, call, connection=connection)
    assert (await again.push("room.ended"))["reason"] == "joined_elsewhere"
    await phone.nothing("room.ended")


async def test_page_that_comes_back_on_the_other_process_tears_nobody_down(
    world: World, pair: Pair, dial: Dial, patient: Person, pharmacist: Person
) -> None:
    call = world.consultation(patient, pharmacist)
    page, other = await dial(patient, at=pair[0]), await dial(pharmacist, at=pair[0])
    connection = (await join(page, call))["self"]["connection"]
    await join(other, call)
    await page.close()
    await until(lambda: len(pair[0].hub.sessions) == 1)
    again = await dial(patient, at=pair[1])
    assert (await join(again, call, connection=connection))["self"]["connection"] == connection
    told = await other.push("room.peer")
    assert (told["event"], told["participant"]["connection"]) == ("joined", connection)
    await again.push("room.peer", lambda told: told["participant"]["kind"] == "pharmacist")
    world.clock.advance(seconds=11)
    await pair[1].hub.tick()
    await again.nothing("room.peer")
    await pair[0].hub.tick()
    await other.nothing("room.peer")
    assert ("leave", patient.name, "connection_lost") not in world.consultations[call].heard


async def test_member_of_a_process_that_died_is_gone_after_a_while(
    world: World, pair: Pair, dial: Dial, patient: Person, pharmacist: Person
) -> None:
    call = world.consultation(patient, pharmacist)
    one, two = await dial(patient, at=pair[0]), await dial(pharmacist, at=pair[1])
    await join(one, call)
    await join(two, call)
    await one.push("room.peer")
    world.clock.advance(seconds=14)
    await pair[0].hub.tick()
    await one.nothing("room.peer")
    world.clock.advance(seconds=2)
    await pair[0].hub.tick()
    assert (await one.push("room.peer"))["event"] == "left"


async def test_announcements_repeat_what_was_lost(
    world: World, pair: Pair, dial: Dial, patient: Person, pharmacist: Person
) -> None:
    call = world.consultation(patient, pharmacist)
    one, two = await dial(patient, at=pair[0]), await dial(pharmacist, at=pair[1])
    await join(one, call)
    await join(two, call)
    await one.push("room.peer")
    world.clock.advance(seconds=16)
    await pair[0].hub.tick()
    assert (await one.push("room.peer"))["event"] == "left"
    await pair[1].hub.tick()
    assert (await one.push("room.peer"))["event"] == "joined"


async def test_notices_reach_every_process(world: World, pair: Pair, dial: Dial, patient: Person) -> None:
    visit_id = world.visit(patient, world.queue())
    session_id = new_id()
    client = await dial(token=world.token(patient, session_id=session_id), at=pair[1])
    await client.ok("visit.watch", {"visit_id": visit_id})
    world.change(visit_id, message="soon")
    pair[0].bus.publish(notices.TOPIC, notices.encode(notices.VisitMoved(visit_id=visit_id)))
    assert (await client.push("visit.changed"))["visit"]["message"] == "soon"
    pair[0].bus.publish(notices.TOPIC, notices.encode(notices.SessionOver(session_id=session_id)))
    await client.ended()
    assert client.disconnected


@pytest.mark.security
@pytest.mark.parametrize("two_buses", ["redis"], indirect=True)
async def test_nothing_said_in_a_room_can_be_read_in_redis(
    world: World,
    pair: Pair,
    dial: Dial,
    patient: Person,
    pharmacist: Person,
    valkey_url: str,
) -> None:
    call = world.consultation(patient, pharmacist)
    async with Redis.from_url(valkey_url) as redis, redis.pubsub() as spy:
        await spy.psubscribe("*")
        await spy.get_message(timeout=5)
        one, two = await dial(patient, at=pair[0]), await dial(pharmacist, at=pair[1])
        await join(one, call)
        theirs = (await join(two, call))["self"]
        await one.push("room.peer")
        secret = {"description": {"type": "offer", "sdp": "canary-sdp"}}
        await one.ok("room.signal", signal(call, theirs["id"], signal=secret))
        await two.push("room.signal")
        chat = {"consultation_id": call, "client_key": "k", "text": "canary-chat"}
        await one.ok("room.chat", chat)
        await two.push("room.chat")
        await redis.publish("end", b"")
        seen, count = b"", 0
        while (message := await spy.get_message(timeout=5) or {})["channel"] != b"end":
            seen += message["channel"] + message["data"]
            count += 1
    assert count >= 4
    for canary in (b"anary", b"Canary", b"Carter", call.encode(), b"participant", b"kind"):
        assert canary not in seen
