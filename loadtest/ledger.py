"""The ledger of a run: everybody writes into it what happened to them; the report is made from it."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from loadtest.histogram import Histogram
from loadtest.result import MAX_POINTS, Result

ROUNDING_S: Final = 60.0
"""Promises are whole minutes: a moment may jump by so much without any change of mind."""


@dataclass(slots=True)
class ServerClock:
    """The server's clock against ours, from moments that it put between a request and its answer.

    `low` and `high` bound the difference (server minus ours, seconds).
    """

    low: float = float("-inf")
    high: float = float("inf")

    def note(self, *, sent: float, stamped: float, received: float) -> None:
        self.low, self.high = max(self.low, stamped - received), min(self.high, stamped - sent)
        if self.low > self.high:  # one of the clocks was set meanwhile
            self.low, self.high = stamped - received, stamped - sent

    @property
    def ahead_s(self) -> float:
        if self.low == float("-inf"):
            return 0.0
        return 0.0 if self.low <= 0 <= self.high else (self.low + self.high) / 2


@dataclass(slots=True)
class Ledger:
    """Counts and spreads of a run, and gauges of the moment."""

    result: Result
    clock: ServerClock = field(default_factory=ServerClock)
    gauges: Counter[str] = field(default_factory=Counter)

    def count(self, name: str, number: float = 1) -> None:
        self.result.count(name, number)

    def spread(self, name: str, value: float) -> None:
        self.result.spread(name, value)

    def percentile(self, name: str, share: float) -> float | None:
        return self.result.spreads.get(name, Histogram()).percentile(share)

    def gauge(self, name: str, step: int) -> None:
        self.gauges[name] += step

    def promise_kept(self, promised: tuple[float, float], waited_s: float) -> None:
        """Hold a promise (P50 and P90 at joining) to the wait that came of it."""
        p50, p90 = promised
        self.count("forecast.held")
        self.count("forecast.covered", waited_s <= p90)
        self.count("forecast.within_p50", waited_s <= p50)
        self.count("forecast.error_s", p50 - waited_s)
        self.count("forecast.absolute_error_s", abs(p50 - waited_s))
        if len(self.result.promises) < MAX_POINTS:
            self.result.promises.append((p50, p90, round(waited_s, 1)))

    def jumped(self, largest_s: float) -> None:
        """Note by how much the promised moment moved away from a patient at its worst."""
        self.count("forecast.watched")
        self.spread("forecast.jump_s", largest_s)
        self.count("forecast.jumped", largest_s > 60 + ROUNDING_S)
