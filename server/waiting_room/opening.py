"""Opening hours of a queue: its own, or its pharmacies'; when it opens next, and since when it is shut.

Like all hours, they are spans of the week on the wall clock of a place (`server.accounts.hours`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from server.accounts.hours import OpeningSpan, is_open
from server.waiting_room.models import Queue
from server.waiting_room.ports import Location

ONE_DAY = timedelta(days=1)
WEEK = 7


@dataclass(frozen=True, slots=True)
class Hours:
    """Spans of a week in a time zone. Without spans it is always open."""

    spans: tuple[OpeningSpan, ...]
    zone: ZoneInfo

    def is_open_at(self, moment: datetime) -> bool:
        return is_open(self.spans, moment.astimezone(self.zone))

    def opens_at(self, moment: datetime) -> datetime | None:
        """When it opens next; `None` while it is open."""
        if self.is_open_at(moment):
            return None
        today = moment.astimezone(self.zone).date()
        days = (today + ONE_DAY * offset for offset in range(WEEK + 1))
        return min((opens for opens, _ in self._openings(days) if opens > moment), default=None)

    def closed_since(self, moment: datetime) -> datetime | None:
        """When it closed last; `None` while it is open."""
        if self.is_open_at(moment):
            return None
        today = moment.astimezone(self.zone).date()
        days = (today - ONE_DAY * offset for offset in range(WEEK + 2))
        return max((closes for _, closes in self._openings(days) if closes <= moment), default=None)

    def _openings(self, days: Iterable[date]) -> Iterator[tuple[datetime, datetime]]:
        """When it opens and closes on these days."""
        for day in days:
            for span in self.spans:
                if span.weekday == day.weekday():
                    is_overnight = span.closes <= span.opens
                    yield self._at(day, span.opens), self._at(day + ONE_DAY * is_overnight, span.closes)

    def _at(self, day: date, clock: str) -> datetime:
        hours, minutes = map(int, clock.split(":"))
        local = datetime.combine(day, time(), tzinfo=self.zone) + timedelta(hours=hours, minutes=minutes)
        return local.astimezone(UTC)


def hours_of(queue: Queue, pharmacy: Location) -> Hours:
    """The hours of a queue at a pharmacy: its own if it has any, else the pharmacy's."""
    zone = ZoneInfo(queue.time_zone or pharmacy.time_zone)
    if queue.opening_hours:
        return Hours(tuple(OpeningSpan(*span) for span in queue.opening_hours), zone)
    return Hours(tuple(pharmacy.opening_hours), ZoneInfo(pharmacy.time_zone))


def closed_since(hours: Sequence[Hours], moment: datetime) -> datetime | None:
    """Since when a queue of several places is shut: since the last closed; `None` while one is open."""
    since = [each.closed_since(moment) for each in hours]
    known = [closed for closed in since if closed is not None]
    return max(known) if known and len(known) == len(since) else None
