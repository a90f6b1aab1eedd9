"""The stock python-socketio server on aiohttp: one room, one tick for each line on standard input."""

import sys

import socketio
import uvloop
from aiohttp import web

from benchmarks._fanout.control import lines, say_ready
from benchmarks._fanout.payload import tick


async def main() -> None:
    server = socketio.AsyncServer(async_mode="aiohttp", transports=["websocket"])

    async def enter(sid: str, *_: object) -> None:
        await server.enter_room(sid, "queue")

    server.on("connect", enter)
    app = web.Application()
    server.attach(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=4096).start()
    say_ready(runner.addresses[0][1])
    version = 0
    async for _ in lines():
        await server.emit("queue.tick", tick(version), room="queue")
        version += 1


if __name__ == "__main__":
    sys.exit(uvloop.run(main()))
