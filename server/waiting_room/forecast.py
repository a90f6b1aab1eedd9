"""How long it will be: a first, plain forecast, as pure functions.

The k-th place waits for k services shared by the pharmacists on duty, with the mean and spread of the
queue's own recent services. It is not yet the engine: it does not look at how long the running consultations
have lasted, at rosters and breaks, at urgent arrivals, at those who give up, or at languages, and it does not
learn from its own promises. So it is careful: ranges are rounded outward to whole minutes, and without enough
history it says that it does not know.
"""

import math
from datetime import timedelta
from statistics import fmean, stdev

from server.waiting_room.models import QueueState, ServiceHistory
from server.waiting_room.schemas import Wait, WaitRange, WaitUnknown

HISTORY = timedelta(hours=3)
"""How far back finished services count."""

ON_DUTY = timedelta(minutes=30)
"""A pharmacist who opened or closed a consultation this recently counts as on duty."""

ENOUGH_SERVICES = 5
Z_90 = 1.2816
"""The 90 % quantile of the normal distribution."""


def forecast(*, place: int, state: QueueState, history: ServiceHistory) -> Wait:
    """The wait at a place (from 1) until the call, as a P50-P90 range, or why it cannot be known."""
    match state:
        case QueueState.CLOSED:
            return WaitUnknown(reason="closed")
        case QueueState.PAUSED:
            return WaitUnknown(reason="paused")
        case QueueState.OPEN:
            pass
    if history.pharmacists == 0:
        return WaitUnknown(reason="nobody_on_duty")
    if len(history.service_times_s) < ENOUGH_SERVICES:
        return WaitUnknown(reason="too_little_history")
    return _range(place, history)


def _range(place: int, history: ServiceHistory) -> WaitRange:
    services = place / history.pharmacists
    mean = fmean(history.service_times_s)
    variance = stdev(history.service_times_s) ** 2
    expected_s = services * mean
    # The spread of the services themselves, and our doubt about their mean.
    spread_s = math.sqrt(
        variance * place / history.pharmacists**2 + variance * services**2 / len(history.service_times_s)
    )
    from_minutes = math.floor(expected_s / 60)
    to_minutes = math.ceil((expected_s + Z_90 * spread_s) / 60)
    return WaitRange(from_minutes=from_minutes, to_minutes=max(to_minutes, from_minutes + 1))
