"""Wire shapes of the audit log."""

from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from server.api.endpoint import Payload, Shown
from server.api.fields import IdText, Moment
from server.ids import ConsultationId, EventId, PatientId, QueueId, VisitId

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)
SearchMoment = Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST)]
"""A moment that databases can hold in any time zone."""

Datum = str | int | bool | None


class EventView(Shown):
    """One event of the log.

    `index` is its place in the log, `seq` its number within its consultation (null when it belongs to none).
    `actor_name` is the name of a member of staff, or the role again. `data` is what the type of the event
    declares (docs/audit-events.md).
    """

    id: EventId
    index: int
    seq: int | None
    time: Moment
    name: str
    actor_role: str
    actor_id: str | None
    actor_name: str
    consultation_id: ConsultationId | None
    visit_id: VisitId | None
    queue_id: QueueId | None
    patient_id: PatientId | None
    data: dict[str, Datum | tuple[Datum, ...]]


class EventPage(Shown):
    """Events, newest first. `pending`: events of this log that are committed but not in the log yet."""

    events: tuple[EventView, ...]
    next_cursor: str | None
    pending: int


class TimelineView(Shown):
    """All events of a consultation in the order of the log, with those of its visit before admission.

    `complete` is false when there are more than are shown, or when some are not in the log yet.
    """

    consultation_id: ConsultationId
    visit_ids: tuple[VisitId, ...]
    events: tuple[EventView, ...]
    complete: bool


class CheckpointView(Shown):
    """A signed head of the log (C2SP tlog-checkpoint): `note` is the checkpoint, `key` verifies it (vkey)."""

    log: str
    size: int
    note: str
    key: str
    signed_at: Moment


class SearchEvents(Payload):
    """What to look for; all that is given has to fit. `name` is a prefix such as `visit.`."""

    consultation_id: Annotated[ConsultationId, IdText] | None = None
    visit_id: Annotated[VisitId, IdText] | None = None
    actor_id: Annotated[str, IdText] | None = None
    name: Annotated[str, StringConstraints(pattern=r"^[a-z_.]{1,64}$")] | None = None
    since: SearchMoment | None = None
    until: SearchMoment | None = None
    cursor: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,18}$")] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50

    @model_validator(mode="after")
    def _since_before_until(self) -> Self:
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise ValueError("since is not before until")
        return self
