"""Our hub on a real socket server, with an invented database: one tick for each line on standard input."""

import os
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import uvloop
from aiohttp import web

from benchmarks._fanout.control import lines, say_ready
from benchmarks._fanout.payload import POINTS, QUEUE_ID, sent_now
from server.memory import settle
from signaling.bus import InProcessBus
from signaling.hub import Hub, HubTimes
from signaling.ports import LineNews, LineOp, Peer, VisitSight
from signaling.records import RoomEnd, WaitCurve
from signaling.server import SocketServer
from signaling.transport import Limits
from signaling.turnstile import Inflow

NEVER = 3600.0
OPEN_DOOR = Limits(inflow=Inflow(per_s=1e6, burst=1e6))


@dataclass
class Invented:
    """A queue of many visits, each with a place of its own; fits `Gate` and `Readings`."""

    version: int = 1
    places: dict[str, int] = field(default_factory=dict)

    async def authenticate(self, token: str) -> Peer:
        return Anybody(self, token, datetime.now(UTC) + timedelta(hours=1))  # type: ignore[return-value]  # visits only

    async def ended(self, peers: Collection[Peer]) -> Collection[str]:
        return ()

    def sight(self, visit_id: str) -> VisitSight:
        place = self.places.setdefault(visit_id, len(self.places) + 1)
        view: dict[str, Any] = {"id": visit_id, "version": 1, "state": "waiting", "place": place}
        return VisitSight(
            queue_id=QUEUE_ID,
            version=1,
            queue_version=self.version,
            place=place,
            view=view,
            call=None,
        )

    async def visits(self, visit_ids: Collection[str]) -> Mapping[str, VisitSight]:
        return {visit_id: self.sight(visit_id) for visit_id in visit_ids}

    async def visit_versions(self, visit_ids: Collection[str]) -> Mapping[str, int]:
        return dict.fromkeys(visit_ids, 1)

    async def queue_versions(self, queue_ids: Collection[str]) -> Mapping[str, int]:
        return dict.fromkeys(queue_ids, self.version)

    async def line(self, since: Mapping[str, int]) -> Mapping[str, LineNews]:
        news = LineNews(
            version=self.version,
            ops=(LineOp(self.version, 0, -1), LineOp(self.version, 17, 1)),
            gap=False,
            state="open",
            pause_message=sent_now(),
            wait=WaitCurve(kind="curve", points=POINTS),
        )
        return dict.fromkeys(since, news)

    async def endings(self, consultation_ids: Collection[str]) -> Mapping[str, RoomEnd]:
        return {}


@dataclass(frozen=True, slots=True)
class Anybody:
    """A caller who may see the visit they ask for."""

    world: Invented
    session_id: str
    expires_at: datetime

    async def visit(self, visit_id: str) -> VisitSight:
        return self.world.sight(visit_id)


async def main() -> None:
    world = Invented()
    times = HubTimes(poll_s=NEVER, again_s=NEVER)
    hub = Hub(hub_id=os.urandom(8).hex(), gate=world, readings=world, bus=InProcessBus(), times=times)
    server = SocketServer(hub, limits=OPEN_DOOR)
    app = web.Application()
    server.attach(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    settle()
    async with server:
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=4096).start()
        say_ready(runner.addresses[0][1])
        async for _ in lines():
            world.version += 1
            await hub.watches.poll()
    await runner.cleanup()


if __name__ == "__main__":
    sys.exit(uvloop.run(main()))
