"""Tables of queues and visits."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from server.db.types import Id, Json, UtcDateTime, metadata

queues = Table(
    "queues",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tenant_id", Id, ForeignKey("tenants.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("state", String(8), nullable=False, default="open"),
    Column("pause_message", Text),
    Column("capacity", Integer, nullable=False, default=200),
    Column("answer_time_s", Integer, nullable=False, default=180),
    Column("languages", Json, nullable=False),
    Column("version", BigInteger, nullable=False, default=0),
    Column("created_at", UtcDateTime, nullable=False),
)
"""`state`: 'open', 'paused' or 'closed'. Every change of the line locks this row and raises `version`."""

queue_pharmacies = Table(
    "queue_pharmacies",
    metadata,
    Column("queue_id", Id, ForeignKey("queues.id"), primary_key=True),
    Column("pharmacy_id", Id, ForeignKey("pharmacies.id"), primary_key=True),
)

visits = Table(
    "visits",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tenant_id", Id, ForeignKey("tenants.id"), nullable=False),
    Column("queue_id", Id, ForeignKey("queues.id"), nullable=False),
    Column("pharmacy_id", Id, ForeignKey("pharmacies.id"), nullable=False),
    Column("patient_id", Id, ForeignKey("patients.id"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("priority_class", String(16), nullable=False),
    Column("reason", Text),
    Column("language", String(8), nullable=False),
    Column("confidential", Boolean, nullable=False, default=False),
    Column("device_check", Json),
    Column("arrived_at", UtcDateTime, nullable=False),
    Column("called_at", UtcDateTime),
    Column("answer_by", UtcDateTime),
    Column("calls", Integer, nullable=False, default=0),
    Column("end_reason", String(32)),
    Column("ended_at", UtcDateTime),
    Column("guidance", Text),
    Column("message", Text),
    Column("successor_id", Id, ForeignKey("visits.id")),
    Column("version", BigInteger, nullable=False, default=0),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_visits_line", "queue_id", "state", "arrived_at"),
    Index("ix_visits_patient", "patient_id"),
)
ACTIVE = "state IN ('invited', 'checking', 'waiting', 'away', 'called', 'in_consultation')"
Index(
    "uq_visits_active",
    visits.c.patient_id,
    visits.c.queue_id,
    unique=True,
    sqlite_where=text(ACTIVE),
    postgresql_where=text(ACTIVE),
)
"""One active visit per person cared for and queue."""

speakers = Table(
    "speakers",
    metadata,
    Column("visit_id", Id, ForeignKey("visits.id"), primary_key=True),
    Column("name", Text, nullable=False),
    Column("relationship", String(16), nullable=False),
    Column("authority", String(16), nullable=False),
    Column("checked_by", Id, ForeignKey("staff.id")),
    Column("checked_at", UtcDateTime),
)
"""Who speaks for the person cared for in this visit, and who checked that they may."""

line_reveals = Table(
    "line_reveals",
    metadata,
    Column("session_id", Id, ForeignKey("sessions.id"), primary_key=True),
    Column("visit_id", Id, ForeignKey("visits.id"), primary_key=True),
    Column("revealed_at", UtcDateTime, nullable=False),
)
"""Which visits a staff session was shown: the audit log names each newly revealed patient once."""
