"""Wire shapes of queues and visits."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from server.api.endpoint import Payload, Shown
from server.api.fields import IdText, LanguageTag, Moment, ShortText, SkillName
from server.ids import ConsultationId, PharmacyId, QueueId, StaffId, VisitId
from server.waiting_room.models import EndReason, PriorityClass, QueueState, VisitState
from server.waiting_room.pool import DutyState


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


class Kept(Shown):
    """How good the forecasts of a queue were of late: `of` patients, `within` of them called as promised."""

    of: int
    within: int


class PublicQueue(Shown):
    """A queue as anybody may see it: how many wait, and how long a newcomer would.

    `opens_at`: when one that is closed opens next, if that is known.
    """

    id: QueueId
    name: str
    state: Literal["open", "paused", "closed", "full"]
    pause_message: str | None
    waiting: int
    wait: Wait
    opens_at: Moment | None
    kept: Kept | None


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


class Reach(Shown):
    """How a patient is told that their turn comes, besides on the page; with all false, only there."""

    text: bool
    email: bool
    ring: bool


class VisitView(Shown):
    """One patient's way through a queue, as the patient sees it.

    `place` counts from 1 and is set while the visit stands in the line (checking, waiting, away).
    `queue_version`: the version of the line that place and wait were read from. `coming`: a called patient
    has said that they are on their way. `worse_at`: since when staff know that they feel worse, until
    staff have seen to it. `kept`: how good the forecasts of this queue were.
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
    queue_version: int
    reach: Reach
    coming: bool
    worse_at: Moment | None
    phone_only: bool
    kept: Kept | None


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
    more: `birth_date`, `reason`, `urgent_reason` and `phone` are null for them. `place` is 0 for a visit that
    left the line. `reach`: the best way to tell the patient besides the page; with 'none', ring them if there
    is a number. `matches`: whether the one who asks fits the visit's skills and language; `is_next`: this is
    the one whom 'admit next' would call for them.
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
    skills: tuple[str, ...]
    appointment_at: Moment | None
    urgent_reason: str | None
    worse_at: Moment | None
    coming: bool
    phone_only: bool
    reach: Literal["text", "email", "ring", "none"]
    matches: bool
    is_next: bool


class OnDuty(Shown):
    """One who serves the queue and is on duty or on a break, and the consultation they are in."""

    staff_id: StaffId
    name: str
    state: Literal["on", "break", "off"]
    consultation_id: ConsultationId | None


class QueuePharmacy(Shown):
    id: PharmacyId
    name: str


class QueueView(Shown):
    """The line of a queue, in order, for the staff who serve it.

    `wait_alert_s`: a wait longer than this is to be noticed. `call_backs`: how many ask to be rung. `wait`:
    what a newcomer would be told.
    """

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
    wait_alert_s: int
    on_duty: tuple[OnDuty, ...]
    call_backs: int
    wait: Wait
    pharmacies: tuple[QueuePharmacy, ...]


class QueueSummary(Shown):
    """A queue and how many stand in it, for staff; `serves` says whether the one who asks serves it.

    What staff are alerted to, without a name: `worse`: how many feel worse and were not seen to; `worse_at`:
    when the last of them said so; `longest_since`: when the one came who has waited longest and is not away;
    `newest_since`: when the last of those in line, called or in consultation came; a wait longer than
    `wait_alert_s` is to be noticed.
    """

    id: QueueId
    name: str
    version: int
    serves: bool
    state: QueueState
    pause_message: str | None
    waiting: int
    called: int
    in_consultation: int
    worse: int
    worse_at: Moment | None
    longest_since: Moment | None
    newest_since: Moment | None
    wait_alert_s: int


class QueueList(Shown):
    queues: tuple[QueueSummary, ...]


class DutyView(Shown):
    """Whether a pharmacist is on duty. `back_at`: when a break should end; `until`: when the shift should.

    `since` is null for one who never said so: then it is inferred from what they have done of late.
    """

    state: DutyState
    since: Moment | None
    back_at: Moment | None
    until: Moment | None


class ChangeDuty(Payload):
    """Go on duty, on a break, or off duty. `back_at` belongs to a break; `until` is the end of the shift."""

    state: DutyState
    back_at: AwareDatetime | None = None
    until: AwareDatetime | None = None


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


class MessageToAll(Shown):
    """How many waiting patients are shown the message."""

    sent: int


class ChangeClass(Payload):
    """Put a visit into another class. `urgent` needs a reason, which stays with the visit."""

    priority_class: Literal[PriorityClass.URGENT, PriorityClass.ROUTINE]
    reason: ShortText | None = None


class Needs(Payload):
    """Which skills a visit needs of its pharmacist, and the language it is held in."""

    skills: Annotated[tuple[SkillName, ...], Field(max_length=10)] = ()
    language: LanguageTag
