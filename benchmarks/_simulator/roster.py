"""Who works at a simulated pharmacy, and when."""

from random import Random

from benchmarks._simulator.day import Pharmacist
from benchmarks._simulator.truth import HOUR, OPEN_S, Truth, lognormal


class Roster:
    """The same people each day, in other shifts: for each place at the counter somebody until midday and
    somebody after; both with a break of half an hour that is planned.
    """

    def __init__(self, truth: Truth, random: Random) -> None:
        self._random = random
        self._paces = [lognormal(random, 1.0, truth.pace_spread) for _ in range(2 * truth.pharmacists)]

    def day(self) -> list[Pharmacist]:
        names = list(range(len(self._paces)))
        self._random.shuffle(names)
        staff = []
        for early, late in zip(names[::2], names[1::2], strict=True):
            change = self._random.uniform(4.5, 5.5) * HOUR
            staff.append(Pharmacist(early, self._paces[early], self._with_lunch(0.0, change)))
            staff.append(Pharmacist(late, self._paces[late], self._with_lunch(change, OPEN_S + 3 * HOUR)))
        return staff

    def _with_lunch(self, begins: float, ends: float) -> tuple[tuple[float, float], ...]:
        lunch = begins + self._random.uniform(1.5, 3.0) * HOUR
        return (begins, lunch), (lunch + 0.5 * HOUR, ends)
