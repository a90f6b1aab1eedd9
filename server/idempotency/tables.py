"""The table of requests that may be sent again."""

from sqlalchemy import Column, String, Table

from server.db.types import Id, UtcDateTime, metadata

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("subject_id", Id, primary_key=True),
    Column("operation", String(32), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("result_id", Id, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
"""What an idempotent request made, written in its own transaction; a retry finds the same result."""
