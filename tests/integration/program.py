"""The program run as an operator runs it: `python -m server ...` in a process of its own."""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).parents[2]
READY = re.compile(r'"port": (\d+), "event": "serving"|Officina is ready at http://localhost:(\d+)')
DEADLINE_S = 30.0

T = TypeVar("T")


async def eventually(attempt: Callable[[], Awaitable[T | None]], within_s: float = DEADLINE_S) -> T:
    """Ask again until there is an answer, which is for another process to bring about."""
    deadline = time.monotonic() + within_s
    while True:
        answer = await attempt()
        if answer:
            return answer
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


@dataclass(frozen=True)
class Said:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


class Server:
    """A running server: its address and what it has written so far."""

    def __init__(self, process: subprocess.Popen[bytes], out: Path, err: Path) -> None:
        self.process = process
        self._out = out
        self._err = err
        self.url = ""

    @property
    def written(self) -> str:
        """Standard output and standard error until now."""
        return self._out.read_text() + self._err.read_text()

    @property
    def log(self) -> list[dict[str, Any]]:
        """The log lines; raises for a line that is none, as a traceback or a warning is."""
        return [json.loads(line) for line in self._err.read_text().splitlines()]

    async def ready(self) -> None:
        """Wait until it serves."""
        self.url = await eventually(self._address)

    async def exited(self) -> int:
        """Wait until it has ended by itself; answers the exit code."""
        await eventually(self._has_ended)
        return self.process.returncode

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.kill()
        self.process.wait()

    async def _address(self) -> str | None:
        assert self.process.poll() is None, self.written
        found = READY.search(self.written)
        return f"http://127.0.0.1:{found[1] or found[2]}" if found else None

    async def _has_ended(self) -> bool:
        return self.process.poll() is not None


@dataclass(frozen=True)
class Program:
    """The program with its settings in the environment; `folder` takes what it writes."""

    settings: Mapping[str, str]
    folder: Path

    def run(self, *arguments: str) -> Said:
        """Run a command to its end."""
        with self._start(*arguments) as server:
            code = server.process.wait(DEADLINE_S)
            return Said(code, server._out.read_text(), server._err.read_text())

    async def tell(self, *arguments: str) -> str:
        """Run a command that has to work, beside others; answers what it printed."""
        said = await asyncio.to_thread(self.run, *arguments)
        assert said.code == 0, (arguments, said)
        return said.out

    @asynccontextmanager
    async def serving(self, *arguments: str) -> AsyncIterator[Server]:
        """A server that answers while the block runs, unless it is killed or told to stop."""
        with self.starting(*arguments) as server:
            await server.ready()
            yield server

    def starting(self, *arguments: str) -> AbstractContextManager[Server]:
        """A server that may not answer yet."""
        return self._start(*(arguments or ("serve", "--port", "0")))

    @contextmanager
    def _start(self, *arguments: str) -> Iterator[Server]:
        name = f"{arguments[0]}-{time.monotonic_ns()}"
        out, err = self.folder / f"{name}.out", self.folder / f"{name}.err"
        inherited = {key: os.environ[key] for key in ("PATH", "HOME", "TMPDIR") if key in os.environ}
        with (
            out.open("wb") as out_file,
            err.open("wb") as err_file,
            subprocess.Popen(
                [sys.executable, "-W", "always::ResourceWarning", "-m", "server", *arguments],
                cwd=ROOT,
                env={**inherited, "PYTHONUNBUFFERED": "1", **self.settings},
                stdin=subprocess.DEVNULL,
                stdout=out_file,
                stderr=err_file,
            ) as process,
        ):
            try:
                yield Server(process, out, err)
            finally:
                process.kill()
