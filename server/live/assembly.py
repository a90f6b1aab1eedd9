"""The live side put together: the bus, the hub and the socket server, from the parts of the server."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Self

from aiohttp import web

from media.turn import IceServers
from server.auth.tokens import AccessTokens
from server.db.together import Together
from server.ids import SessionId, new_id
from server.live.curves import QueueCurves
from server.live.found_visits import FoundVisits
from server.live.gate import LiveGate
from server.live.notices import Announcer
from server.live.peer import Services
from server.live.readings import LiveReadings
from server.parts import Ground, Parts
from signaling import notices
from signaling.bus import Bus, InProcessBus
from signaling.hub import Hub, HubClocks
from signaling.redis_bus import RedisBus
from signaling.server import SocketServer


class LiveSockets:
    """The socket server with the bus it stands on. Works inside `async with`."""

    def __init__(self, bus: Bus, server: SocketServer, forget: Callable[[SessionId], None]) -> None:
        self._bus = bus
        self._server = server
        self._forget = forget
        self._stack = AsyncExitStack()

    def attach(self, app: web.Application) -> None:
        """Add the route of the sockets."""
        self._server.attach(app)

    def drain(self) -> Awaitable[None]:
        """Tell clients to connect elsewhere."""
        return self._server.drain()

    @property
    def counters(self) -> dict[str, int]:
        """Numbers for the metrics page."""
        return self._server.counters

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self._bus)
        self._bus.subscribe(notices.TOPIC, self._hear)
        await self._stack.enter_async_context(self._server)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def _hear(self, message: bytes) -> None:
        """A session revoked on another process must not live on in what this one remembers."""
        notice = notices.decode(message)
        if isinstance(notice, notices.SessionOver):
            self._forget(SessionId(notice.session_id))


def live(parts: Parts) -> LiveSockets:
    """Build the live side, and have the database announce its commits on the bus."""
    on = parts.ground
    bus = _bus(on)
    waiting_room = parts.line.waiting_room
    services = Services(
        database=on.database,
        visits=Together(FoundVisits(on.database, waiting_room).read),
        waiting_room=waiting_room,
        consultations=parts.line.consultations,
        ice_servers=_ice_servers(on),
    )
    gate = LiveGate(
        services,
        sessions=parts.accounts.sessions,
        access=AccessTokens(on.keys.token, clock=on.clock),
    )
    readings = LiveReadings(
        on.database,
        waiting_room=waiting_room,
        consultations=parts.line.consultations,
        curves=QueueCurves(waiting_room=waiting_room, forecasts=parts.line.forecasts),
    )
    hub = Hub(hub_id=new_id(), gate=gate, readings=readings, bus=bus, clocks=HubClocks(now=on.clock.now))
    on.database.on_commit(Announcer(bus))
    server = SocketServer(hub, allowed_origin=on.settings.public_url)
    return LiveSockets(bus, server, parts.accounts.sessions.forget)


def _bus(on: Ground) -> Bus:
    url = on.settings.redis_url
    return InProcessBus() if url is None else RedisBus(url.get_secret_value(), on.keys.bus)


def _ice_servers(on: Ground) -> IceServers:
    secret = on.settings.turn_secret
    return IceServers(
        stun_urls=on.settings.stun_urls,
        turn_urls=on.settings.turn_urls,
        turn_secret=secret.get_secret_value() if secret else None,
        ttl_s=on.settings.turn_ttl_s,
        now=on.clock.now,
    )
