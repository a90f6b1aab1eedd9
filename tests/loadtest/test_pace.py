"""Moments of the plan, and pauses before coming back."""

import time
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from loadtest.backoff import pause_s
from loadtest.pace import Pace, now


async def test_latency_counts_from_the_intended_time_not_from_when_the_generator_came_to_it() -> None:
    pace = Pace(now(), 10)
    time.sleep(0.05)  # noqa: ASYNC251  # a generator that is held up, which is what this is about
    due = await pace.until(0.1)
    assert due == pace.start + 0.01
    assert now() - due >= 0.04


def test_simulated_time_runs_at_its_speed() -> None:
    pace = Pace(100, 20)
    assert pace.due(40) == 102
    assert pace.simulated(102) == 40
    assert pace.real(40) == 2


@given(st.integers(0, 20), st.booleans(), st.integers(0, 1000))
def test_pauses_spread_those_who_wait_and_hurry_those_in_a_call(
    attempt: int, in_call: bool, seed: int
) -> None:
    pause = pause_s(Random(seed), attempt=attempt, in_call=in_call, asked_s=None)
    assert 0 <= pause <= (1 if in_call and attempt <= 2 else 10)


@given(st.floats(0, 30), st.integers(0, 1000))
def test_server_that_asks_for_time_gets_it(asked_s: float, seed: int) -> None:
    assert pause_s(Random(seed), attempt=0, in_call=True, asked_s=asked_s) >= asked_s
