"""Ten thousand waiting patients on one server process: what a tick costs, and all of them coming back.

Each server sends the same tick, as long as a real one, to clients that sit in this process; the server's CPU
is read from the kernel, so that waiting for a busy machine does not count. Latency is from the moment the
tick was made to when a client has it, this process's own work included; the generator's CPU says how busy
that was.
Coming back is measured on the real program with a database of real visits.
"""

import asyncio
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Final

import uvloop

from benchmarks._fanout.crowd import Crowd, Return, Ticket
from benchmarks._fanout.queue import crowded_queue
from benchmarks.report import Row, row
from server.ids import new_id

CLIENTS: Final = int(os.environ.get("OFFICINA_BENCH_CLIENTS", "10000"))
TICKS: Final = 20
WARM_UP: Final = 3
JITTER_S: Final = 10.0
NODE_SERVER: Final = "socket.io@4.8.4"
ROOT: Final = Path(__file__).parent.parent
BUILD: Final = ROOT / "build" / "bench" / "socket.io"
HERTZ: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """What telling everybody cost a server."""

    us_per_delivery: float
    p99_ms: float
    kb_per_client: float
    lost: int
    generator: float
    """The share of one core that the clients took while ticks were on their way."""


class Server:
    """A server in a process of its own."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process = process
        self.port = port

    def tick(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()

    def cpu_s(self) -> float:
        """The CPU time it has used so far."""
        fields = self._stat("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / HERTZ

    def memory_kb(self) -> float:
        return int(self._stat("statm").split()[1]) * resource.getpagesize() / 1024

    def _stat(self, name: str) -> str:
        return Path(f"/proc/{self._process.pid}/{name}").read_text()


@contextmanager
def serving(*command: str, **environment: str) -> Iterator[Server]:
    """Run a server that prints its port."""
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        try:
            assert process.stdout is not None
            yield Server(process, int(process.stdout.readline()))
        finally:
            process.kill()


async def broadcast(server: Server, *, watching: bool) -> Broadcast:
    """Tell a crowd of clients a number of ticks; `watching`: each asks for a visit of its own first."""
    before_kb = server.memory_kb()
    auth: dict[str, object] = {"token": "anybody", "protocol": 1}
    tickets = [Ticket(auth | {"token": new_id()}, new_id() if watching else None) for _ in range(CLIENTS)]
    crowd = Crowd(server.port, tickets)
    await crowd.gather()
    for _ in range(WARM_UP):
        await _deliver(server, crowd)
    memory_kb = server.memory_kb() - before_kb
    crowd.latencies_s = type(crowd.latencies_s)("d")
    cpu_s, own_s, busy_s = server.cpu_s(), time.process_time(), 0.0
    for _ in range(TICKS):
        busy_s += await _deliver(server, crowd)
    own_s = time.process_time() - own_s
    delivered = len(crowd.latencies_s)
    result = Broadcast(
        us_per_delivery=(server.cpu_s() - cpu_s) / max(delivered, 1) * 1e6,
        p99_ms=quantiles(crowd.latencies_s, n=100)[98] * 1000,
        kb_per_client=memory_kb / CLIENTS,
        lost=TICKS * CLIENTS - delivered,
        generator=own_s / busy_s,
    )
    crowd.drop()
    return result


async def _deliver(server: Server, crowd: Crowd) -> float:
    """Have one tick sent, and wait until all have it; answers how long that took, in seconds."""
    wanted, began = len(crowd.latencies_s) + CLIENTS, time.monotonic()
    server.tick()
    while len(crowd.latencies_s) < wanted and time.monotonic() - began < 10:  # noqa: ASYNC110  # cheap
        await asyncio.sleep(0.005)
    took_s = time.monotonic() - began
    await asyncio.sleep(0.2)
    return took_s


def broadcasts() -> Iterator[tuple[str, Broadcast]]:
    """What each server that can be had here needs for the same."""
    python = sys.executable
    yield "Officina", _measured(python, "-m", "benchmarks._fanout.ours", watching=True)
    yield "python-socketio", _measured(python, "-m", "benchmarks._fanout.stock")
    script = node_server()
    if script is not None:
        yield "Node's socket.io", _measured("node", str(script))


def _measured(*command: str, watching: bool = False) -> Broadcast:
    with serving(*command) as server:
        return uvloop.run(broadcast(server, watching=watching))


def node_server() -> Path | None:
    """Node's server with its library beside it, or `None` (and a word why) where either is not to be had."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        print("fanout: Node's socket.io is left out: there is no node, or no npm")
        return None
    BUILD.mkdir(parents=True, exist_ok=True)
    if not (BUILD / "node_modules" / "socket.io").is_dir():
        install = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(BUILD), NODE_SERVER]
        if subprocess.run(install, capture_output=True, check=False).returncode:
            print(f"fanout: Node's socket.io is left out: npm cannot install {NODE_SERVER}")
            return None
    return Path(shutil.copy(ROOT / "benchmarks" / "_fanout" / "node.mjs", BUILD / "server.mjs"))


