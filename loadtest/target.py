"""The server under load: one of our own in a process of its own, or one that is already there.

Our own is the program as an operator runs it: `migrate`, `loadtest prepare`, `serve`, on SQLite in a
temporary folder or on a database that is named.
"""

import asyncio
import ctypes
import os
import re
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientError, ClientSession

from loadtest.machine import LocalProcess
from loadtest.scenario import Scenario

READY: Final = re.compile(rb'"port": ?(\d+), ?"event": ?"serving"')
START_S: Final = 60.0


class TargetError(Exception):
    """The target is not to be had, or (`is_refusal`) is there and must be left alone."""

    def __init__(self, sentence: str, *, is_refusal: bool = False) -> None:
        super().__init__(sentence)
        self.is_refusal = is_refusal


@dataclass(slots=True)
class OwnServer:
    """A server process that this run started, and may kill."""

    environment: Mapping[str, str]
    folder: Path
    process: asyncio.subprocess.Process | None = None
    port: int = 0
    starts: int = 0
    gauge: LocalProcess | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database_url(self) -> str:
        """What the replay reads."""
        embedded = f"sqlite+aiosqlite:///{self.environment['OFFICINA_DATA_DIR']}/officina.db"
        return self.environment.get("OFFICINA_DATABASE_URL", embedded)

    async def start(self) -> None:
        """Start it, on the port it had before if it had one; returns when it serves."""
        self.starts += 1
        log = self.folder / f"serve-{self.starts}.log"
        with log.open("wb") as written:
            self.process = await asyncio.create_subprocess_exec(
                *_program("serve", "--port", str(self.port)),
                env=self.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=written,
                stderr=written,
                preexec_fn=_end_with_parent,
            )
        self.port = await self._port(log)
        if self.gauge is None:
            self.gauge = LocalProcess(self.process.pid)
        self.gauge.pid = self.process.pid

    async def kill_and_restart(self) -> None:
        """End it as a power cut does, and start it again."""
        assert self.process is not None
        self.process.kill()
        await self.process.wait()
        await self.start()

    async def stop(self) -> None:
        if self.process is None or self.process.returncode is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(15):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()

    async def _port(self, log: Path) -> int:
        assert self.process is not None
        async with asyncio.timeout(START_S):
            while (found := READY.search(_written(log))) is None:
                if self.process.returncode is not None:
                    raise TargetError(f"the server did not start:\n{_written(log)[-2000:].decode()}")
                await asyncio.sleep(0.05)
        return int(found[1])


@asynccontextmanager
async def own_server(
    scenario: Scenario, *, database_url: str | None
) -> AsyncIterator[tuple[OwnServer, Path]]:
    """A fresh server with a test organisation in it while the block runs, and the file that names its cast.

    Raises `TargetError`.
    """
    with tempfile.TemporaryDirectory(prefix="officina-loadtest-") as name:
        folder = Path(name)
        server = OwnServer(_environment(folder, database_url), folder)
        await _tell(server.environment, "migrate")
        cast = await _tell(
            server.environment,
            "loadtest",
            "prepare",
            *("--staff", str(scenario.staff_needed)),
            *("--capacity", str(scenario.queue.capacity)),
            *("--answer-time-s", str(scenario.queue.answer_time_s)),
        )
        cast_file = folder / "cast.json"
        cast_file.touch(mode=0o600)
        cast_file.write_bytes(cast)
        try:
            await server.start()
            yield server, cast_file
        finally:
            await server.stop()


async def require_test_tenant(http: ClientSession, url: str, pharmacy: str) -> dict[str, Any]:
    """The public page of the pharmacy; raises `TargetError` unless its organisation is marked as a test."""
    try:
        async with http.get(f"{url}/api/v1/pharmacies/{pharmacy}") as response:
            if response.status != 200:
                raise TargetError(f"{url} knows no such pharmacy (HTTP {response.status})")
            page: dict[str, Any] = await response.json()
    except (ClientError, OSError, TimeoutError) as error:
        raise TargetError(f"{url} does not answer ({type(error).__name__})") from None
    if page.get("is_test") is not True:
        raise TargetError(
            "this pharmacy belongs to real patients: a load test runs only against an organisation made with"
            " `loadtest prepare` or `tenant create --test`",
            is_refusal=True,
        )
    return page


def _environment(folder: Path, database_url: str | None) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
    own = {
        "PYTHONUNBUFFERED": "1",
        "OFFICINA_DATA_DIR": str(folder / "data"),
        "OFFICINA_LOG_FORMAT": "json",
        "OFFICINA_LOG_LEVEL": "info",
        "OFFICINA_DOOR_BURST": "0",
        "OFFICINA_CONFIG": str(folder / "none.toml"),
    }
    return inherited | own | ({"OFFICINA_DATABASE_URL": database_url} if database_url else {})


async def _tell(environment: Mapping[str, str], *arguments: str) -> bytes:
    """Run a command of the program to its end; answers what it printed."""
    process = await asyncio.create_subprocess_exec(
        *_program(*arguments),
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    if process.returncode:
        raise TargetError(f"`{' '.join(arguments[:2])}` failed: {err.decode()[-2000:]}")
    return out


def _end_with_parent() -> None:
    """Have Linux end this process when the load test ends, however that is (prctl(2), PR_SET_PDEATHSIG)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _written(log: Path) -> bytes:
    """A few lines of a local file: not worth a thread."""
    return log.read_bytes()


def _program(*arguments: str) -> tuple[str, ...]:
    return sys.executable, "-m", "server", *arguments
