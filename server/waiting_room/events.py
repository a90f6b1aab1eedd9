"""Audit events of queues and visits."""

from server.audit.event import EventType, Subject
from server.ids import ConsultationId
from server.waiting_room.models import Queue, Visit

VISIT_JOINED = EventType(
    "visit.joined",
    "A patient took a place in a queue.",
    {
        "pharmacy_id": "the pharmacy the patient came to",
        "priority_class": "urgent, scheduled or routine",
        "speaker": "whether somebody speaks for the person cared for",
    },
)
VISIT_DEVICE_CHECKED = EventType(
    "visit.device_check.completed",
    "The device check of a patient ended, with any result.",
    {"camera": "result code", "microphone": "result code", "network": "result code"},
)
VISIT_WENT_AWAY = EventType("visit.went_away", "The patient is away; the place is kept.")
VISIT_RETURNED = EventType("visit.returned", "The patient is back at the place that was kept.")
VISIT_LEFT = EventType("visit.left", "The patient gave the place up.")
VISIT_ADMITTED = EventType(
    "visit.admitted",
    "A pharmacist admitted the visit: the patient is called.",
    {
        "pharmacist_id": "who admitted",
        "rule": "why this one: arrival, priority_class, unanswered_call or chosen",
        "passed_over": "how many stood before this visit",
        "call": "1 for the first call of this visit, 2 for the second",
        "answer_by": "until when the call can be answered, RFC 3339",
    },
)
VISIT_UNANSWERED = EventType(
    "visit.call.unanswered",
    "A call was not answered; the visit goes back to the front of its class.",
    {"call": "which call", "by": "staff or deadline"},
)
VISIT_NO_SHOW = EventType(
    "visit.no_show",
    "The last call was not answered; the visit ended.",
    {"call": "which call", "by": "staff or deadline"},
)
VISIT_ANSWERED = EventType("visit.answered", "The patient came into the consultation.")
VISIT_COMPLETED = EventType("visit.completed", "The consultation of the visit was completed.")
VISIT_DECLINED = EventType("visit.declined", "Staff told the patient what to do instead of video.")
VISIT_TRANSFERRED = EventType(
    "visit.transferred",
    "Staff moved the visit to another queue, with its arrival time.",
    {"to_queue_id": "the other queue", "successor_id": "the visit in the other queue"},
)
VISIT_MESSAGED = EventType("visit.messaged", "Staff sent the patient a line of text.")
VISIT_HELD = EventType(
    "visit.held", "Staff put the visit on hold and told the patient why; the place is kept."
)
VISIT_SPEAKER_CHECKED = EventType(
    "visit.speaker.checked",
    "Staff decided whether the speaker may speak for the person cared for.",
    {"confirmed": "true or false"},
)
VISIT_VIEWED = EventType("visit.viewed", "Staff were shown one visit.")
QUEUE_VIEWED = EventType(
    "queue.viewed",
    "A staff session was shown visits in the line that it had not been shown before.",
    {"visit_ids": "the newly revealed visits"},
)
QUEUE_PAUSED = EventType("queue.paused", "Staff stopped taking new patients into a queue.")
QUEUE_CREATED = EventType(
    "queue.created",
    "An operator made a queue.",
    {"pharmacies": "the ids of the pharmacies it takes patients at"},
)
QUEUE_RESUMED = EventType("queue.resumed", "Staff take new patients into a queue again.")


def about(visit: Visit, consultation_id: ConsultationId | None = None) -> Subject:
    """The subject of an event about a visit."""
    return Subject(
        tenant_id=visit.tenant_id,
        consultation_id=consultation_id,
        visit_id=visit.id,
        queue_id=visit.queue_id,
        patient_id=visit.patient_id,
    )


def about_queue(queue: Queue) -> Subject:
    """The subject of an event about a queue."""
    return Subject(tenant_id=queue.tenant_id, queue_id=queue.id)


ALL = (
    VISIT_JOINED,
    VISIT_DEVICE_CHECKED,
    VISIT_WENT_AWAY,
    VISIT_RETURNED,
    VISIT_LEFT,
    VISIT_ADMITTED,
    VISIT_UNANSWERED,
    VISIT_NO_SHOW,
    VISIT_ANSWERED,
    VISIT_COMPLETED,
    VISIT_DECLINED,
    VISIT_TRANSFERRED,
    VISIT_MESSAGED,
    VISIT_HELD,
    VISIT_SPEAKER_CHECKED,
    VISIT_VIEWED,
    QUEUE_CREATED,
    QUEUE_VIEWED,
    QUEUE_PAUSED,
    QUEUE_RESUMED,
)
