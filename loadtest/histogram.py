"""A histogram whose buckets grow by a fixed ratio: percentiles to within 1 %, whatever the number of values.

Histograms of several generators add up, which lists of percentiles do not.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil, exp, floor, log
from typing import Final, Self

RATIO: Final = log(1.02)
LEAST: Final = 1e-4
"""Smaller values (and negative ones, which differences of clocks make) count as this."""


@dataclass(slots=True)
class Histogram:
    """Values of one kind, in any unit."""

    buckets: Counter[int] = field(default_factory=Counter)
    total: float = 0.0
    largest: float = 0.0

    def add(self, value: float) -> None:
        self.buckets[floor(log(max(value, LEAST)) / RATIO)] += 1
        self.total += value
        self.largest = max(self.largest, value)

    @property
    def count(self) -> int:
        return self.buckets.total()

    @property
    def mean(self) -> float | None:
        return self.total / self.count if self.count else None

    def percentile(self, share: float) -> float | None:
        """The least value that so large a share does not exceed (nearest rank); `None` without values."""
        rank = max(1, ceil(share * self.count))
        for bucket, number in sorted(self.buckets.items()):
            rank -= number
            if rank <= 0:
                return min(exp((bucket + 0.5) * RATIO), self.largest)
        return None

    def merge(self, other: Self) -> None:
        self.buckets += other.buckets
        self.total += other.total
        self.largest = max(self.largest, other.largest)

    def steps(self) -> list[tuple[float, float]]:
        """Points (value, share of all at most this), rising: the distribution, to draw."""
        points, seen, count = [], 0, self.count
        for bucket, number in sorted(self.buckets.items()):
            seen += number
            points.append((min(exp((bucket + 0.5) * RATIO), self.largest), seen / count))
        return points

    def as_json(self) -> dict[str, object]:
        buckets = {str(bucket): number for bucket, number in sorted(self.buckets.items())}
        return {"buckets": buckets, "total": self.total, "largest": self.largest}

    @classmethod
    def from_json(cls, values: Mapping[str, object]) -> Self:
        buckets, total, largest = values["buckets"], values["total"], values["largest"]
        assert isinstance(buckets, Mapping)
        assert isinstance(total, int | float)
        assert isinstance(largest, int | float)
        return cls(Counter({int(key): int(number) for key, number in buckets.items()}), total, largest)

    @classmethod
    def of(cls, values: Iterable[float]) -> Self:
        made = cls()
        for value in values:
            made.add(value)
        return made
