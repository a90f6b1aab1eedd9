"""All tables, gathered: importing this module fills `metadata`."""

from server.accounts import tables as accounts
from server.audit import tables as audit
from server.auth import tables as auth
from server.consultations import tables as consultations
from server.db.types import metadata
from server.idempotency import tables as idempotency
from server.notifications import tables as notifications
from server.waiting_room import tables as waiting_room

__all__ = [
    "accounts",
    "audit",
    "auth",
    "consultations",
    "idempotency",
    "metadata",
    "notifications",
    "waiting_room",
]
