"""Histograms: percentiles within one per cent, and additive."""

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtest.histogram import Histogram

VALUES = st.lists(st.floats(0.001, 1e5), min_size=1, max_size=200)


@given(VALUES, st.sampled_from([0.5, 0.9, 0.99]))
def test_percentile_is_within_a_bucket_of_the_true_one(values: list[float], share: float) -> None:
    true = sorted(values)[ceil(share * len(values)) - 1]
    assert Histogram.of(values).percentile(share) == pytest.approx(true, rel=0.011)


@given(VALUES, VALUES)
def test_merged_histograms_are_the_histogram_of_all(one: list[float], other: list[float]) -> None:
    merged = Histogram.of(one)
    merged.merge(Histogram.of(other))
    whole = Histogram.of(one + other)
    assert merged.buckets == whole.buckets
    assert merged.largest == whole.largest


@given(VALUES)
def test_histogram_survives_json(values: list[float]) -> None:
    histogram = Histogram.of(values)
    assert Histogram.from_json(histogram.as_json()) == histogram


def test_empty_histogram_has_no_percentile() -> None:
    assert Histogram().percentile(0.99) is None
    assert Histogram().mean is None


def test_values_below_nothing_count_as_least() -> None:
    assert Histogram.of([-1.0, 0.0]).percentile(1) == 0.0


def test_steps_rise_to_all_of_them() -> None:
    steps = Histogram.of([1, 2, 3]).steps()
    assert steps == sorted(steps)
    assert steps[-1][1] == 1
