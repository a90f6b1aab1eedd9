"""How long something lasts: a law of durations learned from those seen, and how fast it goes just now.

A law is a cumulative hazard `L = -ln(1 - F)` on a grid. It starts as a guess (a Weibull law of a given mean)
and is pulled away from it by what was seen, ended or not: Nelson and Aalen's estimator with the guess as a
Beta process prior (Hjort 1990), so that a handful of durations cannot carry it away, and where nothing was
ever seen (the far tail) the guess still holds. All durations are in seconds.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.float64]

KNOTS = 96
"""How many points a learned law has. More would only repeat the noise of what was seen."""

HALVINGS = 16
"""The pace is found to a ten-thousandth."""

SLOWEST = 8.0
"""A speed factor stays between this and its reciprocal."""


@dataclass(frozen=True, slots=True)
class Law:
    """A law of durations: cumulative hazard at ascending times from 0, straight between, and beyond the last
    one rising as fast as between the last two.
    """

    times: Seconds
    hazard: Seconds

    def cumulative_hazard(self, at: Seconds) -> Seconds:
        beyond = np.maximum(at - self.times[-1], 0.0)
        return np.asarray(np.interp(at, self.times, self.hazard) + beyond * self._tail_rate)

    def survival(self, at: Seconds) -> Seconds:
        """The share that lasts longer."""
        return np.exp(-self.cumulative_hazard(np.maximum(at, 0.0)))

    @property
    def _tail_rate(self) -> float:
        return float((self.hazard[-1] - self.hazard[-2]) / (self.times[-1] - self.times[-2]))

    def moments(self) -> tuple[float, float]:
        """Mean and variance."""
        grid = np.linspace(0.0, self.times[-1], 2048)
        surviving = self.survival(grid)
        last, rate = float(surviving[-1]), max(self._tail_rate, 1e-9)
        tail = last / rate
        mean = float(np.trapezoid(surviving, grid)) + tail
        second = 2 * (float(np.trapezoid(grid * surviving, grid)) + tail * (grid[-1] + 1 / rate))
        return mean, max(second - mean**2, 0.0)


def guess(mean_s: float, shape: float) -> Law:
    """A Weibull law of this mean; shape 1 forgets its age, a higher one varies less."""
    scale = mean_s / math.gamma(1 + 1 / shape)
    times = scale * np.concatenate(([0.0], np.geomspace(0.02, 8.0, KNOTS)))
    return Law(times, (times / scale) ** shape)


def learned(prior: Law, *, weight: float, lasted: Seconds, ended: NDArray[np.bool_]) -> Law:
    """The law after some durations were seen, of which some had not `ended` yet.

    `weight`: how many durations the prior is worth.
    """
    if not lasted.size:
        return prior
    knots = _knots(prior, lasted)
    prior_hazard = prior.cumulative_hazard(knots)
    in_order = np.sort(lasted)
    ends = np.diff(np.searchsorted(np.sort(lasted[ended]), knots, side="right"), prepend=0)[1:]
    # Between two knots, halfway between those who outlast the one and the other: exact enough for many knots.
    outlast = lasted.size - np.searchsorted(in_order, knots, side="right")
    at_risk = (outlast[:-1] + outlast[1:]) / 2
    from_prior = weight * np.exp(-prior_hazard[:-1])
    steps = (ends + from_prior * np.diff(prior_hazard)) / (at_risk + from_prior)
    return Law(knots, np.concatenate(([0.0], np.cumsum(steps))))


def _knots(prior: Law, lasted: Seconds) -> Seconds:
    longest = max(float(lasted.max()), float(prior.times[-1]))
    seen = np.quantile(lasted, np.linspace(0.0, 1.0, KNOTS // 2))
    even = np.geomspace(1.0, longest, KNOTS // 2)
    knots = np.unique(np.concatenate(([0.0], seen, even, [longest * 1.01])))
    return knots[np.concatenate(([True], np.diff(knots) > longest * 1e-5))]


@dataclass(frozen=True, slots=True)
class Pace:
    """How slow services are compared with their law: a factor on every duration, and how far it may be wrong.

    `doubt`: the standard deviation of the factor's logarithm.
    """

    factor: float
    doubt: float


def pace(law: Law, *, age_before: Seconds, age_after: Seconds, ended: int, weight: float) -> Pace:
    """The factor s that makes what happened in a window likely.

    It solves

        ended + weight = sum(L(after / s) - L(before / s)) + weight / s

    where each service was `age_before` old when the window began (0 if it began within) and lasted, or has
    lasted, `age_after`. Both sides look at the same window: finished and running services alike.
    """
    low, high = 1 / SLOWEST, SLOWEST
    older = age_before[age_before > 0]
    for _ in range(HALVINGS):
        middle = math.sqrt(low * high)
        hazard = law.cumulative_hazard(age_after / middle).sum()
        hazard -= law.cumulative_hazard(older / middle).sum()
        if hazard + weight / middle > ended + weight:
            low = middle
        else:
            high = middle
    return Pace(math.sqrt(low * high), 0.8 / math.sqrt(ended + weight))
