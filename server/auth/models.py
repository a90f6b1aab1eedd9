"""Sessions and accounts, as signing in sees them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from server.auth.principal import STAFF_ROLES, Principal, Role
from server.ids import ConsultationId, QueueId, SessionId, StaffId, TenantId


class SessionEnd(StrEnum):
    """Why a session ended before anybody asked for it again."""

    LOGGED_OUT = "logged_out"
    IDLE = "idle"
    EXPIRED = "expired"
    REUSED = "reused"
    DISABLED = "disabled"
    PASSWORD_SET = "password_set"  # noqa: S105  # a reason, not a password
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One signed-in person on one device.

    `refresh_hash` is the digest of the refresh token that is good now; `rotated_at` when it was made, and
    `earlier_rotated_at` when the one before it was made. `expires_at` is absolute.
    """

    id: SessionId
    tenant_id: TenantId
    role: Role
    subject_id: str
    consultation_id: ConsultationId | None
    refresh_hash: str
    rotated_at: datetime
    earlier_rotated_at: datetime | None
    device_hash: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def principal(self, standing: "Standing | None" = None) -> Principal:
        """The caller behind this session; `standing` of a member of staff."""
        return Principal(
            subject_id=self.subject_id,
            role=self.role,
            tenant_id=self.tenant_id,
            session_id=self.id,
            queue_ids=standing.queue_ids if standing else frozenset(),
            consultation_id=self.consultation_id,
            languages=standing.languages if standing else frozenset(),
            skills=standing.skills if standing else frozenset(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedSession:
    """What the client is handed: a short access token, and the refresh token for its cookie."""

    session_id: SessionId
    role: Role
    access_token: str = field(repr=False)
    access_expires_at: datetime
    refresh_token: str = field(repr=False)
    expires_at: datetime

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF_ROLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a member of staff is right now, the queues they serve, and what they may be asked for."""

    role: Role
    queue_ids: frozenset[QueueId]
    languages: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What signing in needs to know of a member of staff."""

    staff_id: StaffId
    tenant_id: TenantId
    role: Role
    disabled: bool
    password_hash: str = field(repr=False)
    totp_secret: str | None = field(repr=False)
    totp_last_step: int | None
    failed_logins: int
    locked_until: datetime | None

    def locked_at(self, now: datetime) -> bool:
        return self.locked_until is not None and now < self.locked_until
