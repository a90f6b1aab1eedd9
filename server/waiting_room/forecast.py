"""How long it will be: a P50-P90 range for each place of a line, as pure functions.

The k-th in line is called when the pool has made as many calls as there are people before them who are still
there, and one more. So the forecast needs three curves: how many calls the pool will have made by when
(`capacity.py`), what of these goes to people who are moved ahead of the line, and how many of those before
give up in the meantime (Kaplan-Meier, from the queue's own history). The wait at a place is where the first
curve, less the second, reaches the third: at its mean for P50; at its mean less 1.28 standard deviations for
P90, where the doubt about the pace of today counts as well. What that misses is measured on kept and broken
promises, and scales the distance from P50 to P90 (`calibration.py`).

`unknown` is said, with a reason, when nothing can be said: a queue that is closed or paused, and one nobody
serves.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from server.waiting_room.calibration import Spread
from server.waiting_room.capacity import FAR_S, Capacity, Laws, Pharmacist, capacity
from server.waiting_room.service_law import Law, Seconds

Z_90 = 1.2816
"""The 90 % quantile of the normal distribution."""

ROUNDS = 8
"""How often the number of those who give up, and the wait they give up on, are put into each other."""

EACH_PLACE = 20
GROWTH = 1.09
"""Each of the first places has a point of its own; then the points are this much further apart each time."""

AS_FORECAST = Spread()

Reason = Literal["too_little_history", "nobody_on_duty", "paused", "closed"]


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The wait of a place (from 1) until the first call, in seconds."""

    place: int
    p50_s: float
    p90_s: float


