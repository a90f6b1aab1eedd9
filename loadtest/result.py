"""What a run measured, in a form that adds up: counts, histograms and series of several generators become
one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import orjson

from loadtest.histogram import Histogram

FORMAT: Final = 1
MAX_POINTS: Final = 2_000
"""Pairs of promise and outcome kept for the plot."""

PEAK: Final = "peak:"
"""Series with this prefix are about the one server: merged by their peak, not their sum."""


class ResultError(Exception):
    """The file holds no result of this program."""


@dataclass(slots=True)
class Result:
    """One run, or several of the same scenario merged.

    `counts` are numbers and sums (`_s`: seconds); `spreads` are histograms (`_s` seconds, `_ms`
    milliseconds); `series` have one value per second of the run. `notes` are sentences a reader must know
    before believing any of it.
    """

    scenario: str
    seed: int
    speed: float
    started_at: str
    generators: int = 1
    seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    spreads: defaultdict[str, Histogram] = field(default_factory=lambda: defaultdict(Histogram))
    series: dict[str, list[float]] = field(default_factory=dict)
    promises: list[tuple[float, float, float]] = field(default_factory=list)
    """Promised P50 and P90, and what the wait then was, seconds."""
    notes: list[str] = field(default_factory=list)
    measured: set[str] = field(default_factory=set)
    """What could be measured at all: 'replay', 'server'."""

    def count(self, name: str, number: float = 1) -> None:
        self.counts[name] += number  # type: ignore[assignment]  # sums of seconds are counted as well

    def spread(self, name: str, value: float) -> None:
        self.spreads[name].add(value)

    def note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    def mark(self, name: str, second: int, value: float) -> None:
        """Set a series' value of one second of the run."""
        values = self.series.setdefault(name, [])
        values.extend([0.0] * (second + 1 - len(values)))
        values[second] = value

    def peak(self, name: str, second: int, value: float) -> None:
        """Raise the value of one second to this, in a series that is merged by its peaks."""
        earlier = self.series.get(PEAK + name, [])
        known = earlier[second] if second < len(earlier) else 0.0
        self.mark(PEAK + name, second, max(known, value))

    def merge(self, other: Self) -> None:
        """Add another generator's run of the same scenario."""
        self.generators += other.generators
        self.seconds = max(self.seconds, other.seconds)
        self.started_at = min(self.started_at, other.started_at)
        self.counts.update(other.counts)
        for name, histogram in other.spreads.items():
            self.spreads[name].merge(histogram)
        for name, values in other.series.items():
            self.series[name] = _combined(name, self.series.get(name, []), values)
        self.promises = (self.promises + other.promises)[:MAX_POINTS]
        self.measured |= other.measured
        for sentence in other.notes:
            self.note(sentence)

    def as_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "scenario": self.scenario,
            "seed": self.seed,
            "speed": self.speed,
            "started_at": self.started_at,
            "generators": self.generators,
            "seconds": self.seconds,
            "counts": dict(sorted(self.counts.items())),
            "spreads": {name: histogram.as_json() for name, histogram in sorted(self.spreads.items())},
            "series": self.series,
            "promises": self.promises,
            "notes": self.notes,
            "measured": sorted(self.measured),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read a result; raises `ResultError`."""
        try:
            if values["format"] != FORMAT:
                raise ResultError("a result of another version")
            made = cls(values["scenario"], values["seed"], values["speed"], values["started_at"])
            made.generators, made.seconds = values["generators"], values["seconds"]
            made.counts.update(values["counts"])
            for name, histogram in values["spreads"].items():
                made.spreads[name] = Histogram.from_json(histogram)
            made.series = {name: list(series) for name, series in values["series"].items()}
            made.promises = [(p50, p90, wait) for p50, p90, wait in values["promises"]]
            made.notes, made.measured = list(values["notes"]), set(values["measured"])
        except (KeyError, TypeError, ValueError, AttributeError, AssertionError):
            raise ResultError("not a result of a load test") from None
        return made


def read(path: Path) -> Result:
    """Read a result from a report's JSON; raises `ResultError`, `OSError`."""
    try:
        document = orjson.loads(path.read_bytes())
        return Result.from_json(document["result"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise ResultError(f"{path} holds no result of a load test") from None


def merged(results: Iterable[Result]) -> Result:
    """One result of several; raises `ResultError` when they are of different scenarios, or there is none."""
    whole: Result | None = None
    for result in results:
        if whole is None:
            whole = result
            continue
        if (result.scenario, result.speed) != (whole.scenario, whole.speed):
            raise ResultError("the results are of different scenarios")
        whole.merge(result)
    if whole is None:
        raise ResultError("there is no result to merge")
    return whole


def _combined(name: str, one: list[float], other: list[float]) -> list[float]:
    length = max(len(one), len(other))
    pairs = zip(one + [0.0] * (length - len(one)), other + [0.0] * (length - len(other)), strict=True)
    return [max(pair) if name.startswith(PEAK) else sum(pair) for pair in pairs]
