"""Time as it is handed to those who need it, so that tests can turn it."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where the program reads the time of day."""

    def now(self) -> datetime:
        """Say what time it is, with the UTC time zone set."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)
