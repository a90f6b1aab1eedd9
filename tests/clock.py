"""A clock that tests turn by hand."""

from datetime import UTC, datetime, timedelta


class ManualClock:
    """Stands still until it is advanced."""

    def __init__(self, start: datetime = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, **duration: float) -> None:
        """Move on, by the arguments of `timedelta`."""
        self._now += timedelta(**duration)
