"""How many patients a pool of pharmacists will have called by when: the capacity curve.

Each pharmacist is a renewal process: a service, then a turn-around (wrap-up, the odd break), then the next
call. The one who is in a service has been in it for a known time, so the first renewal is delayed by what is
left of it. Mean and variance of the number of calls of each come from the renewal equation on a grid, solved
for all of them at once by Fourier transform; beyond the grid each goes on at its long-run rate.
"""

from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray

from server.waiting_room.service_law import Law, Seconds

CELLS = 512
CELLS_OF_A_CYCLE = 40
DAMPING = 1e-5
"""How far the end of the grid is damped against wrapping round into its beginning."""

FAR_S = 72 * 3600.0
"""Where every curve ends."""


class Doing(Enum):
    """What a pharmacist is about, and what `since_s` counts from."""

    SERVING = auto()
    TURNING_ROUND = auto()
    """Between two services, with somebody waiting."""
    READY = auto()
    """Nobody has been waiting."""
    BREAK = auto()
    COMING = auto()
    """Not here yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pharmacist:
    """One who calls patients, or will. Times are seconds from now; `pace` is a factor on service times.

    `from_s`: when one who is on a break or coming is back, if that is known. `until_s`: when the last call
    may be made. `share`: of the calls, how many are for this queue.
    """

    doing: Doing
    since_s: float = 0.0
    from_s: float | None = None
    until_s: float | None = None
    pace: float = 1.0
    share: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Laws:
    """How long services, turn-arounds, reactions to a newcomer, and breaks last."""

    service: Law
    turn_round: Law
    reaction: Law
    pause: Law


@dataclass(frozen=True, slots=True)
class Capacity:
    """Mean and variance of the number of calls, at ascending times from 0 to `FAR_S`; straight between."""

    times: Seconds
    mean: Seconds
    variance: Seconds


def capacity(pool: tuple[Pharmacist, ...], laws: Laws) -> Capacity:
    """The capacity curve of a pool; flat at 0 for nobody."""
    if not pool:
        flat = np.array([0.0, FAR_S])
        return Capacity(flat, np.zeros(2), np.zeros(2))
    return _Renewals(pool, laws).capacity()


class _Renewals:
    """The renewal processes of a pool on a common grid: one row for each pharmacist."""

    def __init__(self, pool: tuple[Pharmacist, ...], laws: Laws) -> None:
        self._pool = pool
        self._laws = laws
        self._pace = np.array([each.pace for each in pool])
        self._share = np.array([each.share for each in pool])
        service_mean, service_variance = laws.service.moments()
        turn_mean, turn_variance = laws.turn_round.moments()
        self._cycle = service_mean * self._pace + turn_mean
        self._cycle_variance = service_variance * self._pace**2 + turn_variance
        self._step = float(np.median(self._cycle)) / CELLS_OF_A_CYCLE
        # What happens in a cell is taken to happen in its middle, so that sums of durations keep their mean.
        self._edges: Seconds = np.linspace(-0.5, CELLS - 0.5, CELLS + 1) * self._step
        self._times = self._edges[1:]
        self._damp = DAMPING ** (np.arange(CELLS) / CELLS)

    def capacity(self) -> Capacity:
        mean, more = self._counts()
        variance = np.maximum(more + mean - mean**2, 0.0)
        for row, last in enumerate(self._last_cells()):
            mean[row, last:] = mean[row, last]
            variance[row, last:] = variance[row, last]
        share = self._share[:, None]
        variance = share**2 * variance + share * (1 - share) * mean
        mean *= share
        return self._with_tail(mean.sum(axis=0), variance.sum(axis=0))

    def _counts(self) -> tuple[Seconds, Seconds]:
        """E[N] and E[N(N - 1)] of each pharmacist at each time."""
        turn = self._transform(self._cells(1 - self._laws.turn_round.survival(self._edges)))
        cycle = self._transform(self._cells(1 - self._service_survival(self._edges))) * turn
        first = self._first(turn)
        renewals = 1 / (1 - cycle)
        mean = np.cumsum(self._back(first * renewals), axis=1)
        more = 2 * np.cumsum(self._back(first * cycle * renewals**2), axis=1)
        return mean, more

    def _first(self, turn: NDArray[np.complex128]) -> NDArray[np.complex128]:
        """When each pharmacist calls for the first time."""
        since = np.array([each.since_s for each in self._pool])[:, None]
        doing = np.array([each.doing.value for each in self._pool])
        first = np.empty((len(self._pool), CELLS // 2 + 1), dtype=np.complex128)
        serving = doing == Doing.SERVING.value
        if serving.any():
            pace = self._pace[serving, None]
            ages = since[serving]
            left = self._laws.service.survival((ages + np.maximum(self._edges, 0)) / pace)
            left /= self._laws.service.survival(ages / pace)
            first[serving] = self._transform(self._cells(1 - left)) * turn
        for kind, law in ((Doing.TURNING_ROUND, self._laws.turn_round), (Doing.BREAK, self._laws.pause)):
            chosen = doing == kind.value
            if chosen.any():
                ages = since[chosen]
                left = law.survival(ages + np.maximum(self._edges, 0)) / law.survival(ages)
                first[chosen] = self._transform(self._cells(1 - left))
        ready = doing == Doing.READY.value
        if ready.any():
            # However many are ready, one of them takes the first newcomer; the next is for the next.
            reaction = self._transform(self._cells(1 - self._laws.reaction.survival(self._edges)))
            first[ready] = reaction ** np.arange(1, ready.sum() + 1)[:, None]
        for row, each in enumerate(self._pool):
            if each.from_s is not None:
                first[row] = self._transform(self._at(each.from_s))
        return first

    def _service_survival(self, at: Seconds) -> Seconds:
        return self._laws.service.survival(np.maximum(at, 0)[None, :] / self._pace[:, None])

    def _at(self, moment_s: float) -> Seconds:
        cells = np.zeros(CELLS)
        cell = moment_s / self._step
        whole = int(cell)
        if whole + 1 < CELLS:
            cells[whole], cells[whole + 1] = 1 - (cell - whole), cell - whole
        return cells

    @staticmethod
    def _cells(distribution: Seconds) -> Seconds:
        cells = np.diff(distribution, axis=-1)
        return np.maximum(cells, 0.0)

    def _transform(self, cells: Seconds) -> NDArray[np.complex128]:
        return np.asarray(np.fft.rfft(cells * self._damp, axis=-1))

    def _back(self, transformed: NDArray[np.complex128]) -> Seconds:
        return np.asarray(np.fft.irfft(transformed, CELLS, axis=-1) / self._damp)

    def _last_cells(self) -> NDArray[np.intp]:
        until = np.array([FAR_S if each.until_s is None else each.until_s for each in self._pool])
        return np.clip(until / self._step, 0, CELLS - 1).astype(np.intp)

    def _with_tail(self, mean: Seconds, variance: Seconds) -> Capacity:
        """Go on beyond the grid at long-run rates, each from when they are here until they leave."""
        end = float(self._times[-1])
        begins = np.array([max(each.from_s or 0.0, end) for each in self._pool])
        until = np.array([FAR_S if each.until_s is None else each.until_s for each in self._pool])
        knots = np.unique(np.clip(np.concatenate((begins, until, [FAR_S])), end, FAR_S))[1:]
        worked = np.maximum(np.minimum(knots[:, None], until) - begins, 0.0)
        rates = self._share / self._cycle
        spreads = self._share * self._cycle_variance / self._cycle**3
        return Capacity(
            np.concatenate(([0.0], self._times, knots)),
            np.concatenate(([0.0], mean, mean[-1] + worked @ rates)),
            np.concatenate(([0.0], variance, variance[-1] + worked @ spreads)),
        )
