"""Field types shared by the wire shapes."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field, PlainSerializer, StringConstraints

from server.ids import UUID_PATTERN

IdText = StringConstraints(pattern=UUID_PATTERN)
"""Constrains an id type: `Annotated[QueueId, IdText]`."""

PersonName = Annotated[str, StringConstraints(min_length=1, max_length=120)]
PhoneText = Annotated[str, StringConstraints(min_length=3, max_length=32)]
LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
SkillName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
LongText = Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Secret = Annotated[str, Field(min_length=1, max_length=512, repr=False)]


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Moment = Annotated[AwareDatetime, PlainSerializer(_rfc3339, return_type=str, when_used="json")]
"""A moment, RFC 3339 in UTC on the wire."""
