"""One day of the simulated waiting room, event by event, and what could be seen of it at any moment."""

import heapq
import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from benchmarks._simulator.truth import ANSWER_TIME_S, HOUR, NEVER, OPEN_S, Truth

REACTION_S = 15.0
"""How long an idle pharmacist takes to call a newcomer, on average."""

ANNOUNCED = 0.5
"""The share of breaks that the system is told of."""


@dataclass(slots=True, eq=False)
class Patient:
    """Somebody in line. One who gave up stays as a ghost, so that it is known when they would have been
    called.
    """

    arrived_s: float
    patience_s: float
    urgent: bool
    returned: bool = False
    called_s: float | None = None
    place: int = 0

    @property
    def gives_up_s(self) -> float:
        return self.arrived_s + self.patience_s


@dataclass(slots=True, eq=False)
class Pharmacist:
    """One who serves. `shifts`: (from, until) in seconds of the day; the last call is made before `until`.

    At most one of the `_since` is set, and none while off duty. `busy_until` tells which event is meant for
    them.
    """

    name: int
    pace: float
    shifts: tuple[tuple[float, float], ...]
    serving_since: float | None = None
    turning_since: float | None = None
    ready_since: float | None = None
    """There was nobody to call."""
    announced: bool = False
    """The break in this turn-around was announced."""
    busy_until: float | None = None
    patient: Patient | None = None
    answered: bool = True

    def shift_at(self, now: float) -> tuple[float, float] | None:
        return next((shift for shift in self.shifts if shift[0] <= now < shift[1]), None)


@dataclass(frozen=True, slots=True)
class Service:
    """A finished one; `answered` is false where the patient did not come."""

    pharmacist: int
    came_s: float
    began_s: float
    ended_s: float
    answered: bool


@dataclass(slots=True)
class Records:
    """What a database would hold after a day. Times are seconds of the day."""

    services: list[Service] = field(default_factory=list)
    stays: list[tuple[float, float, bool]] = field(default_factory=list)
    """Waits: when each ended, how long it was, whether it was given up."""
    joined: int = 0
    returned: int = 0
    urgent: list[float] = field(default_factory=list)


class Day:
    """Runs a day and pauses at each tick, when everything observable may be looked at."""

    def __init__(
        self,
        truth: Truth,
        staff: list[Pharmacist],
        random: Random,
        *,
        tick_s: float,
        each_event: bool = False,
    ) -> None:
        self.truth = truth
        self.staff = staff
        self.now = 0.0
        self.records = Records()
        self.urgent: deque[Patient] = deque()
        self.line: deque[Patient] = deque()
        """Who returned first, then by arrival; with ghosts."""
        self.calls = 0
        self.joined: list[Patient] = []
        """Those who joined the line since the last tick."""
        self._random = random
        self._tick_s = tick_s
        self._each_event = each_event
        self._events: list[tuple[float, int, Pharmacist | None]] = []
        self._count = 0

    def ticks(self) -> Iterator[float]:
        """Run, and stop every `tick_s`, or also within a second of `each_event`.

        `joined` is emptied after each stop.
        """
        self._plan_arrival()
        for pharmacist in self.staff:
            for begins, _ in pharmacist.shifts:
                self._at(begins, pharmacist)
        look_at = self._tick_s
        while self._events and self.now < OPEN_S + 3 * HOUR:
            at, _, whom = heapq.heappop(self._events)
            while look_at <= at:
                self.now = look_at
                yield look_at
                self.joined.clear()
                look_at += self._tick_s
            self.now = at
            if self._each_event:
                look_at = min(look_at, math.floor(at) + 1.0)
            if whom is None:
                self._arrive()
            elif whom.busy_until is None or whom.busy_until == at:
                self._free(whom)

    def standing(self) -> list[Patient]:
        """Those who are really there, in order; the urgent ones first."""
        return [each for line in (self.urgent, self.line) for each in line if each.gives_up_s > self.now]

    def _at(self, when: float, whom: Pharmacist | None) -> None:
        self._count += 1
        heapq.heappush(self._events, (when, self._count, whom))

    def _busy(self, pharmacist: Pharmacist, for_s: float) -> None:
        pharmacist.busy_until = self.now + for_s
        self._at(pharmacist.busy_until, pharmacist)

    # Patients

    def _plan_arrival(self) -> None:
        highest = 2.0 * self.truth.load * self.truth.pharmacists / self.truth.usual_cycle_s
        at = self.now
        while at < OPEN_S:
            at += self._random.expovariate(highest)
            if self._random.random() * highest < self.truth.arrivals_per_s(at):
                self._at(at, None)
                return

    def _arrive(self) -> None:
        is_urgent = self._random.random() < self.truth.urgent_share
        patient = Patient(self.now, self.truth.patience_s(self._random), is_urgent)
        self.records.joined += 1
        if is_urgent:
            self.urgent.append(patient)
            self.records.urgent.append(self.now)
        else:
            self.line.append(patient)
            self.joined.append(patient)
        self._plan_arrival()
        ready = [each for each in self.staff if each.ready_since is not None and each.shift_at(self.now)]
        if ready:
            chosen = self._random.choice(ready)
            chosen.ready_since = None
            self._busy(chosen, self._random.expovariate(1 / REACTION_S))

    def _next(self) -> Patient | None:
        for waiting in (self.urgent, self.line):
            while waiting:
                patient = waiting.popleft()
                is_first = patient.called_s is None
                patient.called_s = patient.called_s or self.now
                gave_up = patient.gives_up_s <= self.now
                if is_first:
                    ended = min(self.now, patient.gives_up_s)
                    self.records.stays.append((ended, ended - patient.arrived_s, gave_up))
                if not gave_up:
                    return patient
        return None

    # Pharmacists

    def _free(self, pharmacist: Pharmacist) -> None:
        """What a pharmacist was about is over, or a shift begins."""
        pharmacist.busy_until = None
        if pharmacist.serving_since is not None:
            self._end_service(pharmacist)
            return
        pharmacist.turning_since = None
        pharmacist.announced = False
        pharmacist.ready_since = None
        if pharmacist.shift_at(self.now) is None:
            return
        patient = self._next()
        if patient is None:
            pharmacist.ready_since = self.now
            return
        self._call(pharmacist, patient)

    def _call(self, pharmacist: Pharmacist, patient: Patient) -> None:
        self.calls += 1
        pharmacist.serving_since = self.now
        pharmacist.patient = patient
        pharmacist.answered = self._random.random() >= self.truth.no_answer_share
        lasts = self.truth.service_s(self._random, pharmacist.pace) if pharmacist.answered else ANSWER_TIME_S
        self._busy(pharmacist, lasts)

    def _end_service(self, pharmacist: Pharmacist) -> None:
        began, patient = pharmacist.serving_since, pharmacist.patient
        assert began is not None and patient is not None  # noqa: PT018  # they are set together
        self.records.services.append(
            Service(pharmacist.name, patient.arrived_s, began, self.now, pharmacist.answered)
        )
        if not pharmacist.answered and not patient.returned:
            patient.returned = True
            patient.patience_s = NEVER
            self.records.returned += 1
            self.line.appendleft(patient)
        pharmacist.serving_since = pharmacist.patient = None
        pharmacist.turning_since = self.now
        turn = self.truth.wrap_up_s(self._random)
        if self._random.random() < self.truth.break_share:
            turn += self.truth.break_s(self._random)
            pharmacist.announced = self._random.random() < ANNOUNCED
        self._busy(pharmacist, turn)
