"""Tables of tenants, pharmacies, staff, patients and invitations."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text, func

from server.db.types import Id, Json, UtcDateTime, metadata

tenants = Table(
    "tenants",
    metadata,
    Column("id", Id, primary_key=True),
    Column("slug", String(63), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("is_test", Boolean, nullable=False, default=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("neutral_name", String(40)),
)
"""`neutral_name`: what messages to patients are signed with, where it is not the server's `sender_name`."""

pharmacies = Table(
    "pharmacies",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tenant_id", Id, ForeignKey("tenants.id"), nullable=False),
    Column("slug", String(63), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("phone", String(32), nullable=False),
    Column("emergency_number", String(32), nullable=False),
    Column("time_zone", String(64), nullable=False),
    Column("country", String(2), nullable=False),
    Column("languages", Json, nullable=False),
    Column("opening_hours", Json, nullable=False),
    Column("red_flags", Json, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
"""`opening_hours`: a list of [weekday 0-6 (Monday is 0), "HH:MM", "HH:MM"]; empty means always open.
`red_flags`: the text shown before joining and while waiting, by language."""

staff = Table(
    "staff",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tenant_id", Id, ForeignKey("tenants.id"), nullable=False),
    Column("email", String(254), nullable=False),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("registration_number", String(32)),
    Column("password_hash", Text, nullable=False),
    Column("totp_secret", Text),
    Column("totp_last_step", Integer),
    Column("failed_logins", Integer, nullable=False, default=0),
    Column("locked_until", UtcDateTime),
    Column("disabled_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("languages", Json, nullable=False, default=list),
    Column("skills", Json, nullable=False, default=list),
)
"""`languages`: those somebody consults in, empty for any; `skills`: what they may be asked for."""
Index("uq_staff_email", func.lower(staff.c.email), unique=True)

staff_queues = Table(
    "staff_queues",
    metadata,
    Column("staff_id", Id, ForeignKey("staff.id"), primary_key=True),
    Column("queue_id", Id, ForeignKey("queues.id"), primary_key=True),
)

patients = Table(
    "patients",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tenant_id", Id, ForeignKey("tenants.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("birth_date", Date),
    Column("phone", String(32)),
    Column("email", String(254)),
    Column("language", String(8), nullable=False),
    Column("access_needs", Json, nullable=False),
    Column("safe_contact", Json, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
"""`safe_contact`: {"ring": bool, "text": bool, "voicemail": bool}, the ways this person agreed to be reached;
"email" too, where the person was asked about it.
`access_needs`: a list out of {"signs", "lip_reads", "hard_of_hearing", "low_vision", "interpreter"}."""

invitations = Table(
    "invitations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tenant_id", Id, ForeignKey("tenants.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("patient_id", Id, ForeignKey("patients.id")),
    Column("queue_id", Id, ForeignKey("queues.id")),
    Column("pharmacy_id", Id, ForeignKey("pharmacies.id"), nullable=False),
    Column("consultation_id", Id, ForeignKey("consultations.id")),
    Column("visit_id", Id, ForeignKey("visits.id")),
    Column("details", Json, nullable=False),
    Column("created_by", Id, ForeignKey("staff.id")),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("redeemed_at", UtcDateTime),
)
"""`kind`: 'visit' (a patient into a queue), 'return' (a patient back to their own visit, also on another
device), or 'guest' (one consultation). The token is never stored. `details` of a visit: speaker,
confidential; of a guest: kind, name, language."""

arrival_keys = Table(
    "arrival_keys",
    metadata,
    Column("key_hash", String(64), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("patient_id", Id, ForeignKey("patients.id")),
    Column("visit_id", Id, ForeignKey("visits.id")),
    Column("invitation_id", Id, ForeignKey("invitations.id")),
    Column("created_at", UtcDateTime, nullable=False, index=True),
)
"""Requests to come in that carried an `Idempotency-Key`, for ten minutes: on a bad line the answer may be
lost, and the same request again must not make a second patient, nor find its link used up."""
