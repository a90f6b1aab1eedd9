"""Wire shapes of patients who come by telephone only."""

from datetime import date
from typing import Annotated

from pydantic import Field

from server.accounts.schemas import AccessNeed, Speaker
from server.api.endpoint import Payload
from server.api.fields import IdText, LanguageTag, PersonName, PhoneText, ShortText
from server.ids import PharmacyId


class PhonePerson(Payload):
    """The person cared for, as staff take them down on the telephone."""

    name: PersonName
    birth_date: date
    phone: PhoneText
    language: LanguageTag = "en"
    access_needs: Annotated[tuple[AccessNeed, ...], Field(max_length=5)] = ()


class PhoneVisit(Payload):
    """Put somebody who has only a telephone into the line."""

    pharmacy_id: Annotated[PharmacyId, IdText]
    person: PhonePerson
    speaker: Speaker | None = None
    reason: ShortText | None = None
