"""How many clients may connect at once: a token bucket, with a second one for those in a call.

After a restart everybody comes back together. Whoever finds no token is told when to come again: the times
are dealt out at the rate at which tokens come, so that the refused do not meet again. People in a call have
a bucket of their own, and share in the other when it is empty; the claim to be in a call is not checked, and
buys no more than that.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from signaling.budget import Bucket


@dataclass(frozen=True, slots=True, kw_only=True)
class Inflow:
    """Connects a second, and at once; for those in a call, in addition. The longest wait that is told."""

    per_s: float = 1_200
    burst: float = 2_000
    in_call_per_s: float = 200
    in_call_burst: float = 500
    longest_s: float = 30


class Turnstile:
    """Lets clients in, or says when to come again."""

    def __init__(self, inflow: Inflow, monotonic: Callable[[], float] = time.monotonic) -> None:
        now = monotonic()
        self._inflow = inflow
        self._monotonic = monotonic
        self._all = Bucket(rate=inflow.per_s, burst=inflow.burst, now=now)
        self._in_call = Bucket(rate=inflow.in_call_per_s, burst=inflow.in_call_burst, now=now)
        self._next_turn = now
        self.refused = 0

    def admit(self, *, in_call: bool) -> float | None:
        """Take a token: `None`, or else in how many seconds to come again (1 or more)."""
        now = self._monotonic()
        if in_call and self._in_call.take(1, now):
            return None
        if self._all.take(1, now):
            return None
        self.refused += 1
        return 1.0 if in_call else self._turn(now)

    def _turn(self, now: float) -> float:
        earliest, latest = now + 1, now + self._inflow.longest_s
        if not earliest <= self._next_turn <= latest:
            self._next_turn = earliest
        turn = self._next_turn
        self._next_turn += 1 / self._inflow.per_s
        return turn - now
