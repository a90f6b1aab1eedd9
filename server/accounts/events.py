"""Audit events of tenants, pharmacies, people and links."""

from server.audit.event import EventType

TENANT_CREATED = EventType("tenant.created", "An organisation was set up.", {"tenant": "its id"})
PHARMACY_CREATED = EventType("pharmacy.created", "A pharmacy was set up.", {"pharmacy": "its id"})
STAFF_CREATED = EventType(
    "staff.created",
    "An account for a member of staff was made.",
    {"staff": "its id", "role": "pharmacist, technician, admin, compliance or operator"},
)
STAFF_DISABLED = EventType("staff.disabled", "An account was closed.", {"staff": "its id"})
STAFF_PASSWORD_SET = EventType("staff.password.set", "An account got a new password.", {"staff": "its id"})
STAFF_SECOND_FACTOR_SET = EventType(
    "staff.second_factor.set",
    "An account got a second factor, or lost it.",
    {"staff": "its id", "enabled": "whether it has one now"},
)
STAFF_QUEUES_SET = EventType(
    "staff.queues.set",
    "It was set which queues a member of staff serves.",
    {"staff": "their id", "queues": "the ids of all queues they serve now"},
)
STAFF_COMPETENCE_SET = EventType(
    "staff.competence.set",
    "It was set which languages and skills a member of staff may be asked for.",
    {
        "staff": "their id",
        "languages": "two-letter codes; none means any language",
        "skills": "names of skills",
    },
)
PATIENT_REGISTERED = EventType(
    "patient.registered",
    "A person cared for was registered.",
    {"source": "walk_in, invitation or phone", "has_speaker": "whether somebody speaks for them"},
)
INVITATION_CREATED = EventType(
    "invitation.created",
    "A link was made.",
    {"invitation": "its id", "kind": "visit, return or guest", "expires_at": "until when it is good"},
)
INVITATION_REDEEMED = EventType(
    "invitation.redeemed",
    "A link was used up: it opened a session.",
    {"invitation": "its id", "kind": "visit or guest", "session": "the session opened"},
)
INVITATION_RETURNED = EventType(
    "invitation.returned",
    "A patient came back to their visit by its link.",
    {"invitation": "the link's id", "session": "the session opened"},
)
ARRIVAL_REPEATED = EventType(
    "arrival.repeated",
    "The same request to come in was sent again, and answered with a new session for the same visit.",
    {"session": "the session opened"},
)
