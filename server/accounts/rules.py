"""What is asked of a person at the door: an age, somebody to speak, a telephone number that exists."""

from datetime import date

import phonenumbers

from server.accounts.schemas import Person, Speaker
from server.errors import Code, Refusal

OLDEST = 130


def age_on(birth_date: date, day: date) -> int:
    """Full years on a day. Who was born on 29 February is a year older on 1 March."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (not had_birthday)


def require_speaker(
    person: Person, speaker: Speaker | None, *, today: date, below_age: int, at: str = "/person"
) -> None:
    """Raise `speaker_required` for somebody below the age who comes alone.

    An impossible birth date is `invalid_request`.
    """
    age = age_on(person.birth_date, today)
    if not 0 <= age <= OLDEST:
        raise Refusal(Code.INVALID_REQUEST, fields=((f"{at}/birth_date", "not_a_birth_date"),))
    if age < below_age and speaker is None:
        raise Refusal(Code.SPEAKER_REQUIRED)


def dialled(number: str | None, *, country: str, at: str = "/person/phone") -> str | None:
    """The number in E.164, read as somebody in that country would dial it; raises `invalid_request`."""
    if number is None:
        return None
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_valid_number(parsed):
        raise Refusal(Code.INVALID_REQUEST, fields=((at, "not_a_phone_number"),))
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
