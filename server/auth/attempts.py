"""What is remembered of attempts to sign in or to come in, outside the database, in bounded memory."""

from collections import OrderedDict
from datetime import datetime, timedelta

from server.clock import Clock

MAX_KEPT = 10_000


class Attempts:
    """A token bucket per key: `burst` attempts at once, then one more every `refill_s` seconds.

    Keeps the `MAX_KEPT` keys seen last; one that was forgotten starts anew.
    """

    def __init__(self, clock: Clock, *, burst: int, refill_s: float) -> None:
        self._clock = clock
        self._burst = burst
        self._refill_s = refill_s
        self._left: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def take(self, key: str) -> float:
        """Take one attempt: 0 if it was granted, else the seconds until there is one."""
        left = self._available(key)
        granted = left >= 1
        self._left[key] = (left - 1 if granted else left, self._clock.now())
        self._left.move_to_end(key)
        if len(self._left) > MAX_KEPT:
            self._left.popitem(last=False)
        return 0 if granted else (1 - left) * self._refill_s

    def _available(self, key: str) -> float:
        now = self._clock.now()
        left, since = self._left.get(key, (float(self._burst), now))
        return min(float(self._burst), left + (now - since).total_seconds() / self._refill_s)


class UnknownAccounts:
    """Locks accounts that do not exist by the rule for those that do, so that a lock does not tell.

    Keys are digests of the addresses tried; the `MAX_KEPT` seen last are kept.
    """

    def __init__(self, clock: Clock, *, failures: int, locked_for: timedelta) -> None:
        self._clock = clock
        self._failures = failures
        self._locked_for = locked_for
        self._seen: OrderedDict[str, tuple[int, datetime | None]] = OrderedDict()

    def locked_until(self, key: str) -> datetime | None:
        until = self._seen.get(key, (0, None))[1]
        return until if until is not None and self._clock.now() < until else None

    def count_failure(self, key: str) -> None:
        failures = self._seen.get(key, (0, None))[0] + 1
        locked = failures >= self._failures
        self._seen[key] = (0, self._clock.now() + self._locked_for) if locked else (failures, None)
        self._seen.move_to_end(key)
        if len(self._seen) > MAX_KEPT:
            self._seen.popitem(last=False)
