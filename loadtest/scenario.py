"""Scenario files: who comes when, how they behave, what is done to the server, and what must hold.

All durations are simulated seconds; `speed` says how many of them pass in a real one. Timers of the server
(the time to answer a call, say) run in real time, whatever the speed.
"""

import json
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from loadtest.figures import BY_NAME
from loadtest.laws import Fixed, Law, LogNormal, Part, Positive, Seconds, Share
from loadtest.thresholds import Threshold, ThresholdError

PACKAGED = files("loadtest") / "scenarios"


class ScenarioError(Exception):
    """The scenario does not hold; the message says where and why."""


class Arrivals(Part):
    """When patients come. `rate_per_hour`: points [s, patients an hour], with straight lines between them.

    Or `csv`: a file with a column `arrived_at` (RFC 3339), whose span is played back. `scale` multiplies
    either.
    """

    rate_per_hour: tuple[tuple[Seconds, Seconds], ...] = ()
    csv: Path | None = None
    scale: Positive = 1.0
    at_once: Annotated[int, Field(ge=0)] = 0
    """So many stand at the door when it opens, spread over `at_once_over_s`."""
    at_once_over_s: Seconds = 30.0

    @model_validator(mode="after")
    def _is_a_profile(self) -> Self:
        times = [at for at, _ in self.rate_per_hour]
        if times != sorted(set(times)):
            raise ValueError("the times of rate_per_hour must rise")
        if self.csv is not None and self.rate_per_hour:
            raise ValueError("give either rate_per_hour or csv")
        return self


class Network(Part):
    """How often a socket is lost, for how long, and the share that goes without a word (half-open)."""

    losses_per_hour: Seconds = 0.0
    lost_s: Law = LogNormal(law="lognormal", median_s=8, sigma=0.8)
    half_open: Share = 0.3
    lost_answers: Share = 0.0
    """The share of joins whose answer is lost, so that the page asks again with the same key."""


class Away(Part):
    """Patients who press 'keep my place'."""

    share: Share = 0.0
    after_s: Law = LogNormal(law="lognormal", median_s=120, sigma=0.6)
    for_s: Law = LogNormal(law="lognormal", median_s=180, sigma=0.6)


class Patients(Part):
    device_check_s: Law = LogNormal(law="lognormal", median_s=20, sigma=0.5)
    patience_s: Law | None = None
    answer_s: Law = LogNormal(law="lognormal", median_s=4, sigma=0.6)
    no_answer: Share = 0.0
    urgent: Share = 0.0
    languages: Mapping[str, Positive] = Field(default_factory=lambda: {"en": 1.0})
    network: Network = Network()
    away: Away = Away()
    full_clients: Annotated[int, Field(ge=0)] = 0
    """The first so many use a whole Socket.IO library instead of frames of our own."""


class Pharmacists(Part):
    """A group that works alike. They serve from `starts_s` to `ends_s`, and close what they are in first."""

    number: Annotated[int, Field(ge=1)]
    starts_s: Seconds = 0.0
    ends_s: Seconds | None = None
    consultation_s: Law = LogNormal(law="lognormal", median_s=360, sigma=0.5)
    wrap_up_s: Law = Fixed(law="fixed", s=30)
    break_every_s: Positive | None = None
    break_s: Law = Fixed(law="fixed", s=600)
    reads_line: bool = True
    """Whether they have the counter open, which reads the whole line again after each change of it."""


class Phase(Part):
    """Something done to the system: `storm` cuts every socket at once; `kill` ends a server process."""

    kind: Literal["storm", "kill"]
    at_s: Seconds


class QueueSettings(Part):
    """How the queue of a fresh rehearsal is set up."""

    capacity: Annotated[int, Field(ge=1)] = 20_000
    answer_time_s: Annotated[int, Field(ge=30)] = 180


class Scenario(Part):
    """A rehearsal: `duration_s` of arrivals, then up to `drain_s` for those who still stand in the line."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    seed: int = 1
    duration_s: Positive
    drain_s: Seconds = 600.0
    speed: Positive = 1.0
    arrivals: Arrivals
    patients: Patients = Patients()
    pharmacists: tuple[Pharmacists, ...] = Field(min_length=1)
    phases: tuple[Phase, ...] = ()
    queue: QueueSettings = QueueSettings()
    thresholds: Mapping[str, str | int | float] = Field(default_factory=dict)

    @property
    def staff_needed(self) -> int:
        return sum(group.number for group in self.pharmacists)

    @property
    def limits(self) -> tuple[Threshold, ...]:
        return tuple(Threshold.parse(name, text) for name, text in self.thresholds.items())

    @model_validator(mode="after")
    def _limits_are_of_figures(self) -> Self:
        try:
            unknown = {limit.figure for limit in self.limits} - BY_NAME.keys()
        except ThresholdError as error:
            raise ValueError(str(error)) from None
        if unknown:
            raise ValueError(f"thresholds: there is no figure {', '.join(sorted(unknown))}")
        return self


def packaged() -> list[str]:
    """The names of the scenarios that come with the program."""
    return sorted(
        entry.name.removesuffix(".toml") for entry in PACKAGED.iterdir() if entry.name[-5:] == ".toml"
    )


def load(name: str) -> Scenario:
    """Read a scenario, by the name of a packaged one or the path of a file (TOML, or JSON). Raises
    `ScenarioError`.

    Paths inside a file are relative to it.
    """
    path = Path(name)
    try:
        if path.suffix == ".json":
            return _valid(json.loads(path.read_text()))
        text = path.read_text() if path.suffix == ".toml" else (PACKAGED / f"{name}.toml").read_text()
    except (OSError, json.JSONDecodeError):
        raise ScenarioError(f"there is no scenario {name!r}; packaged are: {', '.join(packaged())}") from None
    return parse(text, base=path.parent)


def parse(text: str, *, base: Path = Path()) -> Scenario:
    """Read the text of a scenario file; raises `ScenarioError`."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"not TOML: {error}") from None
    arrivals = values.get("arrivals")
    if isinstance(arrivals, dict) and isinstance(arrivals.get("csv"), str):
        arrivals["csv"] = base / arrivals["csv"]
    return _valid(values)


def _valid(values: object) -> Scenario:
    try:
        return Scenario.model_validate(values)
    except ValidationError as error:
        faults = [
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()
        ]
        raise ScenarioError("; ".join(faults)) from None


def changed(
    scenario: Scenario,
    *,
    seed: int | None = None,
    speed: float | None = None,
    scale: float | None = None,
    history: Path | None = None,
) -> Scenario:
    """The scenario with what the command line says; what is `None` stays. Raises `ScenarioError`."""
    values = scenario.model_dump(mode="json")
    arrivals = values["arrivals"]
    if history is not None:
        arrivals |= {"csv": str(history), "rate_per_hour": []}
    if scale is not None:
        arrivals["scale"] *= scale
    given = {"seed": seed, "speed": speed}
    return _valid(values | {name: value for name, value in given.items() if value is not None})
