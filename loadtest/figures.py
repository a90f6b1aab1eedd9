"""The figures of a run: what thresholds, reports and comparisons name. `None` is what was not measured."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from loadtest.histogram import Histogram
from loadtest.result import Result

Read = Callable[[Result], float | None]
Better = Literal["lower", "higher", "neither"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its name, what it says, its unit, and which direction is better."""

    name: str
    meaning: str
    unit: str
    read: Read
    better: Better = "lower"


# How figures are read


def number(*names: str, needs: str = "") -> Read:
    """The sum of counts; `needs` is what must have been measured for a zero to mean anything."""

    def read(result: Result) -> float | None:
        if needs and needs not in result.measured:
            return None
        return float(sum(result.counts[name] for name in names))

    return read


def percentile(spread: str, share: float, factor: float = 1.0) -> Read:
    """A percentile of a spread; a share of 1 is the largest value."""

    def read(result: Result) -> float | None:
        histogram = result.spreads.get(spread, Histogram())
        value = histogram.percentile(share) if share < 1 or not histogram.count else histogram.largest
        return None if value is None else value * factor

    return read


def ratio(above: str, below: str, factor: float = 1.0) -> Read:
    def read(result: Result) -> float | None:
        whole = result.counts[below]
        return result.counts[above] / whole * factor if whole else None

    return read


def judged(wrong: str, right: str) -> Read:
    """A number of faults that means nothing where nothing was judged: then it is `None`, not 0."""

    def read(result: Result) -> float | None:
        return float(result.counts[wrong]) if result.counts[wrong] + result.counts[right] else None

    return read


def utilisation(result: Result) -> float | None:
    """The share of their time on duty, breaks apart, that pharmacists were with patients or writing up."""
    working = result.counts["staff.on_duty_s"] - result.counts["staff.break_s"]
    return 100 * result.counts["staff.busy_s"] / working if working > 0 else None


# The figures, by what they are about

MS: Final = 1000.0
PER_MIN: Final = 1 / 60


def _latencies(name: str, spread: str, what: str) -> tuple[Figure, ...]:
    return (
        Figure(f"{name}.p50_ms", f"{what}: half", "ms", percentile(spread, 0.5, MS)),
        Figure(f"{name}.p99_ms", f"{what}: 99 of 100", "ms", percentile(spread, 0.99, MS)),
        Figure(f"{name}.max_ms", f"{what}: the worst", "ms", percentile(spread, 1, MS)),
    )


def _waits(priority_class: str) -> tuple[Figure, ...]:
    name, spread = f"wait.{priority_class}", f"wait.{priority_class}_s"
    return (
        Figure(f"{name}_p50_min", f"wait, {priority_class}: half", "min", percentile(spread, 0.5, PER_MIN)),
        Figure(
            f"{name}_p90_min", f"wait, {priority_class}: 9 of 10", "min", percentile(spread, 0.9, PER_MIN)
        ),
    )


def _recovery(kind: str, what: str) -> tuple[Figure, ...]:
    spread = f"{kind}.recovered_s"
    return (
        Figure(f"{kind}.recovered_p99_s", f"{what}: back, 99 of 100", "s", percentile(spread, 0.99)),
        Figure(f"{kind}.recovered_max_s", f"{what}: the last one back", "s", percentile(spread, 1)),
    )


