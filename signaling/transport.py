"""Engine.IO v4 over websocket, and nothing else of it.

A wire reads one frame at a time and has it handled before the next, so that a client is slowed down by its
own work. What it is sent goes straight to the transport; what the client does not fetch waits there, up to a
bound: a client that lets more pile up is cut off, comes back and reads the present state. One task serves a
wire; pings, and the search for clients that fell silent, are one task for all (`signaling.engine`).
"""

import asyncio
import secrets
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, Protocol

from aiohttp import WSMsgType, web

from signaling.budget import Allowance, Budget
from signaling.frames import close_frame, pong_frame
from signaling.turnstile import Inflow


class CloseCode(IntEnum):
    """Why the server ends a websocket (RFC 6455, section 7.4, and the IANA registry)."""

    NORMAL = 1000
    GOING_AWAY = 1001
    POLICY = 1008
    RESTART = 1012
    TRY_AGAIN = 1013


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one websocket may cost.

    `skip_bytes`: with so much unfetched, a client is passed over by what only the newest of counts.
    `kernel_bytes`: how much the kernel keeps for a client beyond that.
    """

    frame_bytes: int = 128 * 1024
    queued_bytes: int = 1024 * 1024
    skip_bytes: int = 64 * 1024
    kernel_bytes: int = 64 * 1024
    sockets: int = 20_000
    ping_interval_s: float = 15
    ping_timeout_s: float = 10
    connect_timeout_s: float = 10
    flush_s: float = 5
    allowance: Allowance = field(default_factory=Allowance)
    inflow: Inflow = field(default_factory=Inflow)


class Engine(Protocol):
    """What a wire needs of the server it belongs to."""

    slow_clients: int
    bad_frames: int

    async def received(self, wire: "Wire", text: str) -> None: ...


class Wire:
    """One websocket connection."""

    __slots__ = (
        "_code",
        "_engine",
        "_limits",
        "_timer",
        "_transport",
        "budget",
        "heard_at",
        "sid",
    )

    def __init__(self, engine: Engine, transport: asyncio.Transport, limits: Limits) -> None:
        loop = asyncio.get_running_loop()
        self.sid = secrets.token_urlsafe(15)
        self.budget = Budget(limits.allowance, loop.time)
        self.heard_at = loop.time()
        self._engine = engine
        self._limits = limits
        self._transport = transport
        self._code: CloseCode | None = None
        self._timer: asyncio.TimerHandle | None = loop.call_later(limits.connect_timeout_s, self._unwanted)

    def admitted(self) -> None:
        """The client has connected: it may stay."""
        if self._timer is not None and self._code is None:
            self._timer.cancel()
            self._timer = None

    def send(self, frame: bytes) -> None:
        """Send the frame after those that wait; cuts the connection off if too much waits."""
        transport = self._transport
        if self._code is not None or transport.is_closing():
            return
        transport.write(frame)
        if transport.get_write_buffer_size() > self._limits.queued_bytes:
            self._engine.slow_clients += 1
            self.cut()

    def cast(self, frame: bytes) -> bool:
        """Send a frame that a later one makes worthless, unless much waits: then it is skipped (`False`)."""
        transport = self._transport
        if self._code is not None or transport.is_closing():
            return True
        if transport.get_write_buffer_size() > self._limits.skip_bytes:
            return False
        transport.write(frame)
        return True

    def end(self, code: CloseCode, reason: str = "") -> None:
        """Close after what waits has been sent, or after `flush_s` without."""
        if self._code is not None:
            return
        self._code = code
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._limits.flush_s, self.cut)
        if not self._transport.is_closing():
            self._transport.write(close_frame(code, reason))

    def cut(self) -> None:
        """Close at once; what waits is not sent."""
        self._code = self._code or CloseCode.TRY_AGAIN
        self._transport.abort()

    async def serve(self, socket: web.WebSocketResponse) -> None:
        """Read until the connection ends."""
        try:
            await self._read(socket)
            self.end(CloseCode.NORMAL)
        finally:
            self._code = self._code or CloseCode.NORMAL
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            # The closing handshake is done here; aiohttp finds a transport that is closing, and adds nothing.
            self._transport.close()

    async def _read(self, socket: web.WebSocketResponse) -> None:
        while True:
            message = await socket.receive()
            if self._code is not None and message.type in _CONTENT:
                continue  # waiting for the other side's close frame; `cut` comes if there is none
            self.heard_at = asyncio.get_running_loop().time()
            match message.type:
                case WSMsgType.TEXT:
                    await self._receive(message.data)
                case WSMsgType.PING:
                    self._spend()
                    self.send(pong_frame(message.data))
                case WSMsgType.PONG:
                    self._spend()
                case WSMsgType.BINARY:
                    self.end(CloseCode.POLICY)
                case _:
                    return

    async def _receive(self, frame: str) -> None:
        match frame[:1]:
            case "4":  # a message
                await self._engine.received(self, frame[1:])
            case "3" if len(frame) == 1:  # a pong
                self._spend()
            case "1" if len(frame) == 1:  # a close
                self.end(CloseCode.NORMAL)
            case _:
                self._engine.bad_frames += 1
                self.end(CloseCode.POLICY)

    def _spend(self) -> None:
        """Pings and pongs need no handling, but may not come without end either."""
        if not self.budget.take(1) and self.budget.exhausted:
            self.end(CloseCode.POLICY)

    def _unwanted(self) -> None:
        self._timer = None
        self.end(CloseCode.POLICY)


_CONTENT: Final = frozenset({WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.PING, WSMsgType.PONG})
