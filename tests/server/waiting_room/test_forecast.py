"""The first forecast."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.waiting_room.forecast import forecast
from server.waiting_room.models import QueueState, ServiceHistory
from server.waiting_room.schemas import WaitRange, WaitUnknown

STEADY = ServiceHistory(service_times_s=(600.0,) * 10, pharmacists=2)


@pytest.mark.parametrize(
    ("state", "history", "reason"),
    [
        (QueueState.CLOSED, STEADY, "closed"),
        (QueueState.PAUSED, STEADY, "paused"),
        (QueueState.OPEN, ServiceHistory(service_times_s=(600.0,) * 10, pharmacists=0), "nobody_on_duty"),
        (QueueState.OPEN, ServiceHistory(service_times_s=(600.0,) * 4, pharmacists=1), "too_little_history"),
    ],
)
def test_what_cannot_be_known_is_said_to_be_unknown(
    state: QueueState, history: ServiceHistory, reason: str
) -> None:
    assert forecast(place=1, state=state, history=history) == WaitUnknown.model_validate({"reason": reason})


def test_two_pharmacists_with_steady_services_serve_the_fourth_after_two_services() -> None:
    wait = forecast(place=4, state=QueueState.OPEN, history=STEADY)
    assert wait == WaitRange(from_minutes=20, to_minutes=21)


def test_a_wide_spread_makes_a_wide_range() -> None:
    spread = ServiceHistory(service_times_s=(60.0, 1140.0) * 5, pharmacists=2)
    wait = forecast(place=4, state=QueueState.OPEN, history=spread)
    assert isinstance(wait, WaitRange)
    assert wait.from_minutes == 20
    assert wait.to_minutes > 30


@given(
    st.lists(st.floats(1, 7200), min_size=5, max_size=50).map(tuple),
    st.integers(1, 20),
    st.integers(1, 500),
)
def test_a_range_is_never_empty_and_never_falls_with_the_place(
    service_times_s: tuple[float, ...], pharmacists: int, place: int
) -> None:
    history = ServiceHistory(service_times_s=service_times_s, pharmacists=pharmacists)
    here = forecast(place=place, state=QueueState.OPEN, history=history)
    behind = forecast(place=place + 1, state=QueueState.OPEN, history=history)
    assert isinstance(here, WaitRange)
    assert isinstance(behind, WaitRange)
    assert 0 <= here.from_minutes < here.to_minutes
    assert here.from_minutes <= behind.from_minutes
    assert here.to_minutes <= behind.to_minutes
