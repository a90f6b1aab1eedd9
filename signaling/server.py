"""The Socket.IO server: packets of the default namespace, between the websockets and the hub.

It speaks Socket.IO v5 as python-socketio does, with its packets, but keeps no rooms, queues or tasks for a
client: ten thousand clients that come back at once cost a thousandth of a second each, and little memory.
"""

import contextlib
from typing import Any, Final, Self
from urllib.parse import urlsplit

import orjson
from aiohttp import web

from signaling.engine import CONNECT_ERROR, WebsocketEngine
from signaling.frames import ack_frame, event_frame, text_frame
from signaling.hub import Hub, refusal
from signaling.packet import ACK, CONNECT, DISCONNECT, BadPacketError, StrictPacket, event_id
from signaling.records import JsonObject
from signaling.refusals import SignalCode, SignalRefused, refusal_data
from signaling.sessions import Closing, Socket
from signaling.tasks import Tasks
from signaling.transport import CloseCode, Limits, Wire

PATH: Final = "/socket.io/"
CONNECTED: Final = "40"
DISCONNECT_FRAME: Final = text_frame("41")


class WireLine:
    """The hub's way to one client, over its wire."""

    __slots__ = ("_wire", "cast")

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.cast = wire.cast

    def send(self, name: str, payload: JsonObject, ack: int | None = None) -> None:
        self._wire.send(event_frame(name, payload, ack))

    def close(self, closing: Closing) -> None:
        if closing is Closing.SESSION_OVER:
            self._wire.send(DISCONNECT_FRAME)
            self._wire.end(CloseCode.POLICY)
        else:
            self._wire.end(CloseCode.RESTART)


class PacketServer:
    """Reads packets, has the hub handle them, and ends what is no connection of ours."""

    def __init__(self, hub: Hub, limits: Limits) -> None:
        self._hub = hub
        self._sockets: dict[Wire, Socket] = {}
        self.engine = WebsocketEngine(self, limits)

    async def received(self, wire: Wire, text: str) -> None:
        try:
            if wire.budget.take(len(text) if text.isascii() else len(text.encode())):
                await self._handle(wire, StrictPacket(encoded_packet=text or "?"))
            else:
                self._refuse(wire, text)
        except BadPacketError:
            self.engine.bad_frames += 1
            wire.end(CloseCode.POLICY)

    def lost(self, wire: Wire) -> None:
        socket = self._sockets.pop(wire, None)
        if socket is not None:
            self._hub.disconnected(socket)

    async def _handle(self, wire: Wire, packet: StrictPacket) -> None:
        socket = self._sockets.get(wire)
        if packet.packet_type == CONNECT:
            await self._connect(wire, packet.data)
        elif socket is None:
            raise BadPacketError("before connect")
        elif packet.packet_type == DISCONNECT:
            wire.end(CloseCode.NORMAL)
        elif packet.packet_type == ACK:
            self._hub.acknowledged(socket, packet.id or 0)
        else:
            name, *arguments = packet.data or [None]
            answer = await self._hub.request(socket, name, arguments)
            if packet.id is not None:
                wire.send(ack_frame(packet.id, answer))

    async def _connect(self, wire: Wire, auth: Any) -> None:
        if wire in self._sockets:
            raise BadPacketError("connected already")
        try:
            self._sockets[wire] = await self._hub.connect(WireLine(wire), auth)
        except SignalRefused as refused:
            answer = {"message": refused.code.message, "data": refusal_data(refused.code)}
            wire.send(text_frame(CONNECT_ERROR + orjson.dumps(answer).decode()))
            wire.end(CloseCode.POLICY)
        else:
            wire.admitted()
            wire.send(text_frame(f'{CONNECTED}{{"sid":"{wire.sid}"}}'))

    def _refuse(self, wire: Wire, text: str) -> None:
        """Tell a client that it is over its budget, without reading on; drop it if it does not stop."""
        if wire.budget.exhausted or wire not in self._sockets:
            wire.end(CloseCode.POLICY)
            return
        acknowledged = event_id(text)
        if acknowledged is not None:
            wire.send(ack_frame(acknowledged, refusal(SignalCode.TOO_MANY_MESSAGES)))


class SocketServer:
    """The whole of signalling on one aiohttp application.

    `attach` adds the route; the hub works inside `async with`. `allowed_origin` is the public origin of the
    service, as in 'https://video.example.org'; a page served by the same host is allowed in any case.
    """

    def __init__(self, hub: Hub, *, allowed_origin: str | None = None, limits: Limits | None = None) -> None:
        self._hub = hub
        self._allowed_origin = allowed_origin
        self._engine = PacketServer(hub, limits or Limits()).engine
        self._tasks = Tasks()

    def attach(self, app: web.Application) -> None:
        app.router.add_get(PATH, self.handle)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if not self._is_allowed(request):
            return web.Response(status=403, text="This page may not connect here.")
        return await self._engine.handle(request)

    async def drain(self) -> None:
        """Take no new connections, and tell those that are there to connect elsewhere."""
        self._engine.drain()

    async def __aenter__(self) -> Self:
        await self._hub.__aenter__()
        await self._tasks.__aenter__()
        self._tasks.start(self._engine.pulse())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._engine.drain()
        await self._tasks.__aexit__()
        await self._hub.__aexit__()

    @property
    def counters(self) -> dict[str, int]:
        """Numbers for the metrics page."""
        engine = self._engine
        return {
            "sockets": len(engine.wires),
            "rooms": len(self._hub.rooms),
            "slow_clients": engine.slow_clients,
            "bad_frames": engine.bad_frames,
            "refused_connects": engine.refused,
            "skipped_ticks": self._hub.watches.skipped,
        }

    def _is_allowed(self, request: web.Request) -> bool:
        origin = request.headers.get("Origin")
        if origin is None:  # not a browser: there is no page that could misuse somebody's session
            return True
        with contextlib.suppress(ValueError):
            return origin == self._allowed_origin or urlsplit(origin).netloc == request.host
        return False
