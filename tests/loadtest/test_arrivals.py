"""Arrivals: seeded, of the rate that was asked for, and played back from history."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadtest.arrivals import arrival_times, poisson, read_history, scaled
from loadtest.plans import patient_plans, pharmacist_plans, share_of
from loadtest.scenario import Scenario, ScenarioError, changed, parse

HOUR = """
name = "hour"
seed = 5
duration_s = 3600
[arrivals]
rate_per_hour = [[0, 0], [1800, 2000], [3600, 0]]
[patients.network]
losses_per_hour = 6
[[pharmacists]]
number = 3
"""


def hour(**changes: object) -> Scenario:
    return parse(HOUR).model_copy(update=changes)


def test_same_seed_plays_the_same_people_and_another_seed_others() -> None:
    assert patient_plans(hour()) == patient_plans(hour())
    assert arrival_times(hour(seed=6)) != arrival_times(hour())


def test_rate_of_straight_lines_is_followed() -> None:
    times = arrival_times(hour())
    assert len(times) == pytest.approx(1000, rel=0.1)
    middle = sum(900 <= at < 2700 for at in times)
    assert middle / len(times) == pytest.approx(0.75, abs=0.05)


@settings(max_examples=40, deadline=None)
@given(
    rates=st.lists(st.floats(0, 5000), min_size=1, max_size=6),
    scale=st.floats(0.1, 3),
    seed=st.integers(0, 1000),
)
def test_arrivals_rise_and_stay_within_the_run(rates: list[float], scale: float, seed: int) -> None:
    points = [(600.0 * number, rate) for number, rate in enumerate(rates)]
    times = poisson(points, until_s=2400, scale=scale, random=Random(seed))
    assert times == sorted(times)
    assert all(0 <= at <= 2400 for at in times)


def test_crowd_at_the_door_comes_besides_the_rate() -> None:
    scenario = parse(HOUR.replace("rate_per_hour", "at_once = 200\nat_once_over_s = 10\nrate_per_hour"))
    times = arrival_times(scenario)
    assert sum(at <= 10 for at in times) >= 200
    assert len(times) > 1000


def test_history_is_played_back_and_scaled(tmp_path: Path) -> None:
    history = tmp_path / "week.csv"
    history.write_text(
        "id,arrived_at\n1,2026-01-12T09:00:00Z\n2,2026-01-12T09:10:00Z\n3,2026-01-12T09:05:00Z\n"
    )
    assert read_history(history) == [0.0, 300.0, 600.0]
    assert arrival_times(changed(hour(), history=history)) == [0.0, 300.0, 600.0]
    many = scaled([100.0] * 2000, 1.5, Random(1))
    assert len(many) == pytest.approx(3000, rel=0.05)
    assert all(40 <= at <= 160 for at in many)


@pytest.mark.parametrize("text", ["when\n2026-01-12", "arrived_at\nyesterday", ""])
def test_history_without_moments_is_refused(tmp_path: Path, text: str) -> None:
    history = tmp_path / "week.csv"
    history.write_text(text)
    if not text:
        assert read_history(history) == []
        return
    with pytest.raises(ScenarioError, match="arrived_at"):
        read_history(history)


def test_generators_share_people_without_losing_or_doubling_one() -> None:
    plans = patient_plans(hour())
    shares = [share_of(plans, part, 3) for part in range(3)]
    assert sorted(plan.number for share in shares for plan in share) == [plan.number for plan in plans]


def test_losses_of_a_network_do_not_overlap() -> None:
    for plan in patient_plans(hour())[:50]:
        ends = [loss.after_s + loss.for_s for loss in plan.losses]
        following = [loss.after_s for loss in plan.losses[1:]]
        assert all(end <= start for end, start in zip(ends, following, strict=False))


def test_each_pharmacist_of_a_group_is_one() -> None:
    assert [plan.number for plan in pharmacist_plans(hour())] == [0, 1, 2]
