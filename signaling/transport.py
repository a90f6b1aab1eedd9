"""Engine.IO v4 over websocket, and nothing else of it.

`Wire` takes the place of python-engineio's socket, whose outbound queue has no bound and whose reader raises
on a malformed frame. A wire reads one frame at a time and has it handled before the next, so that a client is
slowed down by its own work; what it is sent waits in a bounded queue, and a client that does not fetch it is
cut off: it comes back and reads the present state.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

import engineio
import orjson
from aiohttp import WSMsgType, web
from engineio import packet as engine_packet

from signaling.budget import Allowance, Budget
from signaling.tasks import Tasks

OPEN, CLOSE, PING, PONG, MESSAGE = "0", "1", "2", "3", "4"


class CloseCode(IntEnum):
    """Why the server ends a websocket (RFC 6455, section 7.4, and the IANA registry)."""

    NORMAL = 1000
    GOING_AWAY = 1001
    POLICY = 1008
    RESTART = 1012
    TRY_AGAIN = 1013


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one websocket may cost."""

    frame_bytes: int = 128 * 1024
    queued_frames: int = 512
    queued_characters: int = 1024 * 1024
    sockets: int = 20_000
    ping_interval_s: float = 25
    ping_timeout_s: float = 20
    connect_timeout_s: float = 10
    flush_s: float = 5
    allowance: Allowance = field(default_factory=Allowance)


class Wire:
    """One websocket connection, with the members that python-socketio uses of an Engine.IO socket."""

    upgraded = True
    connected = True

    def __init__(self, engine: "WebsocketEngine", sid: str, limits: Limits) -> None:
        self.sid = sid
        self.budget = Budget(limits.allowance, asyncio.get_running_loop().time)
        self.admitted = False
        self.closed = False
        self._engine = engine
        self._limits = limits
        self._queue: deque[str] = deque()
        self._queued = 0
        self._wake = asyncio.Event()
        self._code: CloseCode | None = None
        self._transport: asyncio.Transport | None = None

    def offer(self, frame: str) -> None:
        """Send the frame after those that wait; cuts the connection off if too much waits."""
        if self._code is not None:
            return
        self._queue.append(frame)
        self._queued += len(frame)
        self._wake.set()
        if len(self._queue) > self._limits.queued_frames or self._queued > self._limits.queued_characters:
            self._engine.slow_clients += 1
            self.cut()

    def end(self, code: CloseCode) -> None:
        """Close after what waits has been sent, or after `flush_s` without."""
        if self._code is not None:
            return
        self._code = code
        self._wake.set()
        asyncio.get_running_loop().call_later(self._limits.flush_s, self.cut)

    def cut(self) -> None:
        """Close at once; what waits is not sent."""
        self._code = self._code or CloseCode.TRY_AGAIN
        self._queue.clear()
        self._wake.set()
        if self._transport is not None and not self.closed:
            self._transport.abort()

    async def send(self, packet: engine_packet.Packet) -> None:
        """Send an Engine.IO packet: what python-socketio calls."""
        self.offer(packet.encode())

    async def run(self, request: web.Request) -> web.WebSocketResponse:
        """Serve the connection until it ends."""
        socket = web.WebSocketResponse(
            max_msg_size=self._limits.frame_bytes,
            compress=False,
            autoping=False,
            timeout=self._limits.flush_s,
        )
        await socket.prepare(request)
        self._transport = request.transport
        try:
            async with Tasks() as tasks:
                tasks.start(self._expect_connect())
                tasks.start(self._ping())
                async with asyncio.TaskGroup() as writing:
                    writing.create_task(self._write(socket))
                    await self._read(socket)
                    self.end(CloseCode.NORMAL)
        finally:
            self.closed = True
        return socket

    async def _read(self, socket: web.WebSocketResponse) -> None:
        silence_s = self._limits.ping_interval_s + self._limits.ping_timeout_s
        while self._code is None:
            try:
                async with asyncio.timeout(silence_s):
                    message = await socket.receive()
            except TimeoutError:
                self.cut()
                return
            match message.type:
                case WSMsgType.TEXT:
                    await self._receive(message.data)
                case WSMsgType.PING:
                    self._spend()
                    await socket.pong(message.data)
                case WSMsgType.PONG:
                    self._spend()
                case WSMsgType.BINARY:
                    self.end(CloseCode.POLICY)
                case _:
                    return

    async def _receive(self, frame: str) -> None:
        match frame[:1]:
            case "4":
                await self._engine.received(self, frame[1:])
            case "3" if len(frame) == 1:
                self._spend()
            case "1" if len(frame) == 1:
                self.end(CloseCode.NORMAL)
            case _:
                self._engine.bad_frames += 1
                self.end(CloseCode.POLICY)

    def _spend(self) -> None:
        """Pings and pongs need no handling, but may not come without end either."""
        if not self.budget.take(1) and self.budget.exhausted:
            self.end(CloseCode.POLICY)

    async def _write(self, socket: web.WebSocketResponse) -> None:
        try:
            while self._code is None or self._queue:
                while self._queue:
                    frame = self._queue.popleft()
                    self._queued -= len(frame)
                    await socket.send_str(frame)
                self._wake.clear()
                if self._code is None:
                    await self._wake.wait()
            await socket.close(code=self._code)
        except ConnectionError:
            self.cut()

    async def _expect_connect(self) -> None:
        await asyncio.sleep(self._limits.connect_timeout_s)
        if not self.admitted:
            self.end(CloseCode.POLICY)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(self._limits.ping_interval_s)
            self.offer(PING)