JOINING: Final = (
    Figure("patients.arrived", "patients who came", "", number("patients.arrived"), "neither"),
    Figure("joins.acknowledged", "places given", "", number("joins.acknowledged"), "neither"),
    *_latencies("join", "join_s", "join, from the intended time"),
    Figure("joins.failed", "joins refused or unanswered", "", number("joins.refused", "joins.unanswered")),
    Figure("joins.turned_away", "full, paused or closed", "", number("joins.turned_away")),
    Figure("joins.lost", "places given, not in the database", "", number("joins.lost", needs="replay")),
    Figure("joins.doubled", "patients with two visits of one join", "", number("joins.doubled")),
)
CONNECTING: Final = (
    *_latencies("connect", "connect_s", "connect and watch, from the intended time"),
    Figure("connect.failed", "connection attempts that failed", "", number("connect.failed")),
    Figure("connect.refused", "connections refused", "", number("connect.refused")),
    Figure("reconnects", "connections that came back", "", number("reconnects"), "neither"),
    Figure("places.lost", "came back, and found another place", "", judged("places.lost", "places.kept")),
    Figure("visits.fell_out", "ended by no act of their patient", "", number("visits.fell_out")),
    Figure("sessions.lost", "signed out while they stood there", "", number("sessions.lost")),
)
ADMITTING: Final = (
    Figure("line.p99_ms", "the counter read the line: 99 of 100", "ms", percentile("http.line_s", 0.99, MS)),
    Figure("admits", "admits answered", "", number("admits"), "neither"),
    Figure("admits.doubled", "one admitted twice at once", "", number("admits.doubled", needs="replay")),
    Figure("admit.p99_ms", "admit answered: 99 of 100", "ms", percentile("http.admit_s", 0.99, MS)),
    *_latencies("told", "told_s", "admit until the patient is told"),
)
SEEING: Final = (
    *_latencies("staleness", "staleness_s", "age of news when a patient sees it"),
    Figure("positions.judged", "places seen and judged", "",
           number("positions.right", "positions.wrong"), "neither"),
    Figure("positions.wrong", "of these, not so at their version", "",
           judged("positions.wrong", "positions.right")),
    Figure("positions.late", "places seen too late to judge", "", number("positions.late", needs="replay")),
    Figure("line.differs", "replayed line against the final one", "", number("line.differs", needs="replay")),
    Figure("ticks.gaps", "gaps that cost a snapshot", "", number("ticks.gaps")),
)  # fmt: skip
FORECAST: Final = (
    Figure("forecast.held", "promises held to a wait", "", number("forecast.held"), "neither"),
    Figure("forecast.mae_min", "promise at joining: mean absolute error of the P50", "min",
           ratio("forecast.absolute_error_s", "forecast.held", PER_MIN)),
    Figure("forecast.bias_min", "its bias (above 0: promised longer than it was)", "min",
           ratio("forecast.error_s", "forecast.held", PER_MIN), "neither"),
    Figure("forecast.coverage", "waits within the promised P90", "%",
           ratio("forecast.covered", "forecast.held", 100), "higher"),
    Figure("forecast.jump_min", "largest move of a promised moment away", "min",
           percentile("forecast.jump_s", 1, PER_MIN)),
    Figure("forecast.jumped", "saw one of over a minute, beside rounding", "%",
           ratio("forecast.jumped", "forecast.watched", 100)),
)  # fmt: skip
WORKING: Final = (
    *_waits("routine"),
    *_waits("urgent"),
    Figure("abandonment", "gave up", "%", ratio("patients.gave_up", "joins.acknowledged", 100), "neither"),
    Figure("utilisation", "pharmacists' time with patients and writing up", "%", utilisation, "neither"),
    *_recovery("storm", "storm"),
    *_recovery("kill", "killed server"),
    Figure(
        "visits.left_behind", "visits open after the run", "", number("visits.left_behind", needs="replay")
    ),
)
MACHINES: Final = (
    Figure("server.errors", "answers 'internal', or without a code", "",
           number("refused.internal", "refused.no_problem_document")),
    Figure("door.limited", "requests refused by the door's limit", "", number("refused.too_many_requests")),
    Figure("server.cpu_p50", "server: CPU, half of the seconds", "%", percentile("server.cpu_percent", 0.5)),
    Figure("server.cpu_max", "server: CPU at most", "%", percentile("server.cpu_percent", 1)),
    Figure("server.memory_max_mb", "server: memory at most", "MB", percentile("server.memory_mb", 1)),
    Figure("people.crashed", "generator: people whose part broke off", "", number("people.crashed")),
    Figure("people.stuck", "could not leave after the run", "", number("people.stuck")),
    Figure("generator.cpu", "generator: CPU on average", "%",
           ratio("generator.cpu_s", "generator.seconds", 100)),
    Figure("generator.lag_p99_ms", "generator: lateness of its loop, 99 of 100", "ms",
           percentile("generator.lag_s", 0.99, MS)),
    Figure("generator.busy_share", "generator: seconds at over 90 % of a core", "%",
           ratio("generator.busy_seconds", "generator.seconds", 100)),
)  # fmt: skip
FIGURES: Final = (*JOINING, *CONNECTING, *ADMITTING, *SEEING, *FORECAST, *WORKING, *MACHINES)
BY_NAME: Final[Mapping[str, Figure]] = {figure.name: figure for figure in FIGURES}


def figures(result: Result) -> dict[str, float | None]:
    """Every figure of a run by its name."""
    return {figure.name: figure.read(result) for figure in FIGURES}


LATE_MS: Final = 50.0
BUSY_PERCENT: Final = 5.0


def generator_was_late(result: Result) -> bool:
    """Whether the generator may have measured itself: late by over 50 ms at its p99, or busy too often."""
    found = figures(result)
    lag, busy = found["generator.lag_p99_ms"] or 0.0, found["generator.busy_share"] or 0.0
    return lag > LATE_MS or busy > BUSY_PERCENT
