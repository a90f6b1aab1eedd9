"""Who is asking."""

from dataclasses import dataclass
from enum import StrEnum

from server.ids import ConsultationId, PatientId, QueueId, SessionId, StaffId, TenantId


class Role(StrEnum):
    """The roles of DESIGN section 3."""

    PATIENT = "patient"
    GUEST = "guest"
    PHARMACIST = "pharmacist"
    TECHNICIAN = "technician"
    ADMIN = "admin"
    COMPLIANCE = "compliance"
    INTEGRATION = "integration"
    OPERATOR = "operator"


STAFF_ROLES = frozenset({Role.PHARMACIST, Role.TECHNICIAN, Role.ADMIN, Role.COMPLIANCE, Role.OPERATOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """An authenticated caller: one session of one person.

    `subject_id` is the staff, patient or guest id according to `role`. `queue_ids` are the queues a
    pharmacist or technician serves; `consultation_id` the one consultation a guest is invited to. `languages`
    (none: any) and `skills` are what a pharmacist may be asked for.
    """

    subject_id: str
    role: Role
    tenant_id: TenantId
    session_id: SessionId
    queue_ids: frozenset[QueueId] = frozenset()
    consultation_id: ConsultationId | None = None
    languages: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()

    @property
    def staff_id(self) -> StaffId | None:
        return StaffId(self.subject_id) if self.role in STAFF_ROLES else None

    @property
    def patient_id(self) -> PatientId | None:
        return PatientId(self.subject_id) if self.role is Role.PATIENT else None
