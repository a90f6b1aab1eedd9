"""When to try again: full jitter, and what the server asks for (`Retry-After`) where it asks."""

from random import Random
from typing import Final

WAITING_SPREAD_S: Final = 10.0
"""Those who wait come back over so long a time, from the first attempt on: a storm must not come back as one.
"""

CALLING_SPREAD_S: Final = 1.0
"""Those who are called or in a call come back at once."""


def pause_s(random: Random, *, attempt: int, in_call: bool, asked_s: float | None) -> float:
    """How long to stay away before attempt `attempt` (from 0)."""
    if asked_s is not None:
        return asked_s + random.uniform(0, max(1.0, asked_s))
    if in_call:
        return random.uniform(0, min(CALLING_SPREAD_S * 2 ** max(0, attempt - 2), WAITING_SPREAD_S))
    return random.uniform(0, WAITING_SPREAD_S)
