"""The bus of a cluster, over Redis or Valkey pub/sub, sealed.

A link is one publishing and one subscribed connection. Whatever goes wrong with it, it is thrown away whole
and a new one is made: until then messages to other processes are dropped, which the bus may do. A pulse that
must come back shows that the link is alive from end to end.
"""

import asyncio
import contextlib
from collections import deque
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final, Self

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from signaling.bus import Receive, Receivers
from signaling.seal import SALT_BYTES, Seal, SealBrokenError
from signaling.tasks import Tasks, race

MAX_WAITING: Final = 10_000
BATCH: Final = 200

log = structlog.get_logger("officina.signaling")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTimes:
    """Seconds: of one command, between pulses, until silence is death, and between tries."""

    command_s: float = 2
    pulse_s: float = 3
    silence_s: float = 10
    retry_s: float = 0.5


class Wish(Enum):
    """What a process wants of a channel."""

    SUBSCRIBE = auto()
    UNSUBSCRIBE = auto()


@dataclass(slots=True)
class _Outbox:
    """What waits to be sent: channels to subscribe or leave, and sealed messages, in order."""

    items: deque[tuple[str, bytes | Wish]] = field(default_factory=deque)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    overflowed: bool = False

    @property
    def messages(self) -> int:
        return sum(isinstance(item, bytes) for _, item in self.items)

    def put(self, channel: str, item: bytes | Wish) -> bool:
        """Add a message, or a wish to hear the channel. Says no when too much waits."""
        self.overflowed = self.overflowed or len(self.items) >= MAX_WAITING
        if not self.overflowed:
            self.items.append((channel, item))
        self.wake.set()
        return not self.overflowed


class RedisBus:
    """A bus that reconnects by itself. Messages of this process are delivered here without the detour."""

    def __init__(self, url: str, cluster_key: bytes, *, times: LinkTimes | None = None) -> None:
        self._url = url
        self._times = times or LinkTimes()
        self._seal = Seal(cluster_key)
        self._receivers = Receivers()
        self._topic_of: dict[str, str] = {}
        self._outbox: _Outbox | None = None
        self._tasks = Tasks()
        self._pulse = self._seal.channel(f"pulse {self._seal.salt.hex()}")
        self.connected = False
        self.dropped = 0
        self._is_missed = False

    def publish(self, topic: str, message: bytes) -> None:
        asyncio.get_running_loop().call_soon(self._receivers.deliver, topic, message)
        channel = self._seal.channel(topic)
        if not self._put(channel, self._seal.seal(channel, message)):
            self.dropped += 1

    def subscribe(self, topic: str, receive: Receive) -> None:
        channel = self._seal.channel(topic)
        self._topic_of[channel] = topic
        if self._receivers.add(topic, receive):
            self._put(channel, Wish.SUBSCRIBE)

    def unsubscribe(self, topic: str, receive: Receive) -> None:
        if self._receivers.remove(topic, receive):
            channel = self._seal.channel(topic)
            del self._topic_of[channel]
            self._put(channel, Wish.UNSUBSCRIBE)

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        first = asyncio.Event()
        self._tasks.start(self._keep_linked(first))
        with contextlib.suppress(TimeoutError):  # a server starts without Redis, too
            async with asyncio.timeout(self._times.command_s):
                await first.wait()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._tasks.__aexit__()

    def _put(self, channel: str, item: bytes | Wish) -> bool:
        return self._outbox is not None and self._outbox.put(channel, item)

    async def _keep_linked(self, first: asyncio.Event) -> None:
        while True:
            try:
                await self._link(first)
            except (RedisError, OSError) as error:
                self._note_loss(type(error).__name__)
            except Exception as error:  # the supervisor of the link
                log.error("redis link failed", error=type(error).__name__, exc_info=True)
            finally:
                self.connected = False
                self.dropped += self._outbox.messages if self._outbox else 0
                self._outbox = None
            await asyncio.sleep(self._times.retry_s)

    def _note_loss(self, error: str) -> None:
        """Say that Redis is away, once for each time that it was there."""
        if self.connected or not self._is_missed:
            log.warning("redis lost", error=error)
        self._is_missed = True

    async def _link(self, first: asyncio.Event) -> None:
        retry = Retry(NoBackoff(), 0)
        times = self._times
        async with (
            Redis.from_url(
                self._url, retry=retry, socket_timeout=times.command_s, socket_connect_timeout=times.command_s
            ) as redis,
            redis.pubsub() as pubsub,
        ):
            # First the outbox: a topic that comes up while the subscriptions are sent is not forgotten.
            outbox = self._outbox = _Outbox()
            await pubsub.subscribe(self._pulse, *self._topic_of)
            self.connected = True
            await race(self._read(pubsub, first), self._write(redis, pubsub, outbox), self._beat(redis))

    async def _read(self, pubsub: PubSub, first: asyncio.Event) -> None:
        while True:
            message = await pubsub.get_message(timeout=self._times.silence_s)
            if message is None:
                raise TimeoutError
            if message["type"] == "message":
                self._receive(message["channel"].decode(), message["data"])
            else:
                first.set()

    def _receive(self, channel: str, sealed: bytes) -> None:
        topic = self._topic_of.get(channel)
        if topic is None or sealed[:SALT_BYTES] == self._seal.salt:
            return
        try:
            message = self._seal.open(channel, sealed)
        except SealBrokenError:
            log.warning("bus message refused")
            return
        self._receivers.deliver(topic, message)

    async def _write(self, redis: Redis, pubsub: PubSub, outbox: _Outbox) -> None:
        while True:
            await outbox.wake.wait()
            outbox.wake.clear()
            if outbox.overflowed:
                # Hopelessly behind; the next link subscribes to all that is wanted then.
                raise ConnectionError
            while outbox.items:
                await self._send_some(redis, pubsub, outbox)

    async def _send_some(self, redis: Redis, pubsub: PubSub, outbox: _Outbox) -> None:
        channel, item = outbox.items[0]
        if isinstance(item, bytes):
            await self._publish_batch(redis, outbox)
            return
        outbox.items.popleft()
        if item is Wish.SUBSCRIBE:
            await pubsub.subscribe(channel)
        else:
            await pubsub.unsubscribe(channel)

    async def _publish_batch(self, redis: Redis, outbox: _Outbox) -> None:
        pipeline = redis.pipeline(transaction=False)
        for _ in range(min(BATCH, len(outbox.items))):
            channel, item = outbox.items[0]
            if not isinstance(item, bytes):
                break
            outbox.items.popleft()
            pipeline.execute_command("PUBLISH", channel, item)
        await pipeline.execute()

    async def _beat(self, redis: Redis) -> None:
        while True:
            await asyncio.sleep(self._times.pulse_s)
            await redis.publish(self._pulse, b"")
