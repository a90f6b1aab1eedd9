"""Wire shapes of queues and visits."""

from typing import Annotated, Literal

from pydantic import Field

from server.api.endpoint import Payload, Shown
from server.api.fields import IdText, Moment, ShortText
from server.ids import ConsultationId, PharmacyId, QueueId, StaffId, VisitId
from server.waiting_room.models import EndReason, PriorityClass, QueueState, VisitState


class WaitRange(Shown):
    """A forecast: half of the patients wait at most the first number, nine of ten at most the second."""

    kind: Literal["range"] = "range"
    from_minutes: int
    to_minutes: int


class WaitUnknown(Shown):
    """No honest forecast can be made, for the reason given."""

    kind: Literal["unknown"] = "unknown"
    reason: Literal["too_little_history", "nobody_on_duty", "paused", "closed"]


Wait = Annotated[WaitRange | WaitUnknown, Field(discriminator="kind")]


class PublicQueue(Shown):
    """A queue as anybody may see it: how many wait, and how long a newcomer would."""

    id: QueueId
    name: str
    state: Literal["open", "paused", "closed", "full"]
    pause_message: str | None
    waiting: int
    wait: Wait


class VisitPharmacy(Shown):
    id: PharmacyId
    slug: str
    name: str
    phone: str
    emergency_number: str
    red_flags: dict[str, str]


class SpeakerView(Shown):
    name: str
    relationship: str
    authority: str
    checked: bool


class DeviceCheckView(Shown):
    camera: Literal["ok", "missing", "blocked", "skipped"]
    microphone: Literal["ok", "missing", "blocked", "silent", "skipped"]
    network: Literal["good", "audio_recommended", "call_us", "skipped"]
    checked_at: Moment


class VisitView(Shown):
    """One patient's way through a queue, as the patient sees it.

    `place` counts from 1 and is set while the visit stands in the line (checking, waiting, away).
    """

    id: VisitId
    version: int
    state: VisitState
    queue_id: QueueId
    queue_name: str
    queue_state: QueueState
    pause_message: str | None
    pharmacy: VisitPharmacy
    person_name: str
    speaker: SpeakerView | None
    language: str
    confidential: bool
    place: int | None
    wait: Wait | None
    device_check: DeviceCheckView | None
    arrived_at: Moment
    answer_by: Moment | None
    consultation_id: ConsultationId | None
    message: str | None
    end_reason: EndReason | None
    guidance: str | None
    next_steps: str | None
    successor_id: VisitId | None


class JoinQueue(Payload):
    """Stand in a queue, as the patient of this session."""

    pharmacy_id: Annotated[PharmacyId, IdText]
    reason: ShortText | None = None
    confidential: bool = False
    video_consent: bool
    consent_version: Annotated[str, Field(max_length=16)]


class DeviceCheck(Payload):
    """What the device check found. No result blocks joining the line."""

    camera: Literal["ok", "missing", "blocked", "skipped"]
    microphone: Literal["ok", "missing", "blocked", "silent", "skipped"]
    network: Literal["good", "audio_recommended", "call_us", "skipped"]


class VisitorInLine(Shown):
    """One visit, as staff see it on the counter.

    A technician is shown what the line needs (name, language, access needs, speaker, device check) and no
    more: `birth_date`, `reason` and `phone` are null for them. `place` is 0 for a visit that left the line.
    """

    id: VisitId
    state: VisitState
    place: int
    priority_class: PriorityClass
    person_name: str
    birth_date: str | None
    speaker: SpeakerView | None
    reason: str | None
    language: str
    access_needs: tuple[str, ...]
    confidential: bool
    phone: str | None
    can_ring: bool
    device_check: DeviceCheckView | None
    pharmacy_name: str
    arrived_at: Moment
    calls: int
    consultation_id: ConsultationId | None
    pharmacist_id: StaffId | None


class QueueView(Shown):
    """The line of a queue, in order, for the staff who serve it."""

    id: QueueId
    name: str
    version: int
    state: QueueState
    pause_message: str | None
    capacity: int
    answer_time_s: int
    line: tuple[VisitorInLine, ...]
    called: tuple[VisitorInLine, ...]
    in_consultation: tuple[VisitorInLine, ...]


class QueueSummary(Shown):
    """A queue and how many stand in it, for staff; `serves` says whether the one who asks serves it."""

    id: QueueId
    name: str
    version: int
    serves: bool
    state: QueueState
    pause_message: str | None
    waiting: int
    called: int
    in_consultation: int


class QueueList(Shown):
    queues: tuple[QueueSummary, ...]


class Admit(Payload):
    """Admit the next visit, or the one named."""

    visit_id: Annotated[VisitId, IdText] | None = None


class Pause(Payload):
    message: ShortText | None = None


class Message(Payload):
    """A line of text to a waiting patient."""

    text: ShortText


class Hold(Payload):
    reason: ShortText


class Transfer(Payload):
    queue_id: Annotated[QueueId, IdText]


class Decline(Payload):
    """Say that video cannot help, and what to do instead."""

    guidance: ShortText


class CheckSpeaker(Payload):
    """Staff confirm that the speaker may speak for the person cared for."""

    confirmed: bool
