"""What the server would know of a simulated day, in the words of its forecast."""

from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks._simulator.day import Day, Pharmacist, Records
from benchmarks._simulator.truth import HOUR, OPEN_S
from server.waiting_room import capacity
from server.waiting_room.calibration import Spread
from server.waiting_room.capacity import Doing
from server.waiting_room.experience import ENOUGH_HISTORY, Experience, History, Window, learn, pace_of_today
from server.waiting_room.forecast import Outlook, Standing, WaitCurve, forecast

NAIVE_SERVICES = 50
ENOUGH_FOR_A_MEAN = 5
LEARNS_NEW_EVERY_S = 60.0
LEARNS_EVERY_S = 600.0
DAY_S = 24 * HOUR


class Observer:
    """Looks at a day and asks the forecast. `past`: the records of earlier days."""

    def __init__(self, day: Day, past: Sequence[Records], *, service_prior_s: float) -> None:
        self._day = day
        self._past = past
        self._service_prior_s = service_prior_s
        self._experience: Experience | None = None
        self._learned_at = -1e9

    def curve(self, *, spread: Spread) -> WaitCurve:
        """The forecast of this moment."""
        return forecast(self.outlook(spread=spread))

    def naive_s(self, place: int) -> float:
        """What a plain display says: place x mean of the last 50 services / pharmacists on duty."""
        lately = [each.ended_s - each.began_s for each in self._day.records.services[-NAIVE_SERVICES:]]
        mean = float(np.mean(lately)) if len(lately) >= ENOUGH_FOR_A_MEAN else self._service_prior_s
        on_duty = sum(each.shift_at(self._day.now) is not None for each in self._day.staff)
        return place * mean / max(on_duty, 1)

    def outlook(self, *, spread: Spread) -> Outlook:
        day = self._day
        experience = self._learn()
        pace = pace_of_today(experience, self._window())
        there = day.standing()
        waited = np.array([day.now - each.arrived_s for each in there] or [0.0])
        return Outlook(
            pool=tuple(self._pool(experience, pace.factor)),
            laws=experience.laws,
            doubt=pace.doubt,
            standing=Standing(length=len(there), places=np.arange(1.0, waited.size + 1), waited_s=waited),
            patience=experience.patience,
            ahead_per_s=self._urgent_per_s(),
            calls_each=experience.calls_each,
            spread=spread,
        )

    def _learn(self) -> Experience:
        is_new = len(self._past) * 100 + len(self._day.records.services) < ENOUGH_HISTORY
        every_s = LEARNS_NEW_EVERY_S if is_new else LEARNS_EVERY_S
        if self._experience is None or self._day.now - self._learned_at > every_s:
            self._learned_at = self._day.now
            self._experience = learn(self._history())
        return self._experience

    def _history(self) -> History:
        days = [*self._past, self._day.records]
        services = [(day * DAY_S, each) for day, records in enumerate(days) for each in records.services]
        stays = [(day * DAY_S, stay) for day, records in enumerate(days) for stay in records.stays]
        return History(
            began=np.array([day + each.began_s for day, each in services], float),
            ended=np.array([day + each.ended_s for day, each in services], float),
            pharmacists=[str(each.pharmacist) for _, each in services],
            came=np.array([day + each.came_s for day, each in services], float),
            arrived=np.array([day + ended - lasted for day, (ended, lasted, _) in stays], float),
            left=np.array([day + ended for day, (ended, _, _) in stays], float),
            was_given_up=np.array([given_up for _, (_, _, given_up) in stays], dtype=bool),
            urgent=sum(len(day.urgent) for day in days),
            called_again=sum(day.returned for day in days),
            service_prior_s=self._service_prior_s,
        )

    def _window(self) -> Window:
        now = self._day.now
        ended = self._day.records.services
        running = [each for each in self._day.staff if each.serving_since is not None]
        return Window(
            began=np.array(
                [each.began_s for each in ended] + [each.serving_since for each in running], float
            ),
            ended=np.array([each.ended_s for each in ended] + [np.nan] * len(running)),
            pharmacists=[str(each.pharmacist) for each in ended] + [str(each.name) for each in running],
            now=now,
        )

    def _pool(self, experience: Experience, pace: float) -> Iterator[capacity.Pharmacist]:
        for each in self._day.staff:
            yield from self._shifts_of(each, pace * experience.pace_of(str(each.name)))

    def _shifts_of(self, one: Pharmacist, pace: float) -> Iterator[capacity.Pharmacist]:
        now = self._day.now
        shift = one.shift_at(now)
        if shift is not None:
            doing, since = _doing(one, now)
            yield capacity.Pharmacist(doing=doing, since_s=since, until_s=shift[1] - now, pace=pace)
        for begins, ends in one.shifts:
            if begins > now:
                yield capacity.Pharmacist(
                    doing=Doing.COMING, from_s=begins - now, until_s=ends - now, pace=pace
                )

    def _urgent_per_s(self) -> float:
        """Of the last two hours, and as usual: the usual is worth two hours."""
        days = [*self._past]
        usual = sum(len(day.urgent) for day in days) / (len(days) * OPEN_S) if days else 0.0
        lately = sum(each > self._day.now - 2 * HOUR for each in self._day.records.urgent)
        seen_s = min(self._day.now, 2 * HOUR)
        return (lately + usual * 2 * HOUR) / (seen_s + 2 * HOUR)


def _doing(one: Pharmacist, now: float) -> tuple[Doing, float]:
    if one.serving_since is not None:
        return Doing.SERVING, now - one.serving_since
    if one.turning_since is not None:
        since = now - one.turning_since
        return (Doing.BREAK if one.announced else Doing.TURNING_ROUND), since
    return Doing.READY, 0.0
