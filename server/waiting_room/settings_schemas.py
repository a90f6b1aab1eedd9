"""Wire shapes of the settings of queues."""

from typing import Annotated

from pydantic import Field

from server.api.endpoint import Payload, Shown
from server.api.fields import LanguageTag, PersonName
from server.ids import QueueId

TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]


class OpeningSpanText(Payload):
    """A span of a weekday (Monday is 0), local time. Closing at or before opening is on the next day."""

    weekday: Annotated[int, Field(ge=0, le=6)]
    opens: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    closes: TimeOfDay


class QueueSettingsView(Shown):
    """What an administrator can set of a queue.

    `opening_hours` empty means those of the pharmacies; `time_zone` is theirs unless the queue has its own.
    `head_starts`: seconds by which a class goes before its arrival.
    """

    id: QueueId
    name: str
    capacity: int
    answer_time_s: int
    wait_alert_s: int
    notify_ahead: int
    languages: tuple[str, ...]
    opening_hours: tuple[OpeningSpanText, ...]
    time_zone: str | None
    urgent_head_start_s: int
    scheduled_head_start_s: int
    window_before_s: int
    window_after_s: int
    service_prior_s: int


class ChangeQueue(Payload):
    """Change settings of a queue; what is left out, or null, stays as it is."""

    name: PersonName | None = None
    capacity: Annotated[int, Field(ge=1, le=10_000)] | None = None
    answer_time_s: Annotated[int, Field(ge=30, le=3_600)] | None = None
    wait_alert_s: Annotated[int, Field(ge=60, le=86_400)] | None = None
    notify_ahead: Annotated[int, Field(ge=1, le=50)] | None = None
    languages: Annotated[tuple[LanguageTag, ...], Field(min_length=1, max_length=20)] | None = None
    opening_hours: Annotated[tuple[OpeningSpanText, ...], Field(max_length=50)] | None = None
    time_zone: Annotated[str, Field(max_length=64)] | None = None
    urgent_head_start_s: Annotated[int, Field(ge=0, le=86_400)] | None = None
    scheduled_head_start_s: Annotated[int, Field(ge=0, le=86_400)] | None = None
    window_before_s: Annotated[int, Field(ge=0, le=7_200)] | None = None
    window_after_s: Annotated[int, Field(ge=0, le=7_200)] | None = None
    service_prior_s: Annotated[int, Field(ge=30, le=7_200)] | None = None
