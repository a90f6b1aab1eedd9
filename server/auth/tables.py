"""Tables of sessions."""

from sqlalchemy import Column, ForeignKey, Index, String, Table

from server.db.types import Id, UtcDateTime, metadata

sessions = Table(
    "sessions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tenant_id", Id, ForeignKey("tenants.id"), nullable=False),
    Column("role", String(16), nullable=False),
    Column("subject_id", Id, nullable=False),
    Column("consultation_id", Id),
    Column("refresh_hash", String(64), nullable=False),
    Column("rotated_at", UtcDateTime, nullable=False),
    Column("earlier_rotated_at", UtcDateTime),
    Column("device_hash", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    Column("revoke_reason", String(32)),
    Index("ix_sessions_subject", "subject_id"),
)
"""`subject_id` is a staff or patient id, or the invitation id of a guest. `expires_at` is absolute (12 h).
`refresh_hash` is the SHA-256 of the newest refresh token, made at `rotated_at`; the one before it was made at
`earlier_rotated_at`."""
