"""Messages: what they tell, how they leave, and what may become of one."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from server.ids import PatientId, TenantId, VisitId

MessageId = NewType("MessageId", str)


class Channel(StrEnum):
    """A way to send a message. Ringing somebody is for staff."""

    TEXT = "text"
    EMAIL = "email"


class MessageKind(StrEnum):
    """What a message tells its reader."""

    INVITED = "invited"
    FEW_AHEAD = "few_ahead"
    CALLED = "called"
    PLACE_KEPT = "place_kept"
    EXPIRED = "expired"
    LINK = "link"


class MessageState(StrEnum):
    """`sending`: some process has it, until `next_attempt_at`; after that it is anybody's again."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


class Failure(StrEnum):
    """Why a message has not been sent, now or for good."""

    REFUSED = "refused"  # whoever was to carry it says no to this message or address
    UNAVAILABLE = "unavailable"  # nobody there, or 'not now'
    TIMED_OUT = "timed_out"
    NOT_SECURE = "not_secure"  # no TLS, or a certificate that does not hold
    LOGIN_REFUSED = "login_refused"
    REDIRECTED = "redirected"
    BAD_ADDRESS = "bad_address"
    TOO_LATE = "too_late"


class Suppressed(StrEnum):
    """Why a message must not be sent."""

    TEST_TENANT = "test_tenant"
    NOT_AGREED = "not_agreed"  # the person does not want to be reached this way, or has no such address
    OUTDATED = "outdated"  # what it tells is no longer so
    NOT_CONFIGURED = "not_configured"
    TOO_MANY = "too_many"  # this address has had enough for now, whoever gave it


USEFUL_FOR: dict[MessageKind, timedelta] = {
    MessageKind.INVITED: timedelta(hours=12),
    MessageKind.FEW_AHEAD: timedelta(minutes=15),
    MessageKind.CALLED: timedelta(minutes=5),
    MessageKind.PLACE_KEPT: timedelta(hours=1),
    MessageKind.EXPIRED: timedelta(hours=4),
    MessageKind.LINK: timedelta(minutes=30),
}
"""After this time a message that could not be sent is given up: late news do harm."""

URGENT = frozenset({MessageKind.FEW_AHEAD, MessageKind.CALLED})
"""These go by every channel that may be used; the others by the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message on its way. Neither the address nor the text is kept: both are found when it is sent.

    `occasion` tells apart what may happen to a visit more than once, such as being called.
    """

    id: MessageId
    tenant_id: TenantId
    visit_id: VisitId | None
    patient_id: PatientId
    kind: MessageKind
    channel: Channel
    language: str
    occasion: int
    state: MessageState
    attempts: int
    next_attempt_at: datetime | None
    give_up_at: datetime
    created_at: datetime
    sent_at: datetime | None = None
    failure: Failure | Suppressed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A message ready to leave. `id` is the same in every attempt, so that receivers can drop a repeat."""

    id: MessageId
    to: str = field(repr=False)
    sender_name: str
    language: str
    subject: str
    text: str = field(repr=False)


FIRST_PAUSE = timedelta(seconds=5)
MAX_ATTEMPTS = 7


def next_attempt(message: Message, now: datetime) -> datetime | None:
    """When to try again after a failure that may pass: 5 s, 15 s, 45 s, ...; `None` when it is no use."""
    at = now + FIRST_PAUSE * 3 ** (message.attempts - 1)
    return at if message.attempts < MAX_ATTEMPTS and at < message.give_up_at else None
