"""What is true in the simulated waiting room: how long things really last, and what kind of day it is.

Nothing here is of a family that the forecast assumes: services are a mixture of short and long ones,
pharmacists differ, days differ, breaks come unannounced, and some patients give up soon, some late and some
never.
"""

import math
from dataclasses import dataclass, replace
from random import Random

MINUTE = 60.0
HOUR = 3600.0
NEVER = 1e9

ANSWER_TIME_S = 180.0
OPEN_S = 10 * HOUR


@dataclass(frozen=True, slots=True)
class Truth:
    """One pool and one day. `pace`: what the day does to every service."""

    pharmacists: int
    pace: float = 1.0
    load: float = 1.0
    short_share: float = 0.35
    short_mean_s: float = 4 * MINUTE
    long_mean_s: float = 10 * MINUTE
    break_share: float = 0.04
    break_mean_s: float = 10 * MINUTE
    urgent_share: float = 0.04
    no_answer_share: float = 0.04
    pace_spread: float = 0.2

    def on_another_day(self, random: Random) -> "Truth":
        """A day of another kind: as usual, quick, or with everybody ill."""
        pace, load = random.choice(((1.0, 1.0), (1.0, 0.95), (0.85, 1.0), (1.25, 1.1), (1.1, 1.05)))
        return replace(self, pace=pace, load=load)

    @property
    def service_mean_s(self) -> float:
        usual = self.short_share * self.short_mean_s + (1 - self.short_share) * self.long_mean_s
        return self.pace * usual

    @property
    def cycle_mean_s(self) -> float:
        """From one call to the next, while somebody waits."""
        called = self.service_mean_s * (1 - self.no_answer_share) + ANSWER_TIME_S * self.no_answer_share
        return called + 60.0 + self.break_share * self.break_mean_s

    def service_s(self, random: Random, own_pace: float) -> float:
        """A service by a pharmacist with this pace of their own."""
        if random.random() < self.short_share:
            usual = random.gammavariate(4, self.short_mean_s / 4)
        else:
            usual = lognormal(random, self.long_mean_s, 0.5)
        return max(20.0, usual) * self.pace * own_pace

    def wrap_up_s(self, random: Random) -> float:
        return 20.0 + random.expovariate(1 / 40.0)

    def break_s(self, random: Random) -> float:
        return lognormal(random, self.break_mean_s, 0.5)

    def patience_s(self, random: Random) -> float:
        kind = random.random()
        if kind < 0.25:
            return random.expovariate(1 / (25 * MINUTE))
        return NEVER if kind < 0.40 else lognormal(random, 80 * MINUTE, 0.6)

    def arrivals_per_s(self, at_s: float) -> float:
        """Busy in the late morning, and again a little in the afternoon."""
        hour = at_s / HOUR
        shape = 0.8 + 0.5 * math.exp(-((hour - 3) ** 2) / 2) + 0.2 * math.exp(-((hour - 7.5) ** 2))
        return self.load * shape * self.pharmacists / self.usual_cycle_s

    @property
    def usual_cycle_s(self) -> float:
        return replace(self, pace=1.0).cycle_mean_s


def lognormal(random: Random, mean: float, sigma: float) -> float:
    return random.lognormvariate(math.log(mean) - sigma**2 / 2, sigma)
