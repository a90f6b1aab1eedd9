"""The simulated waiting room, by which the forecast is judged."""

import ast
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

import benchmarks._simulator
from benchmarks._simulator.day import Day
from benchmarks._simulator.oracle import Oracle
from benchmarks._simulator.roster import Roster
from benchmarks._simulator.trial import Trial
from benchmarks._simulator.truth import Truth

ADAPTERS = {"observer.py", "trial.py"}
"""What shows the simulation to the forecast; all else does not know that there is one."""


def a_day(seed: int, **truth: float) -> Day:
    random = Random(seed)
    true = Truth(pharmacists=3, **truth)
    return Day(true, Roster(true, random).day(), random, tick_s=60)


def test_the_simulation_shares_no_code_with_the_forecast() -> None:
    folder = Path(benchmarks._simulator.__file__).parent
    for module in folder.glob("*.py"):
        tree = ast.parse(module.read_text())
        imported = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        uses_it = any(name and name.startswith("server") for name in imported)
        assert uses_it == (module.name in ADAPTERS), module.name


def test_everybody_who_came_was_called_or_gave_up() -> None:
    day = a_day(1)
    patients = [patient for _ in day.ticks() for patient in list(day.joined)]
    assert len(patients) > 100
    assert not day.standing()
    called = [each for each in patients if each.called_s is not None]
    gave_up = [each for each in called if each.called_s and each.called_s >= each.gives_up_s]
    assert len(called) > 0.95 * len(patients)
    assert 0 < len(gave_up) < 0.5 * len(called)


def test_no_pharmacist_serves_two_at_a_time() -> None:
    day = a_day(2)
    for _ in day.ticks():
        pass
    for name in {each.pharmacist for each in day.records.services}:
        own = sorted((each.began_s, each.ended_s) for each in day.records.services if each.pharmacist == name)
        assert all(before[1] <= after[0] for before, after in pairwise(own))


def test_a_seed_makes_a_day() -> None:
    first, second, other = a_day(3), a_day(3), a_day(4)
    for day in (first, second, other):
        for _ in day.ticks():
            pass
    assert first.records.services == second.records.services != other.records.services


def test_the_oracle_knows_a_slow_day() -> None:
    waits = []
    for pace in (1.0, 1.5):
        day = a_day(5, load=2.0)
        oracle = Oracle(Truth(pharmacists=3, pace=pace), seed=1)
        now = next(now for now in day.ticks() if now >= 3600 and day.line)
        assert now < 4000
        waits.append(oracle.wait_s(day))
    assert waits[1] > 1.2 * waits[0]


@pytest.mark.slow
def test_the_forecast_is_near_the_oracle_and_beats_the_plain_display() -> None:
    trial = Trial(pharmacists=3, days=3, warm_up_days=3, oracle_share=0.3).run()
    fates = list(trial.fates())
    asked = [each for each in fates if each.oracle_s is not None]
    ours = sum(abs(each.wait_s - each.p50_s) for each in asked)
    assert ours < 1.3 * sum(abs(each.wait_s - (each.oracle_s or 0)) for each in asked)
    assert ours < sum(abs(each.wait_s - each.naive_s) for each in asked)
    assert 0.84 < trial.mean_coverage() < 0.97
