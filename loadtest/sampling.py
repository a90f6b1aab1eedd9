"""Once a second: how many are where, and what server and generator use."""

from typing import Final

from loadtest.machine import BUSY_SHARE, Gauge, OwnLoop, Usage
from loadtest.pace import now, sleep_until
from loadtest.result import PEAK
from loadtest.stage import Stage

GAUGES: Final = ("in the line", "in consultation", "connected")


class Sampler:
    """Writes the series of a run. `run` works until cancelled."""

    def __init__(self, stage: Stage, own: OwnLoop, gauge: Gauge | None) -> None:
        self._stage = stage
        self._own = own
        self._gauge = gauge
        self._last: tuple[float, Usage] | None = None

    async def run(self) -> None:
        start, second = self._stage.pace.start, 0
        await sleep_until(start)
        self._own.second()
        while True:
            second += 1
            await sleep_until(start + second)
            second = max(second, int(now() - start))
            self._people(second)
            self._generator(second)
            await self._server(second)

    def _people(self, second: int) -> None:
        result, ledger = self._stage.ledger.result, self._stage.ledger
        for name in GAUGES:
            result.mark(name, second, ledger.gauges[name])
        result.mark("arrived", second, result.counts["patients.arrived"])
        self._stage.account_for_ages()

    def _generator(self, second: int) -> None:
        share, lags = self._own.second()
        result = self._stage.ledger.result
        result.mark(f"{PEAK}generator CPU (%)", second, 100 * share)
        result.mark(f"{PEAK}generator lag (ms)", second, 1000 * max(lags, default=0.0))
        result.count("generator.seconds")
        result.count("generator.busy_seconds", share > BUSY_SHARE)
        result.count("generator.cpu_s", share)
        for lag in lags:
            result.spread("generator.lag_s", lag)

    async def _server(self, second: int) -> None:
        usage = None if self._gauge is None else await self._gauge.read()
        if usage is None:
            return
        result, at = self._stage.ledger.result, now()
        result.measured.add("server")
        result.mark(f"{PEAK}server memory (MB)", second, usage.memory_bytes / 1e6)
        result.spread("server.memory_mb", usage.memory_bytes / 1e6)
        if self._last is not None and usage.cpu_s >= self._last[1].cpu_s:
            share = (usage.cpu_s - self._last[1].cpu_s) / max(1e-6, at - self._last[0])
            result.mark(f"{PEAK}server CPU (%)", second, 100 * share)
            result.spread("server.cpu_percent", 100 * share)
        self._last = at, usage
