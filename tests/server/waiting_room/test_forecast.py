"""The wait by place, as pure functions: closed forms, and what must hold of every forecast."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.waiting_room.calibration import Spread
from server.waiting_room.capacity import FAR_S, Doing, Laws, Pharmacist, capacity
from server.waiting_room.forecast import (
    CurvePoint,
    Outlook,
    Standing,
    WaitCurve,
    forecast,
    settled,
    sparse_places,
)
from server.waiting_room.service_law import Law, guess

FOREVER = guess(1e7, 1.0)
"""The patience of people who never give up."""

MOMENT = guess(0.01, 1.0)
"""A turn-around that takes no time."""

TEN_MINUTES = 600.0


def exponential(mean_s: float) -> Laws:
    return Laws(service=guess(mean_s, 1.0), turn_round=MOMENT, reaction=MOMENT, pause=guess(mean_s, 1.0))


def always(duration_s: float) -> Laws:
    """Services that all last the same, almost."""
    times = np.array([0.0, duration_s * 0.99, duration_s * 1.01])
    return replace(exponential(duration_s), service=Law(times, np.array([0.0, 1e-9, 30.0])))


def line_of(length: int, waited_s: float = 0.0) -> Standing:
    places = np.array([1.0, max(length, 2)])
    return Standing(length=length, places=places, waited_s=np.array([waited_s, waited_s]))


def busy(count: int, since_s: float = 0.0) -> tuple[Pharmacist, ...]:
    return tuple(Pharmacist(doing=Doing.SERVING, since_s=since_s) for _ in range(count))


def outlook(pool: tuple[Pharmacist, ...], length: int, laws: Laws | None = None, **more: object) -> Outlook:
    return Outlook(
        pool=pool,
        laws=laws or exponential(TEN_MINUTES),
        standing=line_of(length),
        **{"doubt": 0.0, "patience": FOREVER, **more},  # type: ignore[arg-type]  # keywords of Outlook
    )


def point(curve: WaitCurve, place: int) -> CurvePoint:
    found = curve.at(place)
    assert found is not None
    return found


@pytest.mark.parametrize("pharmacists", [1, 4, 20])
def test_exponential_services_make_calls_like_a_poisson_process(pharmacists: int) -> None:
    calls = capacity(busy(pharmacists, since_s=300), exponential(TEN_MINUTES))
    for at in (300.0, 1800.0, 20_000.0):
        expected = pharmacists * at / TEN_MINUTES
        assert np.interp(at, calls.times, calls.mean) == pytest.approx(expected, rel=0.02)
        assert np.interp(at, calls.times, calls.variance) == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize(("pharmacists", "place"), [(1, 1), (1, 5), (4, 10), (20, 60)])
def test_the_wait_is_the_median_of_a_gamma_law_when_services_are_exponential(
    pharmacists: int, place: int
) -> None:
    wait = point(forecast(outlook(busy(pharmacists), place)), place)
    draws = np.random.default_rng(1).gamma(place, TEN_MINUTES / pharmacists, 40_000)
    step_s = TEN_MINUTES / pharmacists
    assert wait.p50_s == pytest.approx(np.median(draws), rel=0.05, abs=0.25 * step_s)
    assert wait.p90_s == pytest.approx(np.quantile(draws, 0.9), rel=0.08, abs=0.35 * step_s)


def test_services_that_all_last_the_same_leave_nothing_to_chance() -> None:
    curve = forecast(outlook(busy(1, since_s=120), 4, always(TEN_MINUTES)))
    for place, expected in ((1, 480), (2, 1080), (3, 1680)):
        assert point(curve, place).p50_s == pytest.approx(expected, abs=20)
        assert point(curve, place).p90_s == pytest.approx(expected, abs=60)


def test_a_long_consultation_is_the_sooner_over_when_durations_vary_little() -> None:
    young = forecast(outlook(busy(1, since_s=0), 1, always(TEN_MINUTES)))
    old = forecast(outlook(busy(1, since_s=540), 1, always(TEN_MINUTES)))
    assert point(old, 1).p50_s < 90
    assert point(young, 1).p50_s > 500


def test_somebody_who_joins_an_empty_line_waits_for_a_reaction_only() -> None:
    ready = tuple(Pharmacist(doing=Doing.READY) for _ in range(8))
    laws = replace(exponential(TEN_MINUTES), reaction=guess(20, 1.0))
    wait = point(forecast(outlook(ready, 0, laws)), 1)
    assert wait.p50_s == pytest.approx(20 * math.log(2), abs=5)


def test_nobody_on_duty_is_said() -> None:
    assert forecast(outlook((), 3)) == WaitCurve(reason="nobody_on_duty")


def test_places_that_nobody_will_be_there_to_serve_have_no_wait() -> None:
    curve = forecast(outlook((Pharmacist(doing=Doing.SERVING, until_s=3600),), 40))
    assert curve.at(2) is not None
    assert curve.at(30) is None


def test_somebody_who_comes_back_is_counted_on_from_then() -> None:
    back = Pharmacist(doing=Doing.BREAK, from_s=900)
    assert point(forecast(outlook((back,), 1, always(TEN_MINUTES))), 1).p50_s == pytest.approx(900, abs=30)


def test_urgent_arrivals_go_first() -> None:
    calm = forecast(outlook(busy(4), 30))
    rush = forecast(outlook(busy(4), 30, ahead_per_s=0.2 * 4 / TEN_MINUTES))
    assert point(rush, 30).p50_s == pytest.approx(point(calm, 30).p50_s / 0.8, rel=0.05)


def test_an_appointment_takes_its_turn_when_its_window_opens() -> None:
    calm = forecast(outlook(busy(1), 5, always(TEN_MINUTES)))
    early = forecast(outlook(busy(1), 5, always(TEN_MINUTES), ahead_at_s=[900.0]))
    assert point(early, 1).p50_s == pytest.approx(point(calm, 1).p50_s)
    assert point(early, 4).p50_s == pytest.approx(point(calm, 4).p50_s + TEN_MINUTES, abs=30)


def test_those_who_give_up_shorten_the_wait_of_those_behind() -> None:
    stay = forecast(outlook(busy(2), 40))
    leave = forecast(outlook(busy(2), 40, patience=guess(3600, 1.0)))
    assert point(leave, 40).p50_s < 0.7 * point(stay, 40).p50_s


def test_a_doubtful_pace_widens_the_range_and_leaves_its_middle() -> None:
    sure, unsure = (forecast(outlook(busy(4), 40, doubt=doubt)) for doubt in (0.0, 0.3))
    assert point(unsure, 40).p50_s == point(sure, 40).p50_s
    assert point(unsure, 40).p90_s > 1.15 * point(sure, 40).p90_s


def test_a_share_of_a_pharmacist_makes_a_share_of_the_calls() -> None:
    half = tuple(replace(each, share=0.5) for each in busy(2))
    calls = capacity(half, exponential(TEN_MINUTES))
    assert np.interp(6000.0, calls.times, calls.mean) == pytest.approx(10, rel=0.02)


def test_a_great_pool_and_a_long_line_are_within_reach() -> None:
    curve = forecast(outlook(busy(500), 5_000))
    assert point(curve, 5_000).p50_s == pytest.approx(5_000 * TEN_MINUTES / 500, rel=0.02)
    assert len(curve.points) < 120


def test_points_lie_at_each_of_the_first_places_then_ever_further_apart() -> None:
    places = sparse_places(5_000)
    assert places[:20].tolist() == list(range(1, 21))
    assert places[-1] == 5_000
    assert np.all(np.diff(np.diff(places[19:-1])) >= -1)


def test_what_is_shown_glides_to_a_new_forecast() -> None:
    shown = WaitCurve((CurvePoint(1, 60, 120), CurvePoint(2, 600, 900), CurvePoint(3, 1200, 1500)))
    fresh = WaitCurve((CurvePoint(1, 300, 500), CurvePoint(2, 900, 1200)))
    a_second_later = settled(fresh, shown, age_s=1, calls=1, standing=3)
    assert point(a_second_later, 1).p50_s == pytest.approx(599, abs=25)
    assert point(settled(fresh, shown, age_s=300, calls=1, standing=3), 1).p50_s == pytest.approx(300, abs=1)


def test_a_new_place_is_shown_at_once() -> None:
    fresh = WaitCurve((CurvePoint(1, 300, 500),))
    assert settled(fresh, WaitCurve((CurvePoint(1, 60, 90),)), age_s=1, calls=0, standing=0) == fresh
    assert settled(fresh, WaitCurve(reason="nobody_on_duty"), age_s=1, calls=0, standing=1) == fresh


doings = st.sampled_from([Doing.SERVING, Doing.TURNING_ROUND, Doing.BREAK])
pharmacists = st.builds(
    Pharmacist,
    doing=doings,
    since_s=st.floats(0, 3000),
    until_s=st.none() | st.floats(0, 20_000),
    pace=st.floats(0.5, 2.0),
    share=st.floats(0.2, 1.0),
)
outlooks = st.builds(
    outlook,
    pool=st.lists(pharmacists, min_size=1, max_size=6).map(tuple),
    length=st.integers(0, 200),
    laws=st.floats(60, 1800).map(lambda mean: replace(exponential(mean), turn_round=guess(60, 1.0))),
    doubt=st.floats(0, 0.4),
    patience=st.floats(600, 1e5).map(lambda mean: guess(mean, 1.0)),
    ahead_per_s=st.floats(0, 0.0005),
    spread=st.builds(Spread, short=st.floats(-0.6, 1.2), long=st.floats(-0.6, 1.2)),
)


@settings(max_examples=60, deadline=None)
@given(outlooks)
def test_waits_rise_with_the_place_and_nine_tenths_take_longer_than_half(given_outlook: Outlook) -> None:
    points = forecast(given_outlook).points
    for before, after in pairwise(points):
        assert before.place < after.place
        assert before.p50_s <= after.p50_s
        assert before.p90_s <= after.p90_s
    assert all(0 <= each.p50_s <= each.p90_s <= FAR_S for each in points)


@settings(max_examples=60, deadline=None)
@given(outlooks, pharmacists)
def test_one_pharmacist_more_makes_no_wait_longer(given_outlook: Outlook, one_more: Pharmacist) -> None:
    fewer = forecast(given_outlook)
    more = forecast(replace(given_outlook, pool=(*given_outlook.pool, one_more)))
    for each in fewer.points:
        now = more.at(each.place)
        assert now is not None
        assert now.p50_s <= each.p50_s * 1.02 + 60
