"""Opening hours of queues: when they open next, and since when they are shut."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from server.accounts.hours import OpeningSpan
from server.waiting_room.opening import Hours, closed_since

LONDON = ZoneInfo("Europe/London")
WORKDAYS = Hours(tuple(OpeningSpan(day, "09:00", "17:30") for day in range(5)), LONDON)
NIGHTS = Hours((OpeningSpan(0, "22:00", "06:00"),), LONDON)
ALWAYS = Hours((), LONDON)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_while_open_there_is_no_next_opening_and_no_closing() -> None:
    monday = at("2026-11-02 10:00")
    assert WORKDAYS.opens_at(monday) is None
    assert WORKDAYS.closed_since(monday) is None


def test_a_weekend_lies_between_closing_and_opening() -> None:
    sunday = at("2026-11-08 12:00")
    assert WORKDAYS.closed_since(sunday) == at("2026-11-06 17:30")
    assert WORKDAYS.opens_at(sunday) == at("2026-11-09 09:00")


def test_hours_are_those_of_the_clock_on_the_wall() -> None:
    before_summer_time_ends = at("2026-10-23 18:00")
    assert WORKDAYS.closed_since(before_summer_time_ends) == at("2026-10-23 16:30")
    assert WORKDAYS.opens_at(before_summer_time_ends) == at("2026-10-26 09:00")


def test_a_night_ends_on_the_next_day() -> None:
    tuesday = at("2026-11-03 07:00")
    assert NIGHTS.is_open_at(at("2026-11-03 05:59"))
    assert NIGHTS.closed_since(tuesday) == at("2026-11-03 06:00")
    assert NIGHTS.opens_at(tuesday) == at("2026-11-09 22:00")


def test_without_hours_it_never_closes() -> None:
    assert ALWAYS.closed_since(at("2026-11-08 12:00")) is None
    assert ALWAYS.opens_at(at("2026-11-08 12:00")) is None


def test_a_hub_is_shut_since_the_last_of_its_places_closed() -> None:
    evening = at("2026-11-02 18:00")
    late = Hours((OpeningSpan(0, "09:00", "17:45"),), LONDON)
    assert closed_since([WORKDAYS, late], evening) == at("2026-11-02 17:45")
    assert closed_since([WORKDAYS, ALWAYS], evening) is None
    assert closed_since([], evening) is None