@dataclass(frozen=True, slots=True)
class WaitCurve:
    """The wait by place: points in ascending order, straight between; or none, and the `reason`.

    A place beyond the last point has no forecast: on what is known, nobody will be there to serve it.
    """

    points: tuple[CurvePoint, ...] = ()
    reason: Reason | None = None

    def at(self, place: int) -> CurvePoint | None:
        """The wait of one place."""
        if not self.points or place > self.points[-1].place:
            return None
        after = next(each for each in self.points if each.place >= place)
        if after.place == place:
            return after
        before = self.points[self.points.index(after) - 1]
        share = (place - before.place) / (after.place - before.place)
        return CurvePoint(
            place,
            before.p50_s + share * (after.p50_s - before.p50_s),
            before.p90_s + share * (after.p90_s - before.p90_s),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Those who stand in line: how many, and how long some of them have waited, by ascending place."""

    length: int
    places: Seconds
    waited_s: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """All that a forecast is made from.

    `laws`: at the pace of today. `doubt`: of that pace. `patience`: how long people wait before they give up.
    `ahead_per_s`: how many a second will be moved ahead of everybody; `ahead_at_s`: when it is known of
    somebody. `calls_each`: how many calls a person takes who is still there (more than 1 where some do not
    answer the first time). `spread`: what promises of late have asked for.
    """

    pool: Sequence[Pharmacist]
    laws: Laws
    doubt: float
    standing: Standing
    patience: Law
    ahead_per_s: float = 0.0
    ahead_at_s: Sequence[float] = ()
    calls_each: float = 1.0
    spread: Spread = AS_FORECAST


def forecast(outlook: Outlook) -> WaitCurve:
    """The waits of everybody in line, and of those who will join next."""
    if not outlook.pool:
        return WaitCurve(reason="nobody_on_duty")
    places = sparse_places(furthest_place(outlook.standing.length))
    left_over = _LeftOver(capacity(tuple(outlook.pool), outlook.laws), outlook)
    before, doubt_of_before = _still_there(places, left_over, outlook)
    p50 = np.maximum.accumulate(left_over.reaches(before + 0.5))
    p90 = np.maximum.accumulate(left_over.surely_reaches(before + 0.5, doubt_of_before))
    reached = int(np.searchsorted(p90, FAR_S / 2))
    if not reached:
        return WaitCurve(reason="nobody_on_duty")
    p50 = p50[:reached]
    p90 = np.minimum(FAR_S, p50 + outlook.spread.factors(p50) * np.maximum(p90[:reached] - p50, 0.0))
    return WaitCurve(_points(places[:reached], p50, p90))


def _points(places: Seconds, p50: Seconds, p90: Seconds) -> tuple[CurvePoint, ...]:
    return tuple(
        CurvePoint(int(place), half, most)
        for place, half, most in zip(
            places, np.maximum.accumulate(p50).tolist(), np.maximum.accumulate(p90).tolist(), strict=True
        )
    )


SETTLES_S = 15.0
"""How quickly what is shown follows what is forecast."""


def settled(fresh: WaitCurve, shown: WaitCurve, *, age_s: float, calls: int, standing: int) -> WaitCurve:
    """What to show of a fresh forecast after something else was `shown` for `age_s`, when so many were
    `standing` in line; so many `calls` have moved them up since.

    Each service that ends a little early or late moves all forecasts behind it. Spread over some seconds this
    is a glide, not a jump; a place lost or won shows at once.
    """
    if not fresh.points or not shown.points:
        return fresh
    keep = math.exp(-age_s / SETTLES_S)
    places = np.array([each.place for each in fresh.points], dtype=np.float64)
    before = np.array([(each.place, each.p50_s, each.p90_s) for each in shown.points]).T
    is_known = places + calls <= standing
    settled_p50, settled_p90 = (
        np.where(is_known, now + keep * (np.interp(places + calls, before[0], then) - age_s - now), now)
        for now, then in (
            (np.array([each.p50_s for each in fresh.points]), before[1]),
            (np.array([each.p90_s for each in fresh.points]), before[2]),
        )
    )
    return WaitCurve(_points(places, np.maximum(settled_p50, 0.0), np.maximum(settled_p90, 0.0)))


def furthest_place(length: int) -> int:
    """The last place that has a wait: so many may join before the next forecast."""
    return length + 20 + length // 10


def sparse_places(last: int) -> Seconds:
    """The places that have a point: the first ones each, then ever further apart, and the last."""
    places = list(range(1, min(last, EACH_PLACE) + 1))
    while places[-1] < last:
        places.append(min(last, math.ceil(places[-1] * GROWTH)))
    return np.array(places, dtype=np.float64)


class _LeftOver:
    """The calls that are left for the line, when those who go ahead of it have had theirs."""

    def __init__(self, pool: Capacity, outlook: Outlook) -> None:
        taken = outlook.ahead_per_s * outlook.calls_each * pool.times
        for moment in outlook.ahead_at_s:
            taken = taken + (pool.times >= moment)
        self._times = pool.times
        self._mean = np.maximum.accumulate(pool.mean - taken)
        self._variance = pool.variance + taken
        self._common = outlook.doubt * pool.mean
        # The median of a count lies below its mean: by a sixth of variance over mean, about.
        skew = self._variance / (6 * np.maximum(pool.mean, 1e-9))
        self._median = np.maximum.accumulate(self._mean - np.minimum(skew, 1 / 6))

    def reaches(self, calls: Seconds) -> Seconds:
        """When it is as likely as not to have reached so many calls; `FAR_S` if it never is."""
        rising = self._median + np.arange(self._mean.size) * 1e-9
        return np.asarray(np.interp(calls, rising, self._times, right=FAR_S))

    def surely_reaches(self, calls: Seconds, variance: Seconds) -> Seconds:
        """When nine times in ten it has; each number of calls has a variance of its own."""
        spread = np.sqrt(self._variance + variance[:, None] + self._common**2)
        low = np.maximum.accumulate(self._mean - Z_90 * spread, axis=1)
        rows = np.arange(calls.size)
        after = np.clip((low >= calls[:, None]).argmax(axis=1), 1, self._times.size - 1)
        before = after - 1
        rise = low[rows, after] - low[rows, before]
        share = (calls - low[rows, before]) / np.maximum(rise, 1e-9)
        times = self._times[before] + np.clip(share, 0, 1) * (self._times[after] - self._times[before])
        return np.where(low[:, -1] >= calls, times, FAR_S)


def _still_there(places: Seconds, left_over: _LeftOver, outlook: Outlook) -> tuple[Seconds, Seconds]:
    """How many calls go to those before each place, and the variance that those who give up add."""
    patience = outlook.patience
    waited = np.interp(places, outlook.standing.places, outlook.standing.waited_s)
    patient_so_far = patience.survival(waited)
    gaps = np.diff(places, prepend=places[0])
    stay = np.ones_like(places)
    before = np.zeros_like(places)
    for _ in range(ROUNDS):
        shares = np.concatenate((stay[:1], stay[:-1]))
        before = outlook.calls_each * np.cumsum(shares * gaps)
        waits = left_over.reaches(before + 0.5)
        stay = patience.survival(waited + waits) / np.maximum(patient_so_far, 1e-9)
    shares = np.concatenate((stay[:1], stay[:-1]))
    return before, np.cumsum(gaps * shares * (1 - shares))
