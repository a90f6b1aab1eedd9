"""An oracle: it knows every law of the simulated waiting room and the pace of each pharmacist and of the day,
and sees what anybody could see; it does not see what will be drawn. It plays the rest of the day many times
over.
"""

from random import Random

import numpy as np
from numpy.typing import NDArray

from benchmarks._simulator.day import ANNOUNCED, REACTION_S, Day, Patient, Pharmacist
from benchmarks._simulator.truth import ANSWER_TIME_S, NEVER, Truth

Floats = NDArray[np.float64]

PLAYS = 128
BANK = 20_000
STEPS_PER_PLACE = 6


class Oracle:
    """Answers how long the last in line will wait, by the median of what it plays."""

    def __init__(self, truth: Truth, seed: int) -> None:
        random = Random(seed)
        self._rng = np.random.default_rng(seed)
        self._truth = truth
        self._services = np.sort([truth.service_s(random, 1.0) for _ in range(BANK)])
        wraps = np.array([truth.wrap_up_s(random) for _ in range(BANK)])
        breaks = np.array([truth.break_s(random) for _ in range(BANK)])
        self._turns = wraps + np.where(self._rng.random(BANK) < truth.break_share, breaks, 0.0)
        self._announced_turns = np.sort(wraps + breaks)
        silent = truth.break_share * (1 - ANNOUNCED)
        self._unannounced_turns = np.sort(wraps + np.where(self._rng.random(BANK) < silent, breaks, 0.0))
        self._patiences = np.sort([truth.patience_s(random) for _ in range(BANK)])

    def wait_s(self, day: Day) -> float:
        """The median wait of the last in the line of a day."""
        return float(np.median(_Plays(self, day).waits()))

    def service_left(self, pharmacist: Pharmacist, age_s: float, shape: int) -> Floats:
        pace = pharmacist.pace
        left: Floats = self._longer(self._services, age_s / pace, shape) * pace - age_s
        return left

    def _longer(self, bank: Floats, than: float, shape: int | tuple[int, ...]) -> Floats:
        """Draws from a sorted bank, among those that are longer."""
        first = min(int(np.searchsorted(bank, than, side="right")), bank.size - 1)
        chosen: Floats = bank[self._rng.integers(first, bank.size, shape)]
        return np.maximum(chosen, than)

    def first_free(self, pharmacist: Pharmacist, now: float) -> Floats:
        """When (from now) a pharmacist looks for the next patient."""
        if pharmacist.serving_since is not None:
            age = now - pharmacist.serving_since
            if pharmacist.answered:
                left = self.service_left(pharmacist, age, PLAYS)
            else:
                left = np.full(PLAYS, max(ANSWER_TIME_S - age, 0.0))
            return np.asarray(left + self._rng.choice(self._turns, PLAYS), dtype=np.float64)
        if pharmacist.turning_since is not None:
            bank = self._announced_turns if pharmacist.announced else self._unannounced_turns
            age = now - pharmacist.turning_since
            return self._longer(bank, age, PLAYS) - age
        if pharmacist.shift_at(now):
            return self._rng.exponential(REACTION_S, PLAYS)
        begins = [shift[0] - now for shift in pharmacist.shifts if shift[0] > now]
        return np.full(PLAYS, begins[0] if begins else NEVER)

    def patience_left(self, patient: Patient, now: float) -> Floats:
        if patient.returned:
            return np.full(PLAYS, NEVER)
        waited = now - patient.arrived_s
        return self._longer(self._patiences, waited, PLAYS) - waited

    def one_more(self, paces: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """A service and its turn-around for each play, and whether the patient answered."""
        answered = self._rng.random(PLAYS) >= self._truth.no_answer_share
        service = np.where(answered, self._rng.choice(self._services, PLAYS) * paces, ANSWER_TIME_S)
        return service + self._rng.choice(self._turns, PLAYS), answered

    def urgent(self, now: float, there: int) -> Floats:
        """When (from now) somebody is moved ahead of the line, for each play; those there at 0."""
        rate = self._truth.arrivals_per_s(now) * self._truth.urgent_share
        later = np.cumsum(self._rng.exponential(1 / rate, (PLAYS, 60)), axis=1)
        room_for_returns = np.full((PLAYS, 60), NEVER)
        return np.concatenate((np.zeros((PLAYS, there)), later, room_for_returns), axis=1)


class _Plays:
    """The rest of a day, played `PLAYS` times at once, one call of a pharmacist after the other."""

    def __init__(self, oracle: Oracle, day: Day) -> None:
        self._oracle = oracle
        now = day.now
        staff = [each for each in day.staff if each.shifts[-1][1] > now or each.serving_since is not None]
        self._free = np.stack([oracle.first_free(each, now) for each in staff], axis=1)
        self._paces = np.array([each.pace for each in staff])
        self._shifts = np.array([each.shifts for each in staff]) - now
        there = [each for each in day.line if each.gives_up_s > now]
        urgent = sum(each.gives_up_s > now for each in day.urgent)
        self._ahead = oracle.urgent(now, urgent)
        self._returns = np.full(PLAYS, self._ahead.shape[1] - 60)
        self._gives_up = np.stack([oracle.patience_left(each, now) for each in there], axis=1)
        self._gives_up[:, -1] = NEVER  # the one asked about
        self._next = np.zeros(PLAYS, dtype=np.int64)
        self._waits = np.full(PLAYS, NEVER)

    def waits(self) -> Floats:
        for _ in range(STEPS_PER_PLACE * (self._gives_up.shape[1] + self._free.shape[1] + 60)):
            if (self._waits < NEVER).all():
                break
            self._step()
        return self._waits

    def _step(self) -> None:
        plays = np.arange(PLAYS)
        who = self._free.argmin(axis=1)
        at = self._free[plays, who]
        (begins_1, ends_1), (begins_2, ends_2) = self._shifts[who].transpose(1, 2, 0)
        on_duty = ((at >= begins_1) & (at < ends_1)) | ((at >= begins_2) & (at < ends_2))
        later = np.where(at < begins_1, begins_1, np.where(at < begins_2, begins_2, NEVER))
        first_ahead = self._ahead.argmin(axis=1)
        is_ahead = self._ahead[plays, first_ahead] <= at
        self._pass_over_ghosts(at)
        last = self._gives_up.shape[1] - 1
        is_asked = on_duty & ~is_ahead & (self._next >= last) & (self._waits >= NEVER)
        self._waits[is_asked] = at[is_asked]
        lasts, answered = self._oracle.one_more(self._paces[who])
        self._free[plays, who] = np.where(on_duty, at + lasts, later)
        served_ahead = on_duty & is_ahead
        self._ahead[plays[served_ahead], first_ahead[served_ahead]] = NEVER
        self._next += on_duty & ~is_ahead & (self._next < last)
        returning = on_duty & ~answered & (self._returns < self._ahead.shape[1])
        self._ahead[plays[returning], self._returns[returning]] = at[returning] + ANSWER_TIME_S
        self._returns += returning

    def _pass_over_ghosts(self, at: Floats) -> None:
        plays = np.arange(PLAYS)
        while (ghost := self._gives_up[plays, self._next] <= at).any():
            self._next += ghost
