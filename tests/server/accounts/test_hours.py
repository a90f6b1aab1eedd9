"""Opening hours on the pharmacy's own clock."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from server.accounts.hours import OpeningSpan, is_open, parse_hours

MADRID = ZoneInfo("Europe/Madrid")
MONDAY, FRIDAY, SATURDAY, SUNDAY = 0, 4, 5, 6


def at(text: str, zone: ZoneInfo = MADRID) -> datetime:
    """A moment given in UTC, on the clock of the zone."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone(zone)


def test_without_hours_it_is_always_open() -> None:
    assert is_open([], at("2026-11-02 03:00"))


def test_span_includes_its_opening_and_excludes_its_closing() -> None:
    spans = [OpeningSpan(MONDAY, "09:00", "14:00"), OpeningSpan(MONDAY, "17:00", "20:30")]
    # Madrid is one hour ahead in winter; 2 November 2026 is a Monday.
    assert [
        is_open(spans, at(f"2026-11-02 {time}"))
        for time in ("07:59", "08:00", "12:59", "13:00", "16:00", "19:29", "19:30")
    ] == [False, True, True, False, True, True, False]


def test_other_weekdays_are_closed() -> None:
    assert not is_open([OpeningSpan(MONDAY, "09:00", "14:00")], at("2026-11-03 10:00"))


def test_weekday_is_the_local_one() -> None:
    auckland = ZoneInfo("Pacific/Auckland")
    spans = [OpeningSpan(MONDAY, "09:00", "17:00")]
    # Sunday 21:00 UTC is Monday 10:00 in Auckland.
    assert is_open(spans, at("2026-11-01 21:00", auckland))


@pytest.mark.parametrize(
    "utc, expected",
    [
        ("2026-03-28 08:00", True),  # Saturday, winter time: 09:00
        ("2026-03-28 07:00", False),
        ("2026-03-29 07:00", True),  # Sunday, the clocks went forward: 07:00 UTC is 09:00 now
        ("2026-03-29 06:59", False),
        ("2026-10-24 07:00", True),  # Saturday, summer time: 09:00
        ("2026-10-25 07:00", False),  # Sunday, the clocks went back: 07:00 UTC is 08:00 now
        ("2026-10-25 08:00", True),
    ],
)
def test_nine_is_nine_on_both_sides_of_a_change_of_clocks(utc: str, expected: bool) -> None:
    spans = [OpeningSpan(day, "09:00", "14:00") for day in (SATURDAY, SUNDAY)]
    assert is_open(spans, at(utc)) is expected


def test_hour_that_happens_twice_is_open_twice() -> None:
    spans = [OpeningSpan(SUNDAY, "02:00", "03:00")]
    assert is_open(spans, at("2026-10-25 00:30"))  # 02:30 in summer time
    assert is_open(spans, at("2026-10-25 01:30"))  # 02:30 again, in winter time
    assert not is_open(spans, at("2026-10-25 02:00"))


def test_opening_in_the_hour_that_does_not_happen_is_at_its_end() -> None:
    spans = [OpeningSpan(SUNDAY, "02:30", "10:00")]
    assert not is_open(spans, at("2026-03-29 00:59"))  # 01:59
    assert is_open(spans, at("2026-03-29 01:00"))  # 03:00


def test_night_service_reaches_into_the_next_day() -> None:
    spans = [OpeningSpan(SUNDAY, "22:00", "02:00")]
    assert is_open(spans, at("2026-11-01 21:30"))  # Sunday 22:30
    assert is_open(spans, at("2026-11-02 00:30"))  # Monday 01:30
    assert not is_open(spans, at("2026-11-02 01:00"))  # Monday 02:00
    assert not is_open(spans, at("2026-11-01 00:30"))  # Sunday 01:30


def test_midnight_may_be_written_as_24() -> None:
    spans = [OpeningSpan(FRIDAY, "00:00", "24:00")]
    assert is_open(spans, at("2026-11-06 22:59"))
    assert not is_open(spans, at("2026-11-06 23:00"))


@pytest.mark.parametrize(
    "span",
    [
        (7, "09:00", "14:00"),
        (-1, "09:00", "14:00"),
        (0, "9:00", "14:00"),
        (0, "09:60", "14:00"),
        (0, "09:00", "24:01"),
        (0, "24:00", "02:00"),
        (0, "0900", "14:00"),
        (0, "aa:bb", "14:00"),
    ],
)
def test_what_is_no_span_is_refused(span: tuple[int, str, str]) -> None:
    with pytest.raises(ValueError, match="not a"):
        OpeningSpan(*span)


def test_hours_are_written_as_on_a_sign() -> None:
    assert parse_hours("sat 10:00-13:30") == ((5, "10:00", "13:30"),)
    assert parse_hours("Mon-Wed 09:00-14:00") == tuple((day, "09:00", "14:00") for day in (0, 1, 2))
    assert [day for day, _, _ in parse_hours("sat-mon 22:00-02:00")] == [5, 6, 0]
