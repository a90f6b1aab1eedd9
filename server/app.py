"""A running server: opens what `server.parts` built, serves it, and closes it again in order."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import structlog
from aiohttp import web

from server.api.application import build_http
from server.api.edge import BACKLOG, accepting
from server.api.health import Health
from server.api.pages import Pages
from server.clock import SystemClock
from server.config import ConfigError, Settings
from server.db.migrate import current, newest
from server.keys import load_keys
from server.live.assembly import live
from server.memory import settle
from server.metrics import Metrics, served
from server.parts import Parts, build
from server.waiting_room.deadlines import Deadlines

log = structlog.get_logger("officina.app")


def listen(settings: Settings) -> socket.socket:
    """Take the listening port. Raises `OSError` if it is not to be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    return socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)


async def serve(settings: Settings) -> None:
    """Run the server until SIGTERM or SIGINT."""
    with listen(settings) as listener:
        stop = stop_on_signals()
        async with running(settings, listener):
            settle()
            log.info("serving", port=listener.getsockname()[1])
            await stop.wait()


def stop_on_signals() -> asyncio.Event:
    """Make the event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


@asynccontextmanager
async def running(settings: Settings, listener: socket.socket) -> AsyncIterator[Parts]:
    """A server that answers on `listener` while the block runs; on leaving it drains first."""
    parts = build(settings, load_keys(settings), SystemClock())
    database = parts.ground.database
    health = Health({"database": database.check})
    metrics = Metrics()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        await _require_newest_schema(settings)
        await stack.enter_async_context(parts.audit.checkpoints)
        await stack.enter_async_context(parts.audit.sequencer)
        await stack.enter_async_context(Deadlines(parts.deadlines()))
        for task in parts.outgoing():
            await stack.enter_async_context(task)
        sockets = live(parts)
        app = build_http(
            parts.endpoints,
            parts.accounts.sessions,
            health=health,
            metrics=metrics,
            pages=Pages(settings.web_dir, parts.accounts.pharmacies.phone),
        )
        sockets.attach(app)
        await stack.enter_async_context(sockets)
        metrics.watch(lambda: sockets.counters)
        if settings.metrics_port is not None:
            await stack.enter_async_context(served(metrics, settings.metrics_host, settings.metrics_port))
        await stack.enter_async_context(_answering(app, listener))
        stack.push_async_callback(_drain, health, settings.drain_s, sockets.drain)
        yield parts


@asynccontextmanager
async def _answering(app: web.Application, listener: socket.socket) -> AsyncIterator[None]:
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=10)
    await runner.setup()
    try:
        async with accepting(runner, listener):
            yield
    finally:
        await runner.cleanup()


async def _drain(health: Health, notice_s: float, drain: Callable[[], Awaitable[None]]) -> None:
    """Say not-ready, give load balancers time to see it, then tell the sockets to go elsewhere."""
    health.draining = True
    log.info("draining", seconds=notice_s)
    await asyncio.sleep(notice_s)
    await drain()


async def _require_newest_schema(settings: Settings) -> None:
    found = await current(settings.database)
    if found != newest():
        raise ConfigError(f"the database schema is {found or 'empty'}, not {newest()}: run `migrate` first")
