"""Who is let in when all come at once."""

from signaling.turnstile import Inflow, Turnstile
from tests.clock import ManualClock


def turnstile(clock: ManualClock, **inflow: float) -> Turnstile:
    return Turnstile(Inflow(**inflow), lambda: clock.now().timestamp())


def test_refused_are_dealt_different_times_at_the_rate_of_the_tokens(clock: ManualClock) -> None:
    gate = turnstile(clock, per_s=10, burst=2)
    answers = [gate.admit(in_call=False) for _ in range(5)]
    assert answers[:2] == [None, None]
    assert [round(wait or 0, 3) for wait in answers[2:]] == [1.0, 1.1, 1.2]
    assert gate.refused == 3


def test_token_comes_with_time(clock: ManualClock) -> None:
    gate = turnstile(clock, per_s=10, burst=1)
    assert gate.admit(in_call=False) is None
    assert gate.admit(in_call=False) is not None
    clock.advance(seconds=0.11)
    assert gate.admit(in_call=False) is None


def test_people_in_a_call_are_let_in_while_others_wait(clock: ManualClock) -> None:
    gate = turnstile(clock, per_s=1, burst=1, in_call_per_s=1, in_call_burst=2)
    assert gate.admit(in_call=False) is None
    assert gate.admit(in_call=False) is not None
    assert [gate.admit(in_call=True) for _ in range(3)] == [None, None, 1.0]


def test_no_wait_is_longer_than_the_longest(clock: ManualClock) -> None:
    gate = turnstile(clock, per_s=1, burst=1, longest_s=5)
    waits = [gate.admit(in_call=False) or 0 for _ in range(50)]
    assert max(waits) <= 5