class WebsocketEngine(engineio.AsyncServer):  # type: ignore[misc]  # python-engineio ships no types
    """python-engineio's server with `Wire` in place of its sockets and its HTTP side cut away."""

    sockets: dict[str, Wire]

    def __init__(self, *, limits: Limits, **options: Any) -> None:
        super().__init__(**options, monitor_clients=False)
        self.limits = limits
        self.draining = False
        self.slow_clients = 0
        self.bad_frames = 0

    async def handle_request(self, request: web.Request) -> web.StreamResponse:
        """Open a websocket; anything else gets a plain refusal."""
        query = request.query
        if query.get("transport") != "websocket" or query.get("EIO") != "4" or "sid" in query:
            return web.Response(status=400, text="Only Engine.IO 4 over websocket is spoken here.")
        if not web.WebSocketResponse().can_prepare(request):
            return web.Response(status=400, text="A websocket handshake is needed.")
        if self.draining or len(self.sockets) >= self.limits.sockets:
            return web.Response(status=503, headers={"Retry-After": "2"}, text="Please try again shortly.")
        return await self._serve(request)

    async def received(self, wire: Wire, text: str) -> None:
        """Have a message handled; the handler of python-socketio is ours and does not raise."""
        handle: Callable[[str, str], Awaitable[None]] = self.handlers["message"]
        await handle(wire.sid, text)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        wire = Wire(self, self.generate_id(), self.limits)
        self.sockets[wire.sid] = wire
        try:
            await self.handlers["connect"](wire.sid, {"aiohttp.request": request})
            wire.offer(OPEN + self._greeting(wire.sid))
            return await wire.run(request)
        finally:
            del self.sockets[wire.sid]
            await self.handlers["disconnect"](wire.sid, self.reason.TRANSPORT_CLOSE)

    def _greeting(self, sid: str) -> str:
        return orjson.dumps(
            {
                "sid": sid,
                "upgrades": [],
                "pingInterval": int(self.limits.ping_interval_s * 1000),
                "pingTimeout": int(self.limits.ping_timeout_s * 1000),
                "maxPayload": self.limits.frame_bytes,
            }
        ).decode()


__all__: Final = ["MESSAGE", "CloseCode", "Limits", "WebsocketEngine", "Wire"]
