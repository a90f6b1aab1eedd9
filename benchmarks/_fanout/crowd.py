"""A crowd of Socket.IO clients on raw transports: as little work as possible for each thing that arrives."""

import asyncio
import json
import random
import re
import struct
import time
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

UPGRADE: Final = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
    b"Host: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
HEAD_END: Final = b"\r\n\r\n"
SENT_AT: Final = re.compile(rb'"pause_message":"(\d+)"')
RETRY_AFTER: Final = re.compile(rb"Retry-After: (\d+)")
AT_ONCE: Final = 200
"""So many connects are on their way at a time when nothing is measured."""


def masked(text: str) -> bytes:
    """A client's text frame; the mask is zero, so that the payload stays as it is."""
    payload = text.encode()
    if len(payload) < 126:
        return struct.pack("!BB4x", 0x81, 0x80 | len(payload)) + payload
    return struct.pack("!BBH4x", 0x81, 0x80 | 126, len(payload)) + payload


PONG: Final = masked("3")


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who a client is: the `auth` it sends, and the visit it watches, if any."""

    auth: dict[str, object]
    visit_id: str | None = None


class Refused(Exception):
    """The server is crowded; come again after so many seconds."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(retry_after_s)
        self.retry_after_s = retry_after_s


class Client(asyncio.Protocol):
    """One connection of the crowd; `ready` answers what it was told of its visit, or nothing."""

    __slots__ = ("_buffer", "_crowd", "_upgraded", "ready", "ticket", "transport")

    def __init__(self, crowd: "Crowd", ticket: Ticket) -> None:
        self._crowd = crowd
        self._buffer = b""
        self._upgraded = False
        self.ticket = ticket
        self.ready: asyncio.Future[dict[str, Any]] | None = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(UPGRADE)

    def data_received(self, data: bytes) -> None:
        if data == self._crowd.last_tick and not self._buffer:
            self._crowd.delivered()
            return
        self._buffer += data
        if not self._upgraded and not self._take_head():
            return
        while (frame := self._next_frame()) is not None:
            self._take(*frame)

    def connection_lost(self, error: Exception | None) -> None:
        self._settle(error=ConnectionResetError("the server closed"))

    def _take_head(self) -> bool:
        head, end, rest = self._buffer.partition(HEAD_END)
        if not end:
            return False
        if not head.startswith(b"HTTP/1.1 101"):
            wait = RETRY_AFTER.search(head)
            self._settle(error=Refused(float(wait[1]) if wait else 1.0))
            self.close()
            return False
        self._upgraded, self._buffer = True, rest
        return True

    def _next_frame(self) -> tuple[bytes, bytes] | None:
        """The payload of the next whole frame, and the frame itself."""
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        size, start = buffer[1], 2
        if size == 126 and len(buffer) >= 4:
            size, start = struct.unpack_from("!H", buffer, 2)[0], 4
        elif size == 127 and len(buffer) >= 10:
            size, start = struct.unpack_from("!Q", buffer, 2)[0], 10
        if size > 125 and start == 2:
            return None
        end = start + size
        if len(buffer) < end:
            return None
        self._buffer = buffer[end:]
        return buffer[start:end], buffer[:end]

    def _take(self, payload: bytes, frame: bytes) -> None:
        match payload[:2]:
            case b"2":
                self._write(PONG)
            case b"42" if payload.startswith(b'42["queue.tick"'):
                self._crowd.took_tick(frame)
            case b"40":
                self._connected()
            case b"43":
                self._settle(json.loads(payload[payload.index(b"[") :])[0])
            case _ if payload[:1] == b"0":
                self._write(masked("40" + json.dumps(self.ticket.auth)))

    def _connected(self) -> None:
        if self.ticket.visit_id is None:
            self._settle({})
        else:
            self._write(masked("421" + json.dumps(["visit.watch", {"visit_id": self.ticket.visit_id}])))

    def _write(self, frame: bytes) -> None:
        if self.transport is not None:
            self.transport.write(frame)

    def _settle(self, answer: dict[str, Any] | None = None, error: Exception | None = None) -> None:
        ready, self.ready = self.ready, None
        if ready is not None and not ready.done():
            if error is not None:
                ready.set_exception(error)
            else:
                ready.set_result(answer or {})

    def close(self) -> None:
        if self.transport is not None:
            self.transport.abort()


@dataclass
class Return:
    """How a client came back: seconds from the drop, seconds it took, and how often it was sent away."""

    after_s: float
    took_s: float
    refusals: int
    answer: dict[str, Any] = field(repr=False)


class Crowd:
    """Many clients of one server, and when each tick reached each of them."""

    def __init__(self, port: int, tickets: Sequence[Ticket]) -> None:
        self._port = port
        self._tickets = tickets
        self.clients: list[Client] = []
        self.last_tick = b""
        self._sent_at = 0.0
        self.latencies_s = array("d")

    def took_tick(self, frame: bytes) -> None:
        """A tick that was not seen before: note when it was sent; and it was delivered."""
        sent_at = SENT_AT.search(frame)
        if sent_at is None:
            return
        self.last_tick, self._sent_at = frame, int(sent_at[1]) / 1e9
        self.delivered()

    def delivered(self) -> None:
        self.latencies_s.append(time.monotonic() - self._sent_at)

    async def gather(self) -> list[dict[str, Any]]:
        """Connect everybody, some at a time; answers what they were told of their visits."""
        limit = asyncio.Semaphore(AT_ONCE)

        async def one(ticket: Ticket) -> dict[str, Any]:
            async with limit:
                return (await self._persist(ticket))[0]

        return list(await asyncio.gather(*map(one, self._tickets)))

    def drop(self) -> None:
        """Everybody's network is gone at once."""
        clients, self.clients = self.clients, []
        for client in clients:
            client.close()

    async def come_back(self, jitter_s: float) -> list[Return]:
        """Everybody comes back, each after a random part of the time."""
        lost_at = time.monotonic()

        async def one(ticket: Ticket) -> Return:
            await asyncio.sleep(random.random() * jitter_s)
            began = time.monotonic()
            answer, refusals = await self._persist(ticket)
            now = time.monotonic()
            return Return(now - lost_at, now - began, refusals, answer)

        return list(await asyncio.gather(*map(one, self._tickets)))

    async def _persist(self, ticket: Ticket) -> tuple[dict[str, Any], int]:
        """Connect, however often it takes."""
        refusals = 0
        while True:
            try:
                return await self._connect(ticket), refusals
            except Refused as refused:
                refusals += 1
                await asyncio.sleep(refused.retry_after_s + random.random())
            except OSError:
                refusals += 1
                await asyncio.sleep(random.random())

    async def _connect(self, ticket: Ticket) -> dict[str, Any]:
        make: Callable[[], Client] = lambda: Client(self, ticket)  # noqa: E731  # typed, and used once
        _, client = await asyncio.get_running_loop().create_connection(make, "127.0.0.1", self._port)
        assert client.ready is not None
        answer = await client.ready
        self.clients.append(client)
        return answer
