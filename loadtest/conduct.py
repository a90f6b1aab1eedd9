"""A whole run: the server if there is none, one generator or several, the replay, and the result.

The server's package hands in how a database is opened for reading.
"""

import asyncio
import resource
import shlex
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import ClientSession
from rich.console import Console

from loadtest.generators import Share, generate
from loadtest.machine import Gauge, LocalProcess, MetricsPage
from loadtest.ports import Replay
from loadtest.progress import Progress
from loadtest.rehearsal import Order, rehearse
from loadtest.result import Result
from loadtest.scenario import Scenario
from loadtest.stage import Cast
from loadtest.target import OwnServer, TargetError, own_server, require_test_tenant
from loadtest.truth import account_of_all

OpenReplay = Callable[[str], AbstractAsyncContextManager[Replay]]
"""Opens the database at a URL for reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the command line asks for. Without `target`, a server is started for the run."""

    scenario: Scenario
    target: str | None = None
    cast_file: Path | None = None
    database_url: str | None = None
    generators: int = 1
    metrics_url: str | None = None
    server_pid: int | None = None
    kill_command: str | None = None
    part: int = 0
    parts: int = 1
    starts_at: float | None = None


async def conduct(plan: Plan, open_replay: OpenReplay, console: Console) -> Result:
    """Run the plan to its end. Raises `TargetError`, `ScenarioError`, `ValueError`, `OSError`."""
    raise_file_limit()
    stop_cleanly()
    if plan.target is not None:
        if plan.cast_file is None:
            raise TargetError("--target needs --staff FILE, which `loadtest prepare` on that server writes")
        return await _at(replace(plan, target=plan.target.rstrip("/")), None, open_replay, console)
    async with own_server(plan.scenario, database_url=plan.database_url) as (server, cast_file):
        plan = replace(
            plan,
            target=server.url,
            cast_file=cast_file,
            database_url=server.database_url,
            server_pid=None if server.gauge is None else server.gauge.pid,
        )
        return await _at(plan, server, open_replay, console)


async def _at(plan: Plan, own: OwnServer | None, open_replay: OpenReplay, console: Console) -> Result:
    assert plan.target is not None
    assert plan.cast_file is not None
    cast = Cast.read(plan.cast_file)
    kill = _kill(plan, own)
    if plan.generators == 1:
        async with _help(plan, own, open_replay) as (replay, gauge):
            progress = Progress(console, duration_s=plan.scenario.duration_s)
            order = Order(
                scenario=plan.scenario,
                url=plan.target,
                cast=cast,
                part=plan.part,
                parts=plan.parts,
                starts_at=plan.starts_at,
                replay=replay,
                gauge=gauge,
                kill=kill,
                watch=progress.watch,
            )
            return await rehearse(order)
    async with ClientSession() as http:  # before anything is started
        await require_test_tenant(http, plan.target, cast.pharmacy)
    return await _several(plan, cast, kill, open_replay)


async def _several(
    plan: Plan, cast: Cast, kill: Callable[[], Awaitable[None]] | None, open_replay: OpenReplay
) -> Result:
    assert plan.target is not None
    assert plan.cast_file is not None
    began = datetime.now(UTC) - timedelta(seconds=5)
    share = Share(
        url=plan.target,
        cast_file=plan.cast_file,
        database_url=plan.database_url,
        server_pid=plan.server_pid,
        metrics_url=plan.metrics_url,
    )
    result = await generate(plan.scenario, share, parts=plan.generators, kill=kill)
    if plan.database_url is not None:
        async with open_replay(plan.database_url) as replay:
            await account_of_all(replay, cast.queue_id, began, result)
    return result


@asynccontextmanager
async def _help(
    plan: Plan, own: OwnServer | None, open_replay: OpenReplay
) -> AsyncIterator[tuple[Replay | None, Gauge | None]]:
    async with AsyncExitStack() as stack:
        replay: Replay | None = None
        if plan.database_url is not None:
            replay = await stack.enter_async_context(open_replay(plan.database_url))
        if own is not None:
            yield replay, own.gauge
        elif plan.server_pid is not None:
            yield replay, LocalProcess(plan.server_pid)
        elif plan.metrics_url is not None:
            http = await stack.enter_async_context(ClientSession())
            yield replay, MetricsPage(http, plan.metrics_url)
        else:
            yield replay, None


def _kill(plan: Plan, own: OwnServer | None) -> Callable[[], Awaitable[None]] | None:
    if plan.kill_command is not None:
        words = shlex.split(plan.kill_command)

        async def run() -> None:
            process = await asyncio.create_subprocess_exec(*words, stdin=asyncio.subprocess.DEVNULL)
            await process.wait()

        return run
    return None if own is None else own.kill_and_restart


def stop_cleanly() -> None:
    """Have SIGTERM end the run as Ctrl+C does: with its own server stopped, too."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


def raise_file_limit() -> None:
    """Allow as many open files as the system lets us: each patient is a socket."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
