"""How wide a promise must be to be kept nine times in ten: learned from the promises that were kept and
broken.

Adaptive conformal inference (Gibbs and Candès 2021) on the logarithm of a factor: each broken promise widens
the next ranges a little, each kept one narrows them by a ninth of that, and the two balance where one in ten
is broken, whatever the forecast got wrong. Short waits and long ones have a factor each: what makes them
uncertain differs. It is a fold over outcomes, so that every process comes to the same factors.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from server.waiting_room.service_law import Seconds

BROKEN_SHARE = 0.1
"""The share of promises that may be broken: what P90 means."""

STEP = 0.03
NARROWEST = math.log(0.5)
WIDEST = math.log(4.0)

SHORT_S = 120.0
"""A P50 of less is a short wait."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a promise."""

    p50_s: float
    kept: bool


@dataclass(frozen=True, slots=True)
class Spread:
    """The logarithms of the factors on P90 - P50, of short waits and of long ones."""

    short: float = 0.0
    long: float = 0.0

    def after(self, outcome: Outcome) -> "Spread":
        """The factors after one more outcome."""
        step = STEP * ((not outcome.kept) - BROKEN_SHARE)
        if outcome.p50_s < SHORT_S:
            return replace(self, short=_bounded(self.short + step))
        return replace(self, long=_bounded(self.long + step))

    def factors(self, p50: Seconds) -> Seconds:
        """The factor at each wait; between half of `SHORT_S` and twice that, it goes from the one to the
        other.
        """
        share = np.clip((p50 - SHORT_S / 2) / (1.5 * SHORT_S), 0.0, 1.0)
        return np.asarray(np.exp(self.short + share * (self.long - self.short)))


def learned_spread(outcomes: Iterable[Outcome]) -> Spread:
    """The factors after these outcomes, oldest first; 1 after none."""
    spread = Spread()
    for outcome in outcomes:
        spread = spread.after(outcome)
    return spread


def _bounded(logarithm: float) -> float:
    return min(max(logarithm, NARROWEST), WIDEST)
