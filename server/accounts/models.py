"""Tenants, pharmacies, people and links."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from server.accounts.hours import OpeningSpan, is_open
from server.auth.principal import Role
from server.ids import (
    ConsultationId,
    InvitationId,
    PatientId,
    PharmacyId,
    QueueId,
    StaffId,
    TenantId,
    VisitId,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """A pharmacy organisation; all data belongs to exactly one. `neutral_name` signs messages to patients."""

    id: TenantId
    slug: str
    name: str
    is_test: bool
    neutral_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pharmacy:
    """A location. No opening hours means always open; `red_flags` is the urgent-care text by language."""

    id: PharmacyId
    tenant_id: TenantId
    slug: str
    name: str
    address: str
    phone: str
    emergency_number: str
    time_zone: str
    country: str
    languages: tuple[str, ...]
    opening_hours: tuple[OpeningSpan, ...]
    red_flags: Mapping[str, str]

    def is_open_at(self, moment: datetime) -> bool:
        return is_open(self.opening_hours, moment.astimezone(ZoneInfo(self.time_zone)))

    def day_at(self, moment: datetime) -> date:
        """The calendar day there."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """A member of staff. `languages`: those they consult in, empty for any; `skills`: those they have."""

    id: StaffId
    tenant_id: TenantId
    email: str
    name: str
    role: Role
    registration_number: str | None
    queue_ids: tuple[QueueId, ...]
    disabled: bool
    second_factor: bool
    languages: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolMember:
    """A pharmacist who serves a queue. `languages` empty: any; `skills`: what they may be asked for."""

    staff_id: StaffId
    name: str
    languages: tuple[str, ...]
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """A person cared for. `safe_contact`: how they may be reached, `ring`, `text`, `voicemail`.

    It has `email` only where the person was asked about it.
    """

    id: PatientId
    tenant_id: TenantId
    name: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    phone: str | None = field(repr=False)
    email: str | None = field(repr=False)
    language: str
    access_needs: tuple[str, ...] = field(repr=False)
    safe_contact: Mapping[str, bool]


class InvitationKind(StrEnum):
    """What a link is for: a patient into a queue, a patient back to a visit, a guest into a consultation."""

    VISIT = "visit"
    RETURN = "return"
    GUEST = "guest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A link that was made. Its token is not kept, only the digest.

    `details` of a visit: {"speaker", "confidential", "appointment_at"}; of a guest: {"kind", "name",
    "language"}.
    """

    id: InvitationId
    tenant_id: TenantId
    kind: InvitationKind
    token_hash: str = field(repr=False)
    pharmacy_id: PharmacyId
    patient_id: PatientId | None = None
    queue_id: QueueId | None = None
    consultation_id: ConsultationId | None = None
    visit_id: VisitId | None = None
    details: Mapping[str, object] = field(repr=False, default_factory=dict)
    created_by: StaffId | None = None
    created_at: datetime
    expires_at: datetime
    redeemed_at: datetime | None = None
