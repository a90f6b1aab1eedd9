"""The pace of a run: simulated seconds against the event loop's clock.

What is done is due at a moment of the plan. Latencies count from that moment, not from when the generator got
round to it: a generator (or server) that falls behind must not hide the wait it causes.
"""

import asyncio
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """`start` is the loop's time at simulated second 0."""

    start: float
    speed: float

    def due(self, simulated_s: float) -> float:
        """The loop's time of a moment of the plan."""
        return self.start + simulated_s / self.speed

    def simulated(self, at: float) -> float:
        return (at - self.start) * self.speed

    def real(self, simulated_s: float) -> float:
        """How long a simulated duration takes."""
        return simulated_s / self.speed

    async def until(self, simulated_s: float) -> float:
        """Sleep until a moment of the plan; answers the loop's time at which it was due."""
        return await sleep_until(self.due(simulated_s))

    async def rest(self, simulated_s: float) -> float:
        """Sleep for a simulated duration; answers the loop's time at which it was over."""
        return await sleep_until(now() + self.real(simulated_s))


def now() -> float:
    """The event loop's time."""
    return asyncio.get_running_loop().time()


async def sleep_until(due: float) -> float:
    await asyncio.sleep(max(0.0, due - now()))
    return due


def wall() -> float:
    """Seconds since 1970, as this machine has them."""
    return time.time()
