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
VISIT_WAIT_PROMISED = EventType(
    "visit.wait.promised",
    "The patient was told, on joining, how long the wait would be.",
    {
        "place": "the place in line, from 1",
        "from_minutes": "half are called within, or null",
        "to_minutes": "nine of ten are called within, or null",
        "unknown": "why nothing could be said, or null",
    },
)
VISIT_DEVICE_CHECKED = EventType(
    "visit.device_check.completed",
    "The device check of a patient ended, with any result.",
    {"camera": "result code", "microphone": "result code", "network": "result code"},
)
VISIT_WENT_AWAY = EventType("visit.went_away", "The patient is away; the place is kept.")
VISIT_RETURNED = EventType("visit.returned", "The patient is back at the place that was kept.")
VISIT_WINDOW_OPENED = EventType(
    "visit.window.opened", "The patient came early, and the time of the appointment has come."
)
VISIT_LEFT = EventType("visit.left", "The patient gave the place up.")
VISIT_ADMITTED = EventType(
    "visit.admitted",
    "A pharmacist admitted the visit: the patient is called.",
    {
        "pharmacist_id": "who admitted",
        "rule": "why this one: arrival, priority_class, unanswered_call or chosen",
        "place": "where this visit stood, from 1",
        "passed_away": "how many before it were passed over because they were away",
        "passed_checking": "because they were not ready",
        "passed_elsewhere": "because another queue had called them",
        "passed_skills": "because the pharmacist lacked a skill they need",
        "passed_language": "because the pharmacist does not speak their language",
        "passed_ready": "only because the pharmacist chose another one",
        "language_waived": "whether nobody at work speaks the patient's language",
        "priority_class": "urgent, scheduled or routine",
        "waited_s": "seconds since the patient arrived",
        "call": "1 for the first call of this visit, 2 for the second",
        "answer_by": "until when the call can be answered, RFC 3339",
    },
)
VISIT_UNANSWERED = EventType(
    "visit.call.unanswered",
    "A call was not answered; the visit goes back to the front of the line.",
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
VISIT_RELEASED = EventType("visit.released", "Staff let a visit that was on hold wait again.")
VISIT_COMING = EventType(
    "visit.coming",
    "The called patient said that they are coming, and has more time to answer.",
    {"answer_by": "until when the call can be answered now, RFC 3339"},
)
VISIT_WORSE = EventType(
    "visit.worse.reported", "The patient said that they feel worse; the counter was alerted."
)
VISIT_WORSE_SEEN = EventType("visit.worse.seen", "Staff have seen to a patient who felt worse.")
VISIT_CLASS_CHANGED = EventType(
    "visit.class.changed",
    "Staff put the visit into another priority class; the reason is kept with the visit.",
    {"before": "the class it was in", "after": "urgent or routine"},
)
VISIT_NEEDS_CHANGED = EventType(
    "visit.needs.changed",
    "Staff said what the visit needs of its pharmacist.",
    {"skills": "how many skills", "language": "the language it is held in"},
)
VISIT_EXPIRED = EventType(
    "visit.expired",
    "The place ended with the day; the patient was told what to do instead.",
    {"by": "closing time, or nobody_on_duty after it"},
)
VISIT_SPEAKER_CHECKED = EventType(
    "visit.speaker.checked",
    "Staff decided whether the speaker may speak for the person cared for.",
    {"confirmed": "true or false"},
)
VISIT_VIEWED = EventType("visit.viewed", "Staff were shown one visit.")
STAFF_DUTY_CHANGED = EventType(
    "staff.duty.changed",
    "A pharmacist went on duty, on a break, or off duty; whoever admits somebody goes on duty by it.",
    {
        "staff": "their id",
        "state": "on, break or off",
        "back_at": "when the break should end, RFC 3339",
        "until": "when the shift should end, RFC 3339",
    },
)
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

QUEUE_MESSAGED = EventType(
    "queue.messaged",
    "Staff sent everybody who waits in a queue a line of text.",
    {"visits": "how many"},
)
QUEUE_SETTING_CHANGED = EventType(
    "queue.setting.changed",
    "An administrator changed a setting of a queue.",
    {"setting": "which", "before": "its value before", "after": "its value now"},
)
CALL_BACK_ASKED = EventType(
    "call_back.asked",
    "Somebody whom the line did not take asked to be rung.",
    {"call_back": "its id", "reason": "full, closed or bad_line"},
)
CALL_BACKS_VIEWED = EventType(
    "call_back.viewed", "Staff were shown who asks to be rung.", {"call_backs": "their ids"}
)
CALL_BACK_DONE = EventType(
    "call_back.done",
    "Staff rang somebody who had asked for it, or need not any more.",
    {"call_back": "its id", "outcome": "reached, no_answer or not_needed"},
)


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
    VISIT_WAIT_PROMISED,
    VISIT_DEVICE_CHECKED,
    VISIT_WENT_AWAY,
    VISIT_RETURNED,
    VISIT_WINDOW_OPENED,
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
    VISIT_RELEASED,
    VISIT_COMING,
    VISIT_WORSE,
    VISIT_WORSE_SEEN,
    VISIT_CLASS_CHANGED,
    VISIT_NEEDS_CHANGED,
    VISIT_EXPIRED,
    VISIT_SPEAKER_CHECKED,
    VISIT_VIEWED,
    STAFF_DUTY_CHANGED,
    QUEUE_CREATED,
    QUEUE_VIEWED,
    QUEUE_PAUSED,
    QUEUE_RESUMED,
    QUEUE_MESSAGED,
    QUEUE_SETTING_CHANGED,
    CALL_BACK_ASKED,
    CALL_BACKS_VIEWED,
    CALL_BACK_DONE,
)