async def come_back(server: Server, tickets: list[Ticket]) -> tuple[list[Return], int, float]:
    """All lose the server at once and come back; answers how, how many lost their place, and the CPU."""
    crowd = Crowd(server.port, tickets)
    before = [_place(answer) for answer in await crowd.gather()]
    if before != list(range(1, len(tickets) + 1)):
        raise RuntimeError("the places were wrong before anybody left")
    crowd.drop()
    cpu_s = server.cpu_s()
    returns = await crowd.come_back(JITTER_S)
    lost = sum(_place(back.answer) != place for back, place in zip(returns, before, strict=True))
    cpu_s = server.cpu_s() - cpu_s
    crowd.drop()
    return returns, lost, cpu_s


def _place(answer: dict[str, dict[str, dict[str, int]]]) -> int | None:
    return answer["ok"]["visit"]["place"] if "ok" in answer else None


def reconnects() -> Iterable[Row]:
    with crowded_queue(CLIENTS) as (folder, tickets):
        command = (sys.executable, "-m", "benchmarks._fanout.real", str(folder))
        with serving(*command) as server:
            returns, lost, cpu_s = uvloop.run(come_back(server, tickets))
    took = sorted(back.took_s for back in returns)
    each = f"{len(tickets):,} come back over {JITTER_S:g} s"
    return [
        row("fanout", f"{each}: until the last has its place", max(b.after_s for b in returns), "s", goal=15),
        row("fanout", f"{each}: places lost", lost, "", goal=0),
        row("fanout", f"{each}: p50 of a connect and its answer", took[len(took) // 2] * 1000, "ms"),
        row("fanout", f"{each}: p99", took[int(len(took) * 0.99)] * 1000, "ms"),
        row("fanout", f"{each}: sent away for a while", sum(back.refusals for back in returns), ""),
        row("fanout", f"{each}: server CPU for each", cpu_s / len(returns) * 1e6, "us"),
    ]


def measure() -> Iterable[Row]:
    """The rows of all servers, and of coming back."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    rows: list[Row] = []
    ours: Broadcast | None = None
    for name, found in broadcasts():
        ours = ours or found
        is_ours = found is ours
        rows += [
            row("fanout", f"{name}: CPU per delivery", found.us_per_delivery, "us",
                against=ours.us_per_delivery, goal=12 if is_ours else None),
            row("fanout", f"{name}: p99 of {CLIENTS:,} deliveries", found.p99_ms, "ms",
                against=ours.p99_ms, goal=200 if is_ours else None),
            row("fanout", f"{name}: memory per client", found.kb_per_client, "KB",
                against=ours.kb_per_client, goal=40 if is_ours else None),
            row("fanout", f"{name}: ticks that did not arrive", found.lost, ""),
            row("fanout", f"{name}: the generator's own CPU", found.generator, "core"),
        ]  # fmt: skip
    rows += reconnects()
    return rows
