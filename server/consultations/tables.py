"""Tables of consultations and all that belongs to one."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from server.db.types import Id, UtcDateTime, metadata

consultations = Table(
    "consultations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tenant_id", Id, ForeignKey("tenants.id"), nullable=False),
    Column("visit_id", Id, ForeignKey("visits.id"), nullable=False),
    Column("queue_id", Id, ForeignKey("queues.id"), nullable=False),
    Column("patient_id", Id, ForeignKey("patients.id"), nullable=False, index=True),
    Column("pharmacist_id", Id, ForeignKey("staff.id"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("confidential", Boolean, nullable=False, default=False),
    Column("path_epoch", Integer, nullable=False, default=0),
    Column("created_at", UtcDateTime, nullable=False),
    Column("running_at", UtcDateTime),
    Column("wrap_up_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("end_reason", String(32)),
    Column("outcome", String(32)),
    Column("next_steps", Text),
    Column("present_at", UtcDateTime),
    Index("ix_consultations_tenant", "tenant_id", "created_at"),
    Index("ix_consultations_visit", "visit_id"),
    Index("ix_consultations_queue", "queue_id", "created_at"),
    Index("ix_consultations_pharmacist", "pharmacist_id", "created_at"),
)
"""`present_at`: when somebody was last known to be in the room."""
OCCUPYING = "state IN ('calling', 'running', 'held', 'wrap_up')"
Index(
    "uq_consultations_pharmacist_occupied",
    consultations.c.pharmacist_id,
    unique=True,
    sqlite_where=text(OCCUPYING),
    postgresql_where=text(OCCUPYING),
)
"""A pharmacist holds at most one consultation at a time."""

participants = Table(
    "participants",
    metadata,
    Column("id", Id, primary_key=True),
    Column("consultation_id", Id, ForeignKey("consultations.id"), nullable=False),
    Column("subject_id", Id, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("joined_at", UtcDateTime, nullable=False),
    Column("left_at", UtcDateTime),
    Index("uq_participants_subject", "consultation_id", "subject_id", unique=True),
)
"""Who was in the room. `kind`: 'patient', 'pharmacist' or 'guest'."""

notes = Table(
    "notes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tenant_id", Id, ForeignKey("tenants.id"), nullable=False),
    Column("consultation_id", Id, ForeignKey("consultations.id"), nullable=False, index=True),
    Column("author_id", Id, ForeignKey("staff.id"), nullable=False),
    Column("addendum", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
"""Notes are added, never changed; one written after closing is an addendum."""

chat_messages = Table(
    "chat_messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("consultation_id", Id, ForeignKey("consultations.id"), nullable=False),
    Column("participant_id", Id, ForeignKey("participants.id"), nullable=False),
    Column("client_key", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("uq_chat_messages_client_key", "participant_id", "client_key", unique=True),
    Index("ix_chat_messages_consultation", "consultation_id", "created_at"),
)

record_reveals = Table(
    "record_reveals",
    metadata,
    Column("session_id", Id, ForeignKey("sessions.id"), primary_key=True),
    Column("consultation_id", Id, ForeignKey("consultations.id"), primary_key=True),
    Column("revealed_at", UtcDateTime, nullable=False),
)
"""Which live records a session was shown: the audit log names each of them once."""

consents = Table(
    "consents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tenant_id", Id, ForeignKey("tenants.id"), nullable=False),
    Column("patient_id", Id, ForeignKey("patients.id"), nullable=False, index=True),
    Column("visit_id", Id, ForeignKey("visits.id"), index=True),
    Column("consultation_id", Id, ForeignKey("consultations.id"), index=True),
    Column("subject", String(32), nullable=False),
    Column("given", Boolean, nullable=False),
    Column("text_version", String(16), nullable=False),
    Column("given_by", String(16), nullable=False),
    Column("giver_id", Id),
    Column("recorded_at", UtcDateTime, nullable=False),
)
"""Consents follow the person cared for. `subject`: 'video_consultation' or 'recording'; `given_by`: 'self',
'speaker', 'guest' or 'pharmacist'. A withdrawal is a later row with `given` false."""
