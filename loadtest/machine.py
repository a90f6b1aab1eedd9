"""What the machines do meanwhile: the generator's own CPU and event loop, the server's CPU and memory.

A generator that is busy measures itself. So its lag is part of every report, and a run in which it could not
keep up says so.
"""

import asyncio
import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from aiohttp import ClientError, ClientSession, ClientTimeout

from loadtest.pace import now

BEAT_S: Final = 0.05
BUSY_SHARE: Final = 0.9
"""A second in which the generator used more of a core than this is one in which it may have been late."""

TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
_METRIC: Final = re.compile(
    rb"^(process_cpu_seconds_total|process_resident_memory_bytes) ([0-9.e+]+)", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process has used: CPU seconds since its start, and resident memory."""

    cpu_s: float
    memory_bytes: float


class Gauge(Protocol):
    """Reads what the server uses; `None` when that cannot be told."""

    async def read(self) -> Usage | None: ...


@dataclass(slots=True)
class LocalProcess:
    """A process of this machine, by Linux's /proc. `pid` may change: servers are killed and started again."""

    pid: int

    async def read(self) -> Usage | None:
        folder = Path(f"/proc/{self.pid}")
        try:
            # The name in parentheses may hold anything; the numbers after it are fixed (proc(5)).
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            pages = int((folder / "statm").read_text().split()[1])
        except (OSError, IndexError, ValueError):
            return None
        return Usage((int(fields[11]) + int(fields[12])) / TICKS_PER_S, pages * PAGE_BYTES)


@dataclass(slots=True)
class MetricsPage:
    """A server elsewhere, by its `/metrics`."""

    http: ClientSession
    url: str

    async def read(self) -> Usage | None:
        try:
            async with self.http.get(self.url, timeout=ClientTimeout(total=2)) as response:
                found = dict(_METRIC.findall(await response.read()))
            return Usage(
                float(found[b"process_cpu_seconds_total"]), float(found[b"process_resident_memory_bytes"])
            )
        except (ClientError, OSError, TimeoutError, KeyError, ValueError):
            return None


@dataclass(slots=True)
class OwnLoop:
    """Watches the generator itself. `beat` runs until cancelled; `second` closes one second's account."""

    lags_s: list[float] = field(default_factory=list)
    _cpu_at: float = field(default_factory=time.process_time)
    _wall_at: float = field(default_factory=time.monotonic)

    async def beat(self) -> None:
        while True:
            due = now() + BEAT_S
            await asyncio.sleep(BEAT_S)
            self.lags_s.append(max(0.0, now() - due))

    def second(self) -> tuple[float, list[float]]:
        """The share of a core used since the last call, and how late each beat was."""
        cpu, wall = time.process_time(), time.monotonic()
        share = (cpu - self._cpu_at) / max(1e-6, wall - self._wall_at)
        self._cpu_at, self._wall_at = cpu, wall
        lags, self.lags_s = self.lags_s, []
        return share, lags
