"""Who may do what to which object: the whole policy, in one file.

`RULES` gives, for each action and role, how far that role reaches. `decide` compares the reach with the
facts of the object. An object of another tenant does not exist for the caller (`HIDE`, answered as 404);
one of the own tenant that is out of reach is refused (`FORBID`, 403). What is not listed is refused.
`tests/server/test_policy_over_http.py` drives every route with every role against own, foreign and
other-tenant objects, and holds the answers to this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from server.auth.principal import Principal, Role
from server.errors import Code, Refusal
from server.ids import ConsultationId, PatientId, QueueId, StaffId, TenantId


class Action(StrEnum):
    """What can be done. Every route names exactly one, or is public."""

    ME_READ = "me.read"
    DUTY_OWN = "duty.own"
    STAFF_READ = "staff.read"
    INVITATION_CREATE = "invitation.create"
    QUEUE_LIST = "queue.list"
    QUEUE_READ = "queue.read"
    QUEUE_ADMIT = "queue.admit"
    QUEUE_CONTROL = "queue.control"
    QUEUE_SETTINGS = "queue.settings"
    CALL_BACK_CONTROL = "call_back.control"
    VISIT_ENTER = "visit.enter"
    VISIT_JOIN = "visit.join"
    VISIT_READ = "visit.read"
    VISIT_OWN = "visit.own"
    VISIT_CONTROL = "visit.control"
    CONSULTATION_LIST = "consultation.list"
    CONSULTATION_READ = "consultation.read"
    CONSULTATION_WRITE = "consultation.write"
    CONSULTATION_JOIN = "consultation.join"
    CONSENT_GIVE = "consent.give"
    RECORDING_CONTROL = "recording.control"
    RECORDING_LIST = "recording.list"
    RECORDING_READ = "recording.read"
    RECORDING_HOLD = "recording.hold"
    AUDIT_READ = "audit.read"
    AUDIT_CHECKPOINT = "audit.checkpoint"


class Reach(Enum):
    """How far a role reaches for one action."""

    OWN = auto()
    """Objects about the caller: a patient's own visit, a guest's one consultation."""
    SERVING = auto()
    """Objects in a queue that the caller serves."""
    ASSIGNED = auto()
    """Consultations that the caller holds, and the caller's own duty."""
    TENANT = auto()
    """Every object of the caller's tenant."""


