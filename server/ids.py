"""Public identifiers.

An id is a UUIDv7 in its text form (RFC 9562, section 5.7): ordered by the millisecond it was made in,
74 random bits, never sequential. A secret that travels in a link or a cookie is 256 random bits.
"""

import os
import time
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import NewType
from uuid import UUID

TenantId = NewType("TenantId", str)
PharmacyId = NewType("PharmacyId", str)
QueueId = NewType("QueueId", str)
StaffId = NewType("StaffId", str)
PatientId = NewType("PatientId", str)
VisitId = NewType("VisitId", str)
ConsultationId = NewType("ConsultationId", str)
ParticipantId = NewType("ParticipantId", str)
InvitationId = NewType("InvitationId", str)
SessionId = NewType("SessionId", str)
EventId = NewType("EventId", str)

UUID_PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


def new_id() -> str:
    """Make a fresh UUIDv7, as lower-case text. Wrap it in the id type it is for."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & (2**48 - 1)) << 80 | random
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return str(UUID(int=value))


def new_secret() -> str:
    """Make 256 random bits as URL-safe text (43 characters)."""
    return urlsafe_b64encode(os.urandom(32)).rstrip(b"=").decode()


def digest(secret: str) -> str:
    """What is stored of a secret: its SHA-256, in hex. Only for secrets of full entropy, never passwords."""
    return sha256(secret.encode()).hexdigest()
