"""A trial of the forecast: some days of the simulated waiting room, and what became of each promise."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

import numpy as np

from benchmarks._simulator.day import Day, Patient, Records
from benchmarks._simulator.observer import Observer
from benchmarks._simulator.oracle import Oracle
from benchmarks._simulator.roster import Roster
from benchmarks._simulator.truth import OPEN_S, Truth
from server.waiting_room.calibration import Outcome, Spread
from server.waiting_room.forecast import WaitCurve, settled

LOOKS_EVERY_S = 10.0
SERVICE_PRIOR_S = 480.0
JUMP_S = 60.0


@dataclass(slots=True, eq=False)
class Promise:
    """What somebody was told on joining, what a naive display and perhaps the oracle would have said, and
    what became of it. All in seconds.
    """

    patient: Patient
    made_s: float
    p50_s: float
    p90_s: float
    naive_s: float
    oracle_s: float | None
    is_settled: bool = False

    @property
    def wait_s(self) -> float:
        """Until the call; for one who gave up, until they would have been called."""
        assert self.patient.called_s is not None
        return self.patient.called_s - self.made_s

    @property
    def was_called(self) -> bool:
        called = self.patient.called_s
        return called is not None and called < self.patient.gives_up_s

    def outcome_at(self, now: float) -> bool | None:
        """Whether it was kept, as soon as that is known; `None` for one who gave up before."""
        if self.was_called:
            return self.wait_s <= self.p90_s
        is_late = now - self.made_s > self.p90_s and self.patient.gives_up_s > now
        return False if is_late else None


@dataclass(slots=True)
class Trial:
    """Days of one pool. Everything is drawn from the seed."""

    pharmacists: int
    days: int
    seed: int = 1
    warm_up_days: int = 5
    oracle_share: float = 0.0
    watch_jumps: bool = False
    until_s: float = OPEN_S
    promises: list[list[Promise]] = field(default_factory=list)
    """By day."""
    watched: int = 0
    jumped: int = 0

    def run(self) -> "Trial":
        random = Random(self.seed * 1000 + self.pharmacists)
        usual = Truth(pharmacists=self.pharmacists)
        roster = Roster(usual, random)
        past: list[Records] = []
        spread = Spread()
        for number in range(self.warm_up_days + self.days):
            truth = usual.on_another_day(random)
            tick_s = LOOKS_EVERY_S if number >= self.warm_up_days else 1e9
            day = Day(truth, roster.day(), random, tick_s=tick_s, each_event=self.watch_jumps)
            if number < self.warm_up_days:
                for _ in day.ticks():
                    pass
            else:
                observed = _ObservedDay(self, day, past, spread, Random(number))
                observed.run()
                spread = observed.spread
            past.append(day.records)
        return self

    def fates(self) -> Iterator[Promise]:
        """The promises whose end is known."""
        for day in self.promises:
            yield from (each for each in day if each.patient.called_s is not None)

    def coverage(self) -> list[float]:
        """The share of promises kept, of those who were called, by day."""
        return [
            float(np.mean([each.wait_s <= each.p90_s for each in day if each.was_called]))
            for day in self.promises
        ]

    def mean_coverage(self) -> float:
        return float(np.mean([each.wait_s <= each.p90_s for each in self.fates() if each.was_called]))


class _ObservedDay:
    def __init__(self, trial: Trial, day: Day, past: list[Records], spread: Spread, random: Random) -> None:
        self.spread = spread
        self._trial = trial
        self._day = day
        self._observer = Observer(day, past[-14:], service_prior_s=SERVICE_PRIOR_S)
        self._oracle = Oracle(day.truth, trial.seed) if trial.oracle_share else None
        self._random = random
        self._promises: list[Promise] = []
        self._open: list[Promise] = []
        self._jumps = _Jumps()

    def run(self) -> None:
        for now in self._day.ticks():
            if now < self._trial.until_s:
                self._look(now)
        self._trial.promises.append(self._promises)
        self._trial.watched += len(self._jumps.seen)
        self._trial.jumped += len(self._jumps.jumped)

    def _look(self, now: float) -> None:
        self._learn_from_outcomes(now)
        there = self._day.standing()
        joined = {each for each in self._day.joined if each.called_s is None}
        if not joined and not self._trial.watch_jumps:
            return
        curve = self._observer.curve(spread=self.spread)
        if self._trial.watch_jumps:
            curve = self._jumps.look(now, curve, there, self._day.calls)
        for place, patient in enumerate(there, start=1):
            if patient in joined:
                self._promise(now, curve, place, patient, is_last=place == len(there))

    def _promise(self, now: float, curve: WaitCurve, place: int, patient: Patient, *, is_last: bool) -> None:
        point = curve.at(place)
        if point is None:
            return
        ask = self._oracle is not None and is_last and self._random.random() < self._trial.oracle_share
        promise = Promise(
            patient,
            now,
            point.p50_s,
            point.p90_s,
            self._observer.naive_s(place),
            self._oracle.wait_s(self._day) if ask and self._oracle else None,
        )
        self._promises.append(promise)
        self._open.append(promise)

    def _learn_from_outcomes(self, now: float) -> None:
        for promise in self._open:
            kept = promise.outcome_at(now)
            gave_up = kept is None and promise.patient.gives_up_s <= now
            promise.is_settled = kept is not None or gave_up
            if kept is not None:
                self.spread = self.spread.after(Outcome(promise.p50_s, kept))
        self._open = [each for each in self._open if not each.is_settled]


class _Jumps:
    """Who ever saw the forecast moment of their call move by more than a minute from one look to the next."""

    def __init__(self) -> None:
        self.seen: set[Patient] = set()
        self.jumped: set[Patient] = set()
        self._moments: dict[Patient, float] = {}
        self._shown: tuple[WaitCurve, float, int, int] | None = None

    def look(self, now: float, fresh: WaitCurve, there: list[Patient], calls: int) -> WaitCurve:
        """Note what everybody sees now; answers the curve that is shown."""
        curve = fresh
        if self._shown is not None:
            shown, then, calls_then, stood = self._shown
            curve = settled(fresh, shown, age_s=now - then, calls=calls - calls_then, standing=stood)
        self._shown = curve, now, calls, len(there)
        if not curve.points:
            return curve
        known = np.array([(each.place, each.p50_s) for each in curve.points]).T
        waits = np.interp(np.arange(1, len(there) + 1), known[0], known[1])
        moments = {
            patient: now + wait
            for patient, wait in zip(there, waits.tolist(), strict=True)
            if not patient.urgent and not patient.returned
        }
        self.seen.update(moments)
        self.jumped.update(
            patient
            for patient, moment in moments.items()
            if abs(moment - self._moments.get(patient, moment)) > JUMP_S
        )
        self._moments = moments
        return curve
