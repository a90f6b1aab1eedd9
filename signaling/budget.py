"""What one socket may send: a bucket of messages and a bucket of bytes (PROTOCOL.md, 'Messages')."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """The size of the buckets and how fast they fill again."""

    messages_per_s: float = 60
    message_burst: float = 240
    bytes_per_s: float = 512 * 1024
    byte_burst: float = 1024 * 1024
    refusals: int = 240
    """So many refused messages in a row end the connection."""


class Bucket:
    """A token bucket: holds at most `burst`, and gains `rate` a second."""

    __slots__ = ("_burst", "_filled_at", "_level", "_rate")

    def __init__(self, *, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._filled_at = now

    def take(self, amount: float, now: float) -> bool:
        """Take the amount if it is there; an amount over the whole burst never is."""
        self._level = min(self._burst, self._level + (now - self._filled_at) * self._rate)
        self._filled_at = now
        if amount > self._level:
            return False
        self._level -= amount
        return True


class Budget:
    """Both buckets of a socket. `monotonic` gives seconds."""

    __slots__ = ("_bytes", "_messages", "_monotonic", "_refusals", "_refusals_left")

    def __init__(self, allowance: Allowance, monotonic: Callable[[], float]) -> None:
        now = monotonic()
        self._monotonic = monotonic
        self._messages = Bucket(rate=allowance.messages_per_s, burst=allowance.message_burst, now=now)
        self._bytes = Bucket(rate=allowance.bytes_per_s, burst=allowance.byte_burst, now=now)
        self._refusals_left = allowance.refusals
        self._refusals = allowance.refusals

    def take(self, size: int) -> bool:
        """Say whether a message of so many bytes may be handled."""
        now = self._monotonic()
        allowed = self._messages.take(1, now) and self._bytes.take(size, now)
        self._refusals_left = self._refusals if allowed else self._refusals_left - 1
        return allowed

    @property
    def exhausted(self) -> bool:
        """Whether the client kept on sending for so long that it has to go."""
        return self._refusals_left <= 0
