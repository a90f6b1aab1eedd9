"""The first tables."""

import sqlalchemy as sa
from alembic import op

from server.db.types import Id, Json, UtcDateTime

revision = "0001"
down_revision = None

TABLES = (
    "chat_messages",
    "arrival_keys",
    "record_reveals",
    "participants",
    "notes",
    "invitations",
    "consents",
    "speakers",
    "line_reveals",
    "consultations",
    "visits",
    "staff_queues",
    "queue_pharmacies",
    "staff",
    "sessions",
    "queues",
    "pharmacies",
    "patients",
    "tenants",
    "idempotency_keys",
    "audit_outbox",
    "audit_nodes",
    "audit_logs",
    "audit_entries",
    "audit_checkpoints",
)
"""In the order in which they can be dropped."""


def upgrade() -> None:
    op.create_table(
        "audit_checkpoints",
        sa.Column("log", sa.String(length=36), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("log", "size", name="pk_audit_checkpoints"),
    )
    op.create_table(
        "audit_entries",
        sa.Column("log", sa.String(length=36), nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("event_id", Id, nullable=False),
        sa.Column("consultation_id", Id, nullable=True),
        sa.Column("consultation_seq", sa.Integer(), nullable=True),
        sa.Column("visit_id", Id, nullable=True),
        sa.Column(
            "name",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("actor_id", Id, nullable=True),
        sa.Column("occurred_at", UtcDateTime(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.Column("integrated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("log", "index", name="pk_audit_entries"),
        sa.UniqueConstraint("event_id", name="uq_audit_entries_event_id"),
    )
    op.create_index("ix_audit_entries_actor", "audit_entries", ["log", "actor_id", "index"])
    op.create_index("ix_audit_entries_name", "audit_entries", ["log", "name", "index"])
    op.create_index("ix_audit_entries_time", "audit_entries", ["log", "occurred_at"])
    op.create_index("ix_audit_entries_visit", "audit_entries", ["log", "visit_id", "index"])
    op.create_index(
        "uq_audit_entries_consultation",
        "audit_entries",
        ["log", "consultation_id", "consultation_seq"],
        unique=True,
    )
    op.create_table(
        "audit_logs",
        sa.Column("log", sa.String(length=36), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("log", name="pk_audit_logs"),
    )
    op.create_table(
        "audit_nodes",
        sa.Column("log", sa.String(length=36), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("log", "level", "index", name="pk_audit_nodes"),
    )
    op.create_table(
        "audit_outbox",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("event_id", Id, nullable=False),
        sa.Column("log", sa.String(length=36), nullable=False),
        sa.Column("consultation_id", Id, nullable=True),
        sa.Column("visit_id", Id, nullable=True),
        sa.Column("actor_id", Id, nullable=True),
        sa.Column(
            "name",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("occurred_at", UtcDateTime(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_audit_outbox"),
        sa.UniqueConstraint("event_id", name="uq_audit_outbox_event_id"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("subject_id", Id, nullable=False),
        sa.Column("operation", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("result_id", Id, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "operation", "key", name="pk_idempotency_keys"),
    )
    op.create_table(
        "tenants",
        sa.Column("id", Id, nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tenants"),
        sa.UniqueConstraint("slug", name="uq_tenants_slug"),
    )
    op.create_table(
        "patients",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("access_needs", Json, nullable=False),
        sa.Column("safe_contact", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_patients_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_patients"),
    )
    op.create_index("ix_patients_tenant_id", "patients", ["tenant_id"])
    op.create_table(
        "pharmacies",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("emergency_number", sa.String(length=32), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("languages", Json, nullable=False),
        sa.Column("opening_hours", Json, nullable=False),
        sa.Column("red_flags", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_pharmacies_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pharmacies"),
        sa.UniqueConstraint("slug", name="uq_pharmacies_slug"),
    )
    op.create_table(
        "queues",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("pause_message", sa.Text(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("answer_time_s", sa.Integer(), nullable=False),
        sa.Column("languages", Json, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_queues_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_queues"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("subject_id", Id, nullable=False),
        sa.Column("consultation_id", Id, nullable=True),
        sa.Column("refresh_hash", sa.String(length=64), nullable=False),
        sa.Column("rotated_at", UtcDateTime(), nullable=False),
        sa.Column("earlier_rotated_at", UtcDateTime(), nullable=True),
        sa.Column("device_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("revoke_reason", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_sessions_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
    )
    op.create_index("ix_sessions_subject", "sessions", ["subject_id"])
    op.create_table(
        "staff",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("registration_number", sa.String(length=32), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("failed_logins", sa.Integer(), nullable=False),
        sa.Column("locked_until", UtcDateTime(), nullable=True),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_staff_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
    )
    op.create_index("uq_staff_email", "staff", [sa.text("lower(email)")], unique=True)
    op.create_table(
        "queue_pharmacies",
        sa.Column("queue_id", Id, nullable=False),
        sa.Column("pharmacy_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["pharmacy_id"], ["pharmacies.id"], name="fk_queue_pharmacies_pharmacy_id"),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name="fk_queue_pharmacies_queue_id"),
        sa.PrimaryKeyConstraint("queue_id", "pharmacy_id", name="pk_queue_pharmacies"),
    )
    op.create_table(
        "staff_queues",
        sa.Column("staff_id", Id, nullable=False),
        sa.Column("queue_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name="fk_staff_queues_queue_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_queues_staff_id"),
        sa.PrimaryKeyConstraint("staff_id", "queue_id", name="pk_staff_queues"),
    )
    op.create_table(
        "visits",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("queue_id", Id, nullable=False),
        sa.Column("pharmacy_id", Id, nullable=False),
        sa.Column("patient_id", Id, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("priority_class", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("device_check", Json, nullable=True),
        sa.Column("arrived_at", UtcDateTime(), nullable=False),
        sa.Column("called_at", UtcDateTime(), nullable=True),
        sa.Column("answer_by", UtcDateTime(), nullable=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("end_reason", sa.String(length=32), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("guidance", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("successor_id", Id, nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_visits_patient_id"),
        sa.ForeignKeyConstraint(["pharmacy_id"], ["pharmacies.id"], name="fk_visits_pharmacy_id"),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name="fk_visits_queue_id"),
        sa.ForeignKeyConstraint(["successor_id"], ["visits.id"], name="fk_visits_successor_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_visits_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_visits"),
    )
    op.create_index("ix_visits_line", "visits", ["queue_id", "state", "arrived_at"])
    op.create_index("ix_visits_patient", "visits", ["patient_id"])
    op.create_index(
        "uq_visits_active",
        "visits",
        ["patient_id", "queue_id"],
        unique=True,
        sqlite_where=sa.text(
            "state IN ('invited', 'checking', 'waiting', 'away', 'called', 'in_consultation')"
        ),
        postgresql_where=sa.text(
            "state IN ('invited', 'checking', 'waiting', 'away', 'called', 'in_consultation')"
        ),
    )
    op.create_table(
        "consultations",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("visit_id", Id, nullable=False),
        sa.Column("queue_id", Id, nullable=False),
        sa.Column("patient_id", Id, nullable=False),
        sa.Column("pharmacist_id", Id, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("path_epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("running_at", UtcDateTime(), nullable=True),
        sa.Column("wrap_up_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("end_reason", sa.String(length=32), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("next_steps", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_consultations_patient_id"),
        sa.ForeignKeyConstraint(["pharmacist_id"], ["staff.id"], name="fk_consultations_pharmacist_id"),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name="fk_consultations_queue_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_consultations_tenant_id"),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="fk_consultations_visit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_consultations"),
    )
    op.create_index("ix_consultations_patient_id", "consultations", ["patient_id"])
    op.create_index("ix_consultations_queue", "consultations", ["queue_id", "created_at"])
    op.create_index("ix_consultations_tenant", "consultations", ["tenant_id", "created_at"])
    op.create_index("ix_consultations_visit", "consultations", ["visit_id"])
    op.create_index(
        "uq_consultations_pharmacist_occupied",
        "consultations",
        ["pharmacist_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('calling', 'running', 'held', 'wrap_up')"),
        postgresql_where=sa.text("state IN ('calling', 'running', 'held', 'wrap_up')"),
    )
    op.create_table(
        "line_reveals",
        sa.Column("session_id", Id, nullable=False),
        sa.Column("visit_id", Id, nullable=False),
        sa.Column("revealed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_line_reveals_session_id"),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="fk_line_reveals_visit_id"),
        sa.PrimaryKeyConstraint("session_id", "visit_id", name="pk_line_reveals"),
    )
    op.create_table(
        "speakers",
        sa.Column("visit_id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("relationship", sa.String(length=16), nullable=False),
        sa.Column("authority", sa.String(length=16), nullable=False),
        sa.Column("checked_by", Id, nullable=True),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["checked_by"], ["staff.id"], name="fk_speakers_checked_by"),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="fk_speakers_visit_id"),
        sa.PrimaryKeyConstraint("visit_id", name="pk_speakers"),
    )
    op.create_table(
        "consents",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("patient_id", Id, nullable=False),
        sa.Column("visit_id", Id, nullable=True),
        sa.Column("consultation_id", Id, nullable=True),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("text_version", sa.String(length=16), nullable=False),
        sa.Column("given_by", sa.String(length=16), nullable=False),
        sa.Column("giver_id", Id, nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name="fk_consents_consultation_id"
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_consents_patient_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_consents_tenant_id"),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="fk_consents_visit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
    )
    op.create_index("ix_consents_consultation_id", "consents", ["consultation_id"])
    op.create_index("ix_consents_patient_id", "consents", ["patient_id"])
    op.create_table(
        "invitations",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("patient_id", Id, nullable=True),
        sa.Column("queue_id", Id, nullable=True),
        sa.Column("pharmacy_id", Id, nullable=False),
        sa.Column("consultation_id", Id, nullable=True),
        sa.Column("visit_id", Id, nullable=True),
        sa.Column("details", Json, nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("redeemed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name="fk_invitations_consultation_id"
        ),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name="fk_invitations_created_by"),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_invitations_patient_id"),
        sa.ForeignKeyConstraint(["pharmacy_id"], ["pharmacies.id"], name="fk_invitations_pharmacy_id"),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name="fk_invitations_queue_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_invitations_tenant_id"),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="fk_invitations_visit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("token_hash", name="uq_invitations_token_hash"),
    )
    op.create_table(
        "notes",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("consultation_id", Id, nullable=False),
        sa.Column("author_id", Id, nullable=False),
        sa.Column("addendum", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["staff.id"], name="fk_notes_author_id"),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultations.id"], name="fk_notes_consultation_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_notes_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
    )
    op.create_index("ix_notes_consultation_id", "notes", ["consultation_id"])
    op.create_table(
        "participants",
        sa.Column("id", Id, nullable=False),
        sa.Column("consultation_id", Id, nullable=False),
        sa.Column("subject_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("joined_at", UtcDateTime(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name="fk_participants_consultation_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_participants"),
    )
    op.create_index("uq_participants_subject", "participants", ["consultation_id", "subject_id"], unique=True)
    op.create_table(
        "record_reveals",
        sa.Column("session_id", Id, nullable=False),
        sa.Column("consultation_id", Id, nullable=False),
        sa.Column("revealed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name="fk_record_reveals_consultation_id"
        ),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_record_reveals_session_id"),
        sa.PrimaryKeyConstraint("session_id", "consultation_id", name="pk_record_reveals"),
    )
    op.create_table(
        "arrival_keys",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("patient_id", Id, nullable=True),
        sa.Column("visit_id", Id, nullable=True),
        sa.Column("invitation_id", Id, nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitations.id"], name="fk_arrival_keys_invitation_id"),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_arrival_keys_patient_id"),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="fk_arrival_keys_visit_id"),
        sa.PrimaryKeyConstraint("key_hash", name="pk_arrival_keys"),
    )
    op.create_index("ix_arrival_keys_created_at", "arrival_keys", ["created_at"])
    op.create_table(
        "chat_messages",
        sa.Column("id", Id, nullable=False),
        sa.Column("consultation_id", Id, nullable=False),
        sa.Column("participant_id", Id, nullable=False),
        sa.Column("client_key", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name="fk_chat_messages_consultation_id"
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_chat_messages_participant_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_chat_messages"),
    )
    op.create_index("ix_chat_messages_consultation", "chat_messages", ["consultation_id", "created_at"])
    op.create_index(
        "uq_chat_messages_client_key", "chat_messages", ["participant_id", "client_key"], unique=True
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
