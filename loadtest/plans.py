"""What each simulated person will do, drawn before the run: a scenario always plays the same people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from loadtest.arrivals import arrival_times
from loadtest.scenario import Network, Patients, Pharmacists, Scenario

LONGEST_WAIT_S = 6 * 3600.0
"""Losses of the network are drawn for so long after the arrival."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """The network goes `after_s` after the arrival, for `for_s`; half-open: without a word to the server."""

    after_s: float
    for_s: float
    half_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientPlan:
    """A patient to be; times in simulated seconds, `arrives_s` from the start, others from the arrival."""

    number: int
    arrives_s: float
    device_check_s: float
    patience_s: float | None
    answer_s: float | None
    """How long after the call they answer; `None` for those who do not."""
    urgent: bool
    language: str
    losses: tuple[Loss, ...]
    away: tuple[float, float] | None
    """After which time they are away, and for how long."""
    answer_lost: bool
    full_client: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PharmacistPlan:
    """A pharmacist to be, and how they work."""

    number: int
    group: Pharmacists
    seed: str


def patient_plans(scenario: Scenario) -> list[PatientPlan]:
    """Every patient of a scenario, by arrival."""
    return [
        _patient(scenario.patients, Random(f"{scenario.seed}/patient/{number}"), number, at)
        for number, at in enumerate(arrival_times(scenario))
    ]


def pharmacist_plans(scenario: Scenario) -> list[PharmacistPlan]:
    groups = [group for group in scenario.pharmacists for _ in range(group.number)]
    return [
        PharmacistPlan(number=number, group=group, seed=f"{scenario.seed}/pharmacist/{number}")
        for number, group in enumerate(groups)
    ]


def share_of(people: Sequence[T], part: int, parts: int) -> Sequence[T]:
    """Those that generator `part` of `parts` plays."""
    return people[part::parts]


def _patient(model: Patients, random: Random, number: int, arrives_s: float) -> PatientPlan:
    return PatientPlan(
        number=number,
        arrives_s=arrives_s,
        device_check_s=model.device_check_s.draw(random),
        patience_s=None if model.patience_s is None else model.patience_s.draw(random),
        answer_s=None if random.random() < model.no_answer else model.answer_s.draw(random),
        urgent=random.random() < model.urgent,
        language=random.choices(list(model.languages), list(model.languages.values()))[0],
        losses=tuple(_losses(model.network, random)),
        away=(model.away.after_s.draw(random), model.away.for_s.draw(random))
        if random.random() < model.away.share
        else None,
        answer_lost=random.random() < model.network.lost_answers,
        full_client=number < model.full_clients,
    )


def _losses(network: Network, random: Random) -> Iterable[Loss]:
    if not network.losses_per_hour:
        return
    at = random.expovariate(network.losses_per_hour / 3600)
    while at < LONGEST_WAIT_S:
        gone_s = network.lost_s.draw(random)
        yield Loss(after_s=at, for_s=gone_s, half_open=random.random() < network.half_open)
        at += gone_s + random.expovariate(network.losses_per_hour / 3600)
