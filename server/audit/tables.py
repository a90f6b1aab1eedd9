"""Tables of the audit log."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from server.db.types import Id, UtcDateTime, metadata

outbox = Table(
    "audit_outbox",
    metadata,
    Column("event_id", Id, primary_key=True),
    Column("log", String(36), nullable=False),
    Column("consultation_id", Id),
    Column("name", String(64), nullable=False),
    Column("occurred_at", UtcDateTime, nullable=False),
    Column("body", Text, nullable=False),
)
"""Events as the business transactions wrote them, until the sequencer has moved them into the log.
`log` is the tenant's id, or 'system'; `body` the event as canonical JSON (RFC 8785)."""

logs = Table(
    "audit_logs",
    metadata,
    Column("log", String(36), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
)
"""The head of each log: its size, RFC 6962 root, and the hashes of its compact range."""

entries = Table(
    "audit_entries",
    metadata,
    Column("log", String(36), primary_key=True),
    Column("index", BigInteger, primary_key=True),
    Column("event_id", Id, nullable=False, unique=True),
    Column("consultation_id", Id),
    Column("consultation_seq", Integer),
    Column("visit_id", Id),
    Column("name", String(64), nullable=False),
    Column("actor_id", Id),
    Column("occurred_at", UtcDateTime, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    Column("integrated_at", UtcDateTime, nullable=False),
    Index("uq_audit_entries_consultation", "consultation_id", "consultation_seq", unique=True),
    Index("ix_audit_entries_time", "log", "occurred_at"),
)
"""The log itself. `leaf` is what was hashed: the canonical JSON of the event with its numbers filled in."""

checkpoints = Table(
    "audit_checkpoints",
    metadata,
    Column("log", String(36), primary_key=True),
    Column("size", BigInteger, primary_key=True),
    Column("note", Text, nullable=False),
    Column("signed_at", UtcDateTime, nullable=False),
)
"""Signed tree heads (C2SP tlog-checkpoint)."""
