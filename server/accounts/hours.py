"""Opening hours: spans of the week on the pharmacy's own clock.

A span is compared with the wall clock, as the sign on the door is: when the clocks change, a pharmacy that
opens at nine opens at nine. A closing time at or before the opening time is on the next day; "24:00" is
midnight.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

MINUTES_PER_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class OpeningSpan:
    """From `opens` to `closes` on `weekday` (Monday is 0), as "HH:MM"; raises `ValueError` for others."""

    weekday: int
    opens: str
    closes: str

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6 or _minute(self.opens) == MINUTES_PER_DAY:
            raise ValueError("not a span of a week")
        _minute(self.closes)

    def contains(self, weekday: int, minute: int) -> bool:
        """Say whether the pharmacy is open in this minute of this weekday."""
        opens, closes = _minute(self.opens), _minute(self.closes)
        if closes > opens:
            return weekday == self.weekday and opens <= minute < closes
        overnight = weekday == (self.weekday + 1) % 7 and minute < closes
        return overnight or (weekday == self.weekday and minute >= opens)


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def parse_hours(text: str) -> tuple[tuple[int, str, str], ...]:
    """Read "mon-fri 09:00-14:00" or "sat 10:00-13:30"; raises `ValueError`."""
    days, _, times = text.strip().lower().partition(" ")
    first, _, last = days.partition("-")
    opens, _, closes = times.strip().partition("-")
    if not {first, last or first} <= set(WEEKDAYS):
        raise ValueError("not days of a week, such as mon-fri")
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    count = (end - start) % 7 + 1
    return tuple(((start + offset) % 7, opens, closes) for offset in range(count))


def is_open(spans: Iterable[OpeningSpan], local: datetime) -> bool:
    """Say whether it is open at this local time; with no spans, it always is."""
    spans = tuple(spans)
    minute = local.hour * 60 + local.minute
    return not spans or any(span.contains(local.weekday(), minute) for span in spans)


def _minute(text: str) -> int:
    hours, separator, minutes = text.partition(":")
    if len(text) != 5 or not separator or not (hours + minutes).isdecimal():
        raise ValueError("not a time of day")
    total = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or total > MINUTES_PER_DAY:
        raise ValueError("not a time of day")
    return total
