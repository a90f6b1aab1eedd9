"""Ages and telephone numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from server.accounts.rules import age_on, dialled, require_speaker
from server.accounts.schemas import Authority, Person, Relationship, Speaker
from server.errors import Code, Refusal

TODAY = date(2026, 11, 2)
MOTHER = Speaker(name="Ana", relationship=Relationship.PARENT, authority=Authority.PARENTAL)


@pytest.mark.parametrize(
    "born, day, age",
    [
        (date(2010, 11, 2), date(2026, 11, 1), 15),
        (date(2010, 11, 2), date(2026, 11, 2), 16),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2026, 11, 2), date(2026, 11, 2), 0),
    ],
)
def test_age_is_in_full_years(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


def ask(speaker: Speaker | None = None, **person: Any) -> None:
    require_speaker(Person(name="Luis", **person), speaker, today=TODAY, below_age=16)


def test_child_needs_somebody_to_speak() -> None:
    with pytest.raises(Refusal) as caught:
        ask(birth_date=date(2010, 11, 3))
    assert caught.value.code is Code.SPEAKER_REQUIRED
    ask(MOTHER, birth_date=date(2010, 11, 3))


def test_from_the_age_on_a_person_speaks_alone() -> None:
    ask(birth_date=date(2010, 11, 2))


@pytest.mark.parametrize("born", [date(2026, 11, 3), date(1895, 11, 2)])
def test_impossible_birth_date_is_named(born: date) -> None:
    with pytest.raises(Refusal) as caught:
        ask(MOTHER, birth_date=born)
    assert caught.value.fields == (("/person/birth_date", "not_a_birth_date"),)


@pytest.mark.parametrize(
    "typed, country, number",
    [
        ("612 34 56 78", "ES", "+34612345678"),
        ("0034 612345678", "ES", "+34612345678"),
        ("+44 7400 123456", "ES", "+447400123456"),
        ("07400 123456", "GB", "+447400123456"),
        ("(415) 555-2671", "US", "+14155552671"),
        (None, "ES", None),
    ],
)
def test_number_is_kept_as_the_whole_world_dials_it(
    typed: str | None, country: str, number: str | None
) -> None:
    assert dialled(typed, country=country) == number


@pytest.mark.parametrize("typed", ["12345", "call me", "+999 1234567", "6123456789012345", "1\u0660"])
def test_number_that_rings_nowhere_is_named(typed: str) -> None:
    with pytest.raises(Refusal) as caught:
        dialled(typed, country="ES")
    assert caught.value.code is Code.INVALID_REQUEST
    assert caught.value.fields == (("/person/phone", "not_a_phone_number"),)
