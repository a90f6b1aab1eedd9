"""Several generators at once: local processes that each play a share, and start together."""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from loadtest.result import Result, merged, read
from loadtest.scenario import Scenario
from loadtest.target import TargetError

LEAD_S: Final = 6.0
"""Time for the generators to start, and for the first pharmacists to sign in."""

SIGN_IN_S: Final = 2.2
FREE_SIGN_INS: Final = 25
"""A server lets an address sign in so often, after a first burst of so many."""

DATABASE: Final = "OFFICINA_LOADTEST_DATABASE_URL"
"""Where a generator is told of the database: not on its command line, which everybody on the machine can
read.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one generator needs to know besides the scenario. `server_pid` is for the one that samples it."""

    url: str
    cast_file: Path
    database_url: str | None
    server_pid: int | None
    metrics_url: str | None

    def arguments(self, number: int) -> list[str]:
        said = ["--target", self.url, "--staff", str(self.cast_file)]
        if number == 0 and self.server_pid is not None:
            said += ["--server-pid", str(self.server_pid)]
        if number == 0 and self.metrics_url is not None:
            said += ["--metrics-url", self.metrics_url]
        return said


async def generate(
    scenario: Scenario, share: Share, *, parts: int, kill: Callable[[], Awaitable[None]] | None
) -> Result:
    """Run so many generators, and add up what they measured. Raises `TargetError`."""
    starts_at = time.time() + LEAD_S + max(0, scenario.staff_needed - FREE_SIGN_INS) * SIGN_IN_S
    with tempfile.TemporaryDirectory(prefix="officina-generators-") as name:
        folder = Path(name)
        (folder / "scenario.json").write_text(scenario.model_dump_json())
        common = ["--scenario", str(folder / "scenario.json"), "--starts-at", f"{starts_at:.3f}"]
        async with asyncio.TaskGroup() as group:
            for number in range(parts):
                own = ["--part", f"{number}/{parts}", "--json", str(folder / f"{number}.json")]
                group.create_task(_generator([*common, *share.arguments(number), *own], share, number))
            if kill is not None:
                for phase in scenario.phases:
                    if phase.kind == "kill":
                        group.create_task(_kill_at(starts_at + phase.at_s / scenario.speed, kill))
        return merged(read(folder / f"{number}.json") for number in range(parts))


async def _generator(arguments: Sequence[str], share: Share, number: int) -> None:
    database = {DATABASE: share.database_url} if share.database_url else {}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server", "loadtest", *arguments),
        env={**os.environ, **database},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=None if number == 0 else asyncio.subprocess.PIPE,
    )
    try:
        _, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode not in {0, 1}:
        raise TargetError(f"generator {number} failed: {(err or b'').decode()[-2000:]}")


async def _kill_at(moment: float, kill: Callable[[], Awaitable[None]]) -> None:
    await asyncio.sleep(max(0.0, moment - time.time()))
    await kill()
