"""The open model: patients come when they come, however slow the server is."""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from math import sqrt
from pathlib import Path
from random import Random

from loadtest.scenario import Scenario, ScenarioError

Point = tuple[float, float]
"""A time in s, and the arrivals an hour at that time."""


def arrival_times(scenario: Scenario) -> list[float]:
    """When each patient comes, in simulated seconds, rising. The same scenario gives the same times."""
    random = Random(f"{scenario.seed}/arrivals")
    model, until = scenario.arrivals, scenario.duration_s
    crowd = [random.uniform(0, model.at_once_over_s) for _ in range(round(model.at_once * model.scale))]
    if model.csv is not None:
        later = scaled(read_history(model.csv), model.scale, random)
    else:
        later = poisson(model.rate_per_hour, until_s=until, scale=model.scale, random=random)
    return sorted(at for at in [*crowd, *later] if at <= until)


def poisson(points: Sequence[Point], *, until_s: float, scale: float, random: Random) -> list[float]:
    """A Poisson process whose rate is straight lines, by inverting its integral; flat after the last."""
    if not points:
        return []
    knots = [*points, (max(until_s, points[-1][0]), points[-1][1])]
    times: list[float] = []
    target = random.expovariate(1)
    passed = 0.0
    for (start, low), (end, high) in pairwise(knots):
        mass = scale * (low + high) / 2 * (end - start) / 3600
        while target <= passed + mass:
            times.append(start + _into(low, high, end - start, (target - passed) * 3600 / scale))
            target += random.expovariate(1)
        passed += mass
    return [at for at in times if at <= until_s]


def _into(low: float, high: float, length: float, area: float) -> float:
    """How far into a line from `low` to `high` its integral reaches `area`."""
    slope = (high - low) / length
    if abs(slope) < 1e-12:
        return area / low
    return min(length, (sqrt(max(0.0, low * low + 2 * slope * area)) - low) / slope)


def scaled(history: Sequence[float], scale: float, random: Random) -> list[float]:
    """History x `scale`: each arrival comes `scale` times on average, the copies a minute around it."""
    times: list[float] = []
    for at in history:
        copies = int(scale) + (random.random() < scale % 1)
        times += [at if copy == 0 else max(0.0, at + random.uniform(-60, 60)) for copy in range(copies)]
    return sorted(times)


def read_history(path: Path) -> list[float]:
    """The arrivals of a CSV file, in seconds after the first. Raises `ScenarioError`."""
    try:
        with path.open(newline="") as lines:
            moments = sorted(_moment(row["arrived_at"]) for row in csv.DictReader(lines))
    except OSError as error:
        raise ScenarioError(f"cannot read {path}: {error.strerror}") from None
    except (KeyError, ValueError, TypeError):
        raise ScenarioError(
            f"{path}: needs a column arrived_at with moments such as 2026-01-12T09:30:00Z"
        ) from None
    return [(moment - moments[0]).total_seconds() for moment in moments]


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
