"""The websockets of a server process: who is let in, who is pinged, who has fallen silent."""

import asyncio
import math
import socket as sockets
from itertools import cycle
from typing import Final, Protocol

import orjson
from aiohttp import web

from signaling.frames import text_frame
from signaling.refusals import SignalCode, refusal_data
from signaling.transport import CloseCode, Limits, Wire
from signaling.turnstile import Turnstile

OPEN: Final = "0"
PING_FRAME: Final = text_frame("2")
CONNECT_ERROR: Final = "44"
SLOTS: Final = 20
"""Clients are pinged in so many groups, one after the other."""


class Packets(Protocol):
    """Who reads the Socket.IO packets. Neither method raises."""

    async def received(self, wire: Wire, text: str) -> None: ...

    def lost(self, wire: Wire) -> None: ...


class WebsocketEngine:
    """Engine.IO over websocket. `pulse` must run while it serves."""

    def __init__(self, packets: Packets, limits: Limits) -> None:
        self._packets = packets
        self._limits = limits
        self._turnstile = Turnstile(limits.inflow)
        self._slots: tuple[set[Wire], ...] = tuple(set() for _ in range(SLOTS))
        self._slot = self._slots[0]
        self.wires: set[Wire] = set()
        self.draining = False
        self.slow_clients = 0
        self.bad_frames = 0

    @property
    def refused(self) -> int:
        """How many were told to come again later."""
        return self._turnstile.refused

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Open a websocket and serve it; anything else gets a plain refusal."""
        query = request.query
        if query.get("transport") != "websocket" or query.get("EIO") != "4" or "sid" in query:
            return web.Response(status=400, text="Only Engine.IO 4 over websocket is spoken here.")
        socket = web.WebSocketResponse(
            max_msg_size=self._limits.frame_bytes,
            compress=False,
            autoping=False,
            autoclose=False,
            timeout=self._limits.flush_s,
        )
        if not socket.can_prepare(request):
            return web.Response(status=400, text="A websocket handshake is needed.")
        retry_after_s = self._full(request)
        if retry_after_s is None:
            return await self._serve(request, socket)
        if "Origin" in request.headers:
            return await self._turn_away(request, socket, retry_after_s)
        return web.Response(
            status=503, headers={"Retry-After": str(retry_after_s)}, text="Please try again shortly."
        )

    async def received(self, wire: Wire, text: str) -> None:
        await self._packets.received(wire, text)

    async def pulse(self) -> None:
        """Ping the clients in turn, and cut off those not heard of for an interval and the time to answer."""
        interval_s = self._limits.ping_interval_s
        silence_s = interval_s + self._limits.ping_timeout_s
        clock = asyncio.get_running_loop().time
        for slot in cycle(self._slots):
            self._slot, now = slot, clock()
            for wire in tuple(slot):
                if now - wire.heard_at > silence_s:
                    wire.cut()
                else:
                    wire.cast(PING_FRAME)
            await asyncio.sleep(interval_s / SLOTS)

    def drain(self) -> None:
        """Take no new connections, and tell those that are there to connect elsewhere."""
        self.draining = True
        for wire in tuple(self.wires):
            wire.end(CloseCode.RESTART)

    def _full(self, request: web.Request) -> int | None:
        """When to come again, in whole seconds, if there is no room now."""
        if self.draining or len(self.wires) >= self._limits.sockets:
            return 2
        wait_s = self._turnstile.admit(in_call=request.query.get("in_call") == "1")
        return None if wait_s is None else math.ceil(wait_s)

    async def _serve(self, request: web.Request, socket: web.WebSocketResponse) -> web.StreamResponse:
        wire = await self._opened(request, socket)
        slot = self._slot  # its turn was just now: the first ping comes in an interval
        slot.add(wire)
        self.wires.add(wire)
        try:
            await wire.serve(socket)
        finally:
            slot.discard(wire)
            self.wires.discard(wire)
            self._packets.lost(wire)
        return socket

    async def _turn_away(
        self, request: web.Request, socket: web.WebSocketResponse, retry_after_s: int
    ) -> web.StreamResponse:
        """A page cannot read the answer to a failed handshake: tell it in a Socket.IO packet."""
        wire = await self._opened(request, socket)
        refused = refusal_data(SignalCode.OVERLOADED) | {"retry_after_s": retry_after_s}
        answer = {"message": SignalCode.OVERLOADED.message, "data": refused}
        wire.send(text_frame(CONNECT_ERROR + orjson.dumps(answer).decode()))
        wire.end(CloseCode.TRY_AGAIN)
        await wire.serve(socket)
        return socket

    async def _opened(self, request: web.Request, socket: web.WebSocketResponse) -> Wire:
        await socket.prepare(request)
        transport = request.transport
        if transport is None:
            raise ConnectionResetError
        self._bound_kernel_buffer(transport)
        wire = Wire(self, transport, self._limits)
        wire.send(text_frame(OPEN + self._greeting(wire.sid)))
        return wire

    def _bound_kernel_buffer(self, transport: asyncio.Transport) -> None:
        """What the kernel keeps for a client is stale when it is read at last: let it keep little."""
        raw = transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, self._limits.kernel_bytes)

    def _greeting(self, sid: str) -> str:
        return orjson.dumps(
            {
                "sid": sid,
                "upgrades": [],
                "pingInterval": int(self._limits.ping_interval_s * 1000),
                "pingTimeout": int(self._limits.ping_timeout_s * 1000),
                "maxPayload": self._limits.frame_bytes,
            }
        ).decode()