RULES: Mapping[Action, Mapping[Role, Reach]] = {
    Action.ME_READ: dict.fromkeys(Role, Reach.OWN),
    Action.DUTY_OWN: {Role.PHARMACIST: Reach.ASSIGNED},
    Action.STAFF_READ: {Role.ADMIN: Reach.TENANT, Role.COMPLIANCE: Reach.TENANT},
    Action.INVITATION_CREATE: {
        Role.PHARMACIST: Reach.SERVING,
        Role.TECHNICIAN: Reach.SERVING,
        Role.ADMIN: Reach.TENANT,
    },
    Action.QUEUE_LIST: {
        Role.PHARMACIST: Reach.TENANT,
        Role.TECHNICIAN: Reach.TENANT,
        Role.ADMIN: Reach.TENANT,
    },
    Action.QUEUE_READ: {Role.PHARMACIST: Reach.SERVING, Role.TECHNICIAN: Reach.SERVING},
    Action.QUEUE_ADMIT: {Role.PHARMACIST: Reach.SERVING},
    Action.QUEUE_CONTROL: {
        Role.PHARMACIST: Reach.SERVING,
        Role.TECHNICIAN: Reach.SERVING,
        Role.ADMIN: Reach.TENANT,
    },
    Action.QUEUE_SETTINGS: {Role.ADMIN: Reach.TENANT},
    Action.CALL_BACK_CONTROL: {Role.PHARMACIST: Reach.SERVING, Role.TECHNICIAN: Reach.SERVING},
    Action.VISIT_ENTER: {Role.PHARMACIST: Reach.SERVING, Role.TECHNICIAN: Reach.SERVING},
    Action.VISIT_JOIN: {Role.PATIENT: Reach.TENANT},
    Action.VISIT_READ: {
        Role.PATIENT: Reach.OWN,
        Role.PHARMACIST: Reach.SERVING,
        Role.TECHNICIAN: Reach.SERVING,
    },
    Action.VISIT_OWN: {Role.PATIENT: Reach.OWN},
    Action.VISIT_CONTROL: {Role.PHARMACIST: Reach.SERVING, Role.TECHNICIAN: Reach.SERVING},
    Action.CONSULTATION_LIST: {
        Role.PATIENT: Reach.OWN,
        Role.PHARMACIST: Reach.ASSIGNED,
        Role.COMPLIANCE: Reach.TENANT,
    },
    Action.CONSULTATION_READ: {
        Role.PATIENT: Reach.OWN,
        Role.GUEST: Reach.OWN,
        Role.PHARMACIST: Reach.ASSIGNED,
        Role.COMPLIANCE: Reach.TENANT,
    },
    # Who has handed a consultation over no longer holds it, and reaches it no more: not to read it either.
    Action.CONSULTATION_WRITE: {Role.PHARMACIST: Reach.ASSIGNED},
    Action.CONSULTATION_JOIN: {
        Role.PATIENT: Reach.OWN,
        Role.GUEST: Reach.OWN,
        Role.PHARMACIST: Reach.ASSIGNED,
    },
    Action.CONSENT_GIVE: {
        Role.PATIENT: Reach.OWN,
        Role.GUEST: Reach.OWN,
        Role.PHARMACIST: Reach.ASSIGNED,
    },
    Action.RECORDING_CONTROL: {Role.PHARMACIST: Reach.ASSIGNED},
    Action.RECORDING_LIST: {Role.PHARMACIST: Reach.ASSIGNED, Role.COMPLIANCE: Reach.TENANT},
    Action.RECORDING_READ: {Role.PHARMACIST: Reach.ASSIGNED, Role.COMPLIANCE: Reach.TENANT},
    Action.RECORDING_HOLD: {Role.COMPLIANCE: Reach.TENANT},
    Action.AUDIT_READ: {Role.COMPLIANCE: Reach.TENANT},
    Action.AUDIT_CHECKPOINT: {Role.COMPLIANCE: Reach.TENANT, Role.OPERATOR: Reach.TENANT},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the policy needs to know of an object; `None` where it has no such relation."""

    tenant_id: TenantId
    patient_id: PatientId | None = None
    queue_id: QueueId | None = None
    pharmacist_id: StaffId | None = None
    consultation_id: ConsultationId | None = None


class Verdict(Enum):
    """The policy's answer."""

    ALLOW = auto()
    FORBID = auto()
    HIDE = auto()


def permits_role(role: Role, action: Action) -> bool:
    """Say whether the role may do this at all, to some object."""
    return role in RULES[action]


def decide(principal: Principal, action: Action, facts: Facts) -> Verdict:
    """Say whether the principal may do this to the object with these facts."""
    if facts.tenant_id != principal.tenant_id:
        return Verdict.HIDE
    reach = RULES[action].get(principal.role)
    if reach is not None and _reaches(reach, principal, facts):
        return Verdict.ALLOW
    return Verdict.FORBID


def require(principal: Principal, action: Action, facts: Facts) -> None:
    """Raise `Refusal` (`forbidden` or `not_found`) unless the principal may do this."""
    match decide(principal, action, facts):
        case Verdict.ALLOW:
            return
        case Verdict.FORBID:
            raise Refusal(Code.FORBIDDEN)
        case Verdict.HIDE:
            raise Refusal(Code.NOT_FOUND)


def _reaches(reach: Reach, principal: Principal, facts: Facts) -> bool:
    match reach:
        case Reach.TENANT:
            return True
        case Reach.SERVING:
            return facts.queue_id is not None and facts.queue_id in principal.queue_ids
        case Reach.ASSIGNED:
            return facts.pharmacist_id is not None and facts.pharmacist_id == principal.staff_id
        case Reach.OWN if principal.role is Role.PATIENT:
            return facts.patient_id is not None and facts.patient_id == principal.patient_id
        case Reach.OWN if principal.role is Role.GUEST:
            return facts.consultation_id is not None and facts.consultation_id == principal.consultation_id
        case Reach.OWN:
            return False
