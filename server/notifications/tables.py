"""The table of messages."""

from sqlalchemy import Column, ForeignKey, Index, Integer, SmallInteger, String, Table, text

from server.db.types import Id, UtcDateTime, metadata

messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tenant_id", Id, ForeignKey("tenants.id"), nullable=False),
    Column("visit_id", Id, ForeignKey("visits.id")),
    Column("patient_id", Id, ForeignKey("patients.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("channel", String(8), nullable=False),
    Column("language", String(8), nullable=False),
    Column("occasion", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", SmallInteger, nullable=False, default=0),
    Column("next_attempt_at", UtcDateTime),
    Column("give_up_at", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("failure", String(32)),
    Index("uq_messages_occasion", "visit_id", "kind", "channel", "occasion", unique=True),
)
"""Messages to patients: when and how each was sent, never to which address or in which words. `state`:
'queued', 'sending', 'sent', 'failed' or 'suppressed'; `failure`: why not. `occasion`: of its kind, at this
visit."""
OPEN = "state IN ('queued', 'sending')"
Index(
    "ix_messages_open",
    messages.c.next_attempt_at,
    sqlite_where=text(OPEN),
    postgresql_where=text(OPEN),
)
"""What is still to be sent."""
