"""Audit events of consultations and of the rooms they are held in."""

from server.audit.event import EventType, Subject
from server.consultations.models import Consultation, Media
from server.ids import ConsultationId, PatientId, TenantId, VisitId

PARTICIPANT = {"participant_id": "who", "kind": "patient, pharmacist or guest"}

CONSULTATION_OPENED = EventType(
    "consultation.opened",
    "A pharmacist admitted a visit: its consultation begins with a call.",
    {"pharmacist_id": "who holds it", "confidential": "whether it leaves no trace for the patient's links"},
)
CONSULTATION_STARTED = EventType("consultation.started", "The patient came: the consultation runs.")
CONSULTATION_HELD = EventType("consultation.held", "Staff put the consultation on hold.")
CONSULTATION_RESUMED = EventType("consultation.resumed", "The pharmacist came back from a hold.")
CONSULTATION_WRAP_UP = EventType(
    "consultation.wrap_up",
    "The call is over, the record still open.",
    {"reason": "pharmacist_hung_up, or room_empty when nobody was in the room for some minutes"},
)
CONSULTATION_HANDED_OVER = EventType(
    "consultation.handed_over",
    "A pharmacist gave the consultation to a colleague.",
    {"from_pharmacist_id": "who held it", "to_pharmacist_id": "who holds it now"},
)
PHONE_STARTED = EventType("room.phone.started", "The pharmacist has the patient on the telephone.")
CONSULTATION_UNANSWERED = EventType("consultation.unanswered", "Nobody answered the call.")
CONSULTATION_CLOSED = EventType(
    "consultation.closed",
    "The consultation was closed; only addenda follow.",
    {"reason": "why the call ended", "outcome": "what came of it, null if it did not come to that"},
)
CONSULTATION_VIEWED = EventType(
    "consultation.viewed",
    "Somebody was shown the record: once per session while it is open, each time after it closed, and each "
    "time to compliance.",
)
CONSULTATIONS_LISTED = EventType(
    "consultation.listed", "Staff were shown a list.", {"consultation_ids": "what was on it"}
)
NOTE_ADDED = EventType(
    "consultation.note.added", "A note was added.", {"note_id": "its id", "addendum": "after closing"}
)
CONSENT_GIVEN = EventType(
    "consent.given",
    "A consent of the person cared for was noted.",
    {
        "consent_id": "its id",
        "what": "video_consultation or recording",
        "text_version": "which text they were shown",
        "given_by": "self, speaker, guest or pharmacist",
    },
)
CONSENT_WITHDRAWN = EventType(
    "consent.withdrawn", "A consent was refused or taken back.", CONSENT_GIVEN.fields
)
ROOM_JOINED = EventType(
    "room.participant.joined",
    "Somebody came into the room, or came back.",
    {**PARTICIPANT, "again": "whether they were in it before"},
)
ROOM_LEFT = EventType(
    "room.participant.left",
    "Somebody left the room.",
    {**PARTICIPANT, "reason": "hang_up, page_closed or connection_lost"},
)
SCREEN_SHARE_STARTED = EventType("room.screen_share.started", "A screen is shown.", PARTICIPANT)
SCREEN_SHARE_STOPPED = EventType("room.screen_share.stopped", "A screen is no longer shown.", PARTICIPANT)
CAMERA_ON = EventType("room.camera.on", "A camera was turned on.", PARTICIPANT)
CAMERA_OFF = EventType("room.camera.off", "A camera was turned off.", PARTICIPANT)
MICROPHONE_ON = EventType("room.microphone.on", "A microphone was turned on.", PARTICIPANT)
MICROPHONE_OFF = EventType("room.microphone.off", "A microphone was turned off.", PARTICIPANT)
CHAT_SENT = EventType(
    "room.chat.sent", "A line of text was written.", {**PARTICIPANT, "message_id": "its id"}
)
QUALITY_CHANGED = EventType(
    "room.quality.changed",
    "What a participant receives got better or worse.",
    {**PARTICIPANT, "level": "0 (nothing) to 5 (excellent)", "reason": "loss, rtt, jitter, ..."},
)

ALL = (
    CONSULTATION_OPENED,
    CONSULTATION_STARTED,
    CONSULTATION_HELD,
    CONSULTATION_RESUMED,
    CONSULTATION_WRAP_UP,
    CONSULTATION_HANDED_OVER,
    PHONE_STARTED,
    CONSULTATION_UNANSWERED,
    CONSULTATION_CLOSED,
    CONSULTATION_VIEWED,
    CONSULTATIONS_LISTED,
    NOTE_ADDED,
    CONSENT_GIVEN,
    CONSENT_WITHDRAWN,
    ROOM_JOINED,
    ROOM_LEFT,
    SCREEN_SHARE_STARTED,
    SCREEN_SHARE_STOPPED,
    CAMERA_ON,
    CAMERA_OFF,
    MICROPHONE_ON,
    MICROPHONE_OFF,
    CHAT_SENT,
    QUALITY_CHANGED,
)


def about(consultation: Consultation) -> Subject:
    """The subject of an event about a consultation."""
    return Subject(
        tenant_id=consultation.tenant_id,
        consultation_id=consultation.id,
        visit_id=consultation.visit_id,
        queue_id=consultation.queue_id,
        patient_id=consultation.patient_id,
    )


def about_person(
    tenant_id: TenantId,
    patient_id: PatientId,
    visit_id: VisitId | None,
    consultation_id: ConsultationId | None,
) -> Subject:
    """The subject of an event about the person cared for."""
    return Subject(
        tenant_id=tenant_id,
        consultation_id=consultation_id,
        visit_id=visit_id,
        patient_id=patient_id,
    )


def media_events(before: Media | None, after: Media) -> list[EventType]:
    """What a participant turned on or off; who joins (`before` is empty) turns on what is on."""
    screen = before is not None and before.screen
    video = before is not None and before.video
    audio = before is not None and before.audio
    switches = (
        (screen, after.screen, SCREEN_SHARE_STARTED, SCREEN_SHARE_STOPPED),
        (video, after.video, CAMERA_ON, CAMERA_OFF),
        (audio, after.audio, MICROPHONE_ON, MICROPHONE_OFF),
    )
    return [on if is_on else off for was_on, is_on, on, off in switches if was_on != is_on]
