"""Tables of the audit log."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from server.db.types import Id, UtcDateTime, metadata

Name = String(64).with_variant(String(64, collation="C"), "postgresql")
"""The name of an event. Compared byte by byte on both databases, so that an index finds a prefix."""

outbox = Table(
    "audit_outbox",
    metadata,
    Column(
        "position",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    Column("event_id", Id, nullable=False, unique=True),
    Column("log", String(36), nullable=False),
    Column("consultation_id", Id),
    Column("visit_id", Id),
    Column("actor_id", Id),
    Column("name", Name, nullable=False),
    Column("occurred_at", UtcDateTime, nullable=False),
    Column("body", Text, nullable=False),
)
"""Events as the business transactions wrote them, until the sequencer has moved them into the log.
`log` is the tenant's id, or 'system'; `body` the event as canonical JSON (RFC 8785). `position` orders the
events of one transaction, and those of transactions of which one began after the other had committed. It is
no watermark: transactions commit in another order than they drew positions."""

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
    Column("name", Name, nullable=False),
    Column("actor_id", Id),
    Column("occurred_at", UtcDateTime, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    Column("integrated_at", UtcDateTime, nullable=False),
    Index("uq_audit_entries_consultation", "log", "consultation_id", "consultation_seq", unique=True),
    Index("ix_audit_entries_visit", "log", "visit_id", "index"),
    Index("ix_audit_entries_actor", "log", "actor_id", "index"),
    Index("ix_audit_entries_name", "log", "name", "index"),
    Index("ix_audit_entries_time", "log", "occurred_at"),
)
"""The log itself. `leaf` is what was hashed: the canonical JSON of the event with its numbers filled in. The
other columns repeat what the leaf says, to search by; `audit verify` holds them to it."""

nodes = Table(
    "audit_nodes",
    metadata,
    Column("log", String(36), primary_key=True),
    Column("level", Integer, primary_key=True),
    Column("index", BigInteger, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
)
"""Roots of complete subtrees of 2**level leaves, for the levels 8, 16, ..: what proofs are made from."""

checkpoints = Table(
    "audit_checkpoints",
    metadata,
    Column("log", String(36), primary_key=True),
    Column("size", BigInteger, primary_key=True),
    Column("note", Text, nullable=False),
    Column("signed_at", UtcDateTime, nullable=False),
)
"""Signed tree heads (C2SP tlog-checkpoint)."""
