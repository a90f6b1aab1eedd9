"""The Socket.IO server: python-socketio on aiohttp, between the strict transport and the hub."""

import contextlib
from typing import Any, Final, NoReturn, Self
from urllib.parse import urlsplit

import socketio
import structlog
from aiohttp import web
from socketio.exceptions import ConnectionRefusedError as Refused

from signaling.hub import Hub, refusal
from signaling.packet import CONNECT, DISCONNECT, BadPacketError, StrictPacket, event_id
from signaling.records import JsonObject
from signaling.refusals import SignalCode, SignalRefused
from signaling.sessions import Closing, Socket
from signaling.transport import MESSAGE, CloseCode, Limits, WebsocketEngine, Wire

PATH: Final = "/socket.io/"
NAMESPACE: Final = "/"
EVENT_HEAD: Final = f"{MESSAGE}2"
ACK_HEAD: Final = f"{MESSAGE}3"
DISCONNECT_FRAME: Final = f"{MESSAGE}1"

log = structlog.get_logger("officina.signaling")


class QuietLogger:
    """Takes what python-socketio and python-engineio log, values and all, and keeps none of it."""

    def debug(self, *_: object, **__: object) -> None: ...

    info = warning = error = exception = debug


class WireLine:
    """The hub's way to one client, over its wire."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def send(self, name: str, payload: JsonObject) -> None:
        self._wire.offer(EVENT_HEAD + StrictPacket.json.dumps([name, payload]))

    def close(self, closing: Closing) -> None:
        if closing is Closing.SESSION_OVER:
            self._wire.offer(DISCONNECT_FRAME)
            self._wire.end(CloseCode.POLICY)
        else:
            self._wire.end(CloseCode.RESTART)


class Clients(socketio.AsyncManager):  # type: ignore[misc]  # python-socketio ships no types
    """python-socketio's register of clients, without its search of all rooms at every disconnect.

    The stock one looks for the client in the room of every other client: a thousand that leave at once cost a
    million steps. Nobody enters further rooms here, so a client is in two: everybody's and its own.
    """

    def basic_disconnect(self, sid: str, namespace: str, **_: object) -> None:
        if namespace not in self.rooms:
            return
        for room in (sid, None):
            self.basic_leave_room(sid, namespace, room)
        self.callbacks.pop(sid, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            if sid in pending.get(namespace, ()):
                pending[namespace].remove(sid)


class StrictServer(socketio.AsyncServer):  # type: ignore[misc]  # python-socketio ships no types
    """python-socketio's server; it hands every event to the hub, and ends what is no connection of ours."""

    eio: WebsocketEngine

    def __init__(self, hub: Hub, limits: Limits) -> None:
        super().__init__(
            client_manager=Clients(),
            serializer=StrictPacket,
            logger=QuietLogger(),
            engineio_logger=QuietLogger(),
            async_mode="aiohttp",
            async_handlers=False,
            namespaces=[NAMESPACE],
            limits=limits,
        )
        self._hub = hub
        self._sockets: dict[str, Socket] = {}
        self.on("connect", self._connect)
        self.on("disconnect", self._disconnect)

    def _engineio_server_class(self) -> type[WebsocketEngine]:
        return WebsocketEngine

    async def _handle_eio_message(self, eio_sid: str, data: str) -> None:
        wire = self.eio.sockets[eio_sid]
        try:
            if wire.budget.take(len(data) if data.isascii() else len(data.encode())):
                await self._handle_packet(wire, StrictPacket(encoded_packet=data or "?"))
            else:
                self._refuse(wire, data)
        except BadPacketError:
            self.eio.bad_frames += 1
            wire.end(CloseCode.POLICY)

    async def _handle_packet(self, wire: Wire, packet: StrictPacket) -> None:
        if packet.packet_type == CONNECT:
            await self._admit(wire, packet.data)
            return
        socket = self._sockets.get(wire.sid)
        if socket is None:
            raise BadPacketError("before connect")
        if packet.packet_type == DISCONNECT:
            wire.end(CloseCode.NORMAL)
            return
        name, *arguments = packet.data or [None]
        answer = await self._hub.request(socket, name, arguments)
        if packet.id is not None:
            wire.offer(f"{ACK_HEAD}{packet.id}{StrictPacket.json.dumps([answer])}")

    async def _admit(self, wire: Wire, auth: object) -> None:
        if wire.sid in self._sockets:
            raise BadPacketError("connected already")
        await self._handle_connect(wire.sid, NAMESPACE, auth)
        wire.admitted = wire.sid in self._sockets
        if not wire.admitted:
            wire.end(CloseCode.POLICY)

    def _refuse(self, wire: Wire, data: str) -> None:
        """Tell a client that it is over its budget, without reading on; drop it if it does not stop."""
        if wire.budget.exhausted or wire.sid not in self._sockets:
            wire.end(CloseCode.POLICY)
            return
        acknowledged = event_id(data)
        if acknowledged is not None:
            answer = StrictPacket.json.dumps([refusal(SignalCode.TOO_MANY_MESSAGES)])
            wire.offer(f"{ACK_HEAD}{acknowledged}{answer}")

    async def _connect(self, sid: str, _: Any, auth: object = None) -> None:
        wire = self.eio.sockets[self.manager.eio_sid_from_sid(sid, NAMESPACE)]
        try:
            socket = await self._hub.connect(WireLine(wire), auth)
        except SignalRefused as refused:
            _raise_refused(refused.code)
        self._sockets[wire.sid] = socket

    async def _disconnect(self, sid: str, _: str) -> None:
        """A client that was let in is gone; `_handle_eio_disconnect` has told the hub."""

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        socket = self._sockets.pop(eio_sid, None)
        if socket is not None:
            self._hub.disconnected(socket)
        await super()._handle_eio_disconnect(eio_sid, reason)


class SocketServer:
    """The whole of signalling on one aiohttp application.

    `attach` adds the route; the hub works inside `async with`. `allowed_origin` is the public origin of the
    service, as in 'https://video.example.org'; a page served by the same host is allowed in any case.
    """

    def __init__(self, hub: Hub, *, allowed_origin: str | None = None, limits: Limits | None = None) -> None:
        self._hub = hub
        self._allowed_origin = allowed_origin
        self._server = StrictServer(hub, limits or Limits())

    def attach(self, app: web.Application) -> None:
        app.router.add_get(PATH, self.handle)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if not self._is_allowed(request):
            return web.Response(status=403, text="This page may not connect here.")
        return await self._server.eio.handle_request(request)

    async def drain(self) -> None:
        """Take no new connections, and tell those that are there to connect elsewhere."""
        self._server.eio.draining = True
        for wire in tuple(self._server.eio.sockets.values()):
            wire.end(CloseCode.RESTART)

    async def __aenter__(self) -> Self:
        await self._hub.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.drain()
        await self._hub.__aexit__()

    @property
    def counters(self) -> dict[str, int]:
        """Numbers for the metrics page."""
        engine = self._server.eio
        return {
            "sockets": len(engine.sockets),
            "rooms": len(self._hub.rooms),
            "slow_clients": engine.slow_clients,
            "bad_frames": engine.bad_frames,
        }

    def _is_allowed(self, request: web.Request) -> bool:
        origin = request.headers.get("Origin")
        if origin is None:  # not a browser: there is no page that could misuse somebody's session
            return True
        with contextlib.suppress(ValueError):
            return origin == self._allowed_origin or urlsplit(origin).netloc == request.host
        return False


def _raise_refused(code: SignalCode) -> NoReturn:
    raise Refused(code.message, {"code": code.value, "message": code.message})
