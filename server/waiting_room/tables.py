"""Tables of queues and visits."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
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
    Column("wait_alert_s", Integer, nullable=False, default=900),
    Column("notify_ahead", Integer, nullable=False, default=3),
    Column("head_starts", Json, nullable=False, default=dict),
    Column("window_before_s", Integer, nullable=False, default=600),
    Column("window_after_s", Integer, nullable=False, default=900),
    Column("service_prior_s", Integer, nullable=False, default=480),
    Column("opening_hours", Json, nullable=False, default=list),
    Column("time_zone", String(64)),
    Column("standing", Integer, nullable=False, default=0),
)
"""`state`: 'open', 'paused' or 'closed'. Every change of the line locks this row and raises `version`.
`head_starts`: seconds by which a class is moved ahead of its arrival; what is missing has the default of
`line.HEAD_STARTS`. `opening_hours`: as a pharmacy's, in `time_zone`; empty means those of the pharmacies.
`standing`: how many hold a place; kept with each change of the line."""

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
    Column("stands_at", UtcDateTime, nullable=False),
    Column("skills", Json, nullable=False, default=list),
    Column("appointment_at", UtcDateTime),
    Column("window_opens_at", UtcDateTime),
    Column("urgent_reason", Text),
    Column("worse_at", UtcDateTime),
    Column("coming_at", UtcDateTime),
    Column("phone_only", Boolean, nullable=False, default=False),
    Column("first_called_at", UtcDateTime),
    Column("ahead_told_at", UtcDateTime),
    Index("ix_visits_line", "queue_id", "state", "arrived_at"),
    Index("ix_visits_patient", "patient_id"),
)
"""`stands_at`: the effective arrival, which orders the line (with `id`): see `line.py`. `window_opens_at`:
when an appointment that came early is to be moved forward; `worse_at`: 'I feel worse', until staff have seen
it."""
STANDING = "state IN ('checking', 'waiting', 'away')"
Index(
    "ix_visits_standing",
    visits.c.queue_id,
    visits.c.stands_at,
    visits.c.id,
    sqlite_where=text(STANDING),
    postgresql_where=text(STANDING),
)
"""The line itself, in order."""

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

Index(
    "ix_visits_window",
    visits.c.window_opens_at,
    sqlite_where=text("window_opens_at IS NOT NULL"),
    postgresql_where=text("window_opens_at IS NOT NULL"),
)
Index(
    "ix_visits_answer_by",
    visits.c.answer_by,
    sqlite_where=text("answer_by IS NOT NULL"),
    postgresql_where=text("answer_by IS NOT NULL"),
)
"""What has to happen at its time: few rows of many."""
IN_CALL = "state IN ('called', 'in_consultation')"
Index(
    "uq_visits_in_call",
    visits.c.patient_id,
    unique=True,
    sqlite_where=text(IN_CALL),
    postgresql_where=text(IN_CALL),
)
"""Whoever stands in two queues is called by one of them at a time."""

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

line_changes = Table(
    "line_changes",
    metadata,
    Column("queue_id", Id, ForeignKey("queues.id"), primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("part", SmallInteger, primary_key=True, autoincrement=False),
    Column("rank", Integer, nullable=False),
    Column("step", SmallInteger, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False, index=True),
)
"""What each version did to the ranks of a line, kept for some minutes. `step`: +1, somebody now stands at
`rank` (from 0); -1, the one at `rank` stands there no longer; 0, the ranks are as they were."""

duties = Table(
    "duties",
    metadata,
    Column("staff_id", Id, ForeignKey("staff.id"), primary_key=True),
    Column("tenant_id", Id, ForeignKey("tenants.id"), nullable=False),
    Column("state", String(8), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("back_at", UtcDateTime),
    Column("until", UtcDateTime),
)
"""Who is on duty. `state`: 'on', 'break' or 'off'; `back_at`: when a break should end; `until`: when the
shift should."""

wait_curves = Table(
    "wait_curves",
    metadata,
    Column("queue_id", Id, ForeignKey("queues.id"), primary_key=True),
    Column("made_at", UtcDateTime, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("curve", Json, nullable=False),
)
"""What was forecast for a queue, by the version of its line."""

promises = Table(
    "promises",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tenant_id", Id, ForeignKey("tenants.id"), nullable=False),
    Column("queue_id", Id, ForeignKey("queues.id"), nullable=False),
    Column("visit_id", Id, ForeignKey("visits.id"), nullable=False, index=True),
    Column("at_join", Boolean, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("place", Integer, nullable=False),
    Column("from_s", Integer),
    Column("to_s", Integer),
    Column("unknown", String(32)),
    Index("ix_promises_queue", "queue_id", "at_join", "made_at"),
)
"""What each visit was told to expect: P50 and P90 in seconds, or why nothing could be said."""

call_backs = Table(
    "call_backs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tenant_id", Id, ForeignKey("tenants.id"), nullable=False),
    Column("queue_id", Id, ForeignKey("queues.id"), nullable=False),
    Column("pharmacy_id", Id, ForeignKey("pharmacies.id"), nullable=False),
    Column("visit_id", Id, ForeignKey("visits.id")),
    Column("name", Text, nullable=False),
    Column("phone", String(32), nullable=False),
    Column("language", String(8), nullable=False),
    Column("reason", String(16), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Column("done_by", Id, ForeignKey("staff.id")),
    Column("outcome", String(16)),
    Index("ix_call_backs_queue", "queue_id", "asked_at"),
)
"""People who asked to be rung. `reason`: 'full', 'closed' or 'bad_line'; `outcome`: 'reached', 'no_answer' or
'not_needed'."""
