"""The policy, for every role, action and relation, against a table written by hand."""

from __future__ import annotations

import itertools

import pytest

from server.auth.policy import Action, Facts, Verdict, decide, permits_role, require
from server.auth.principal import Principal, Role
from server.errors import Code, Refusal
from server.ids import ConsultationId, PatientId, QueueId, SessionId, StaffId, TenantId

pytestmark = pytest.mark.security

ME = "me"
MY_TENANT = TenantId("tenant")

RELATIONS = {
    # What is about the caller: their own visit, or the one consultation they are invited to
    "own": Facts(
        tenant_id=MY_TENANT,
        patient_id=PatientId(ME),
        queue_id=QueueId("other"),
        pharmacist_id=StaffId("other"),
        consultation_id=ConsultationId("mine"),
    ),
    # Somebody else's, in a queue that the caller serves
    "served": Facts(
        tenant_id=MY_TENANT,
        patient_id=PatientId("other"),
        queue_id=QueueId("mine"),
        pharmacist_id=StaffId("other"),
        consultation_id=ConsultationId("other"),
    ),
    # Somebody else's, in a queue that the caller does not serve, assigned to the caller
    "assigned": Facts(
        tenant_id=MY_TENANT,
        patient_id=PatientId("other"),
        queue_id=QueueId("other"),
        pharmacist_id=StaffId(ME),
        consultation_id=ConsultationId("other"),
    ),
    # Nothing to do with the caller
    "strange": Facts(
        tenant_id=MY_TENANT,
        patient_id=PatientId("other"),
        queue_id=QueueId("other"),
        pharmacist_id=StaffId("other"),
        consultation_id=ConsultationId("other"),
    ),
    # No relation at all: the tenant as a whole
    "whole": Facts(tenant_id=MY_TENANT),
    # All of it the caller's, but for the tenant
    "foreign": Facts(
        tenant_id=TenantId("elsewhere"),
        patient_id=PatientId(ME),
        queue_id=QueueId("mine"),
        pharmacist_id=StaffId(ME),
        consultation_id=ConsultationId("mine"),
    ),
}
ALL = "own served assigned strange whole"

# For each action, who may do it to what. Whatever is not here is refused.
ALLOWED = {
    "me.read": {"patient": "own", "guest": "own"},
    "duty.own": {"pharmacist": "assigned"},
    "staff.read": {"admin": ALL, "compliance": ALL},
    "invitation.create": {"pharmacist": "served", "technician": "served", "admin": ALL},
    "queue.list": {"pharmacist": ALL, "technician": ALL, "admin": ALL},
    "queue.read": {"pharmacist": "served", "technician": "served"},
    "queue.admit": {"pharmacist": "served"},
    "queue.control": {"pharmacist": "served", "technician": "served", "admin": ALL},
    "queue.settings": {"admin": ALL},
    "call_back.control": {"pharmacist": "served", "technician": "served"},
    "visit.enter": {"pharmacist": "served", "technician": "served"},
    "visit.join": {"patient": ALL},
    "visit.read": {"patient": "own", "pharmacist": "served", "technician": "served"},
    "visit.own": {"patient": "own"},
    "visit.control": {"pharmacist": "served", "technician": "served"},
    "consultation.list": {"patient": "own", "pharmacist": "assigned", "compliance": ALL},
    "consultation.read": {"patient": "own", "guest": "own", "pharmacist": "assigned", "compliance": ALL},
    "consultation.write": {"pharmacist": "assigned"},
    "consultation.join": {"patient": "own", "guest": "own", "pharmacist": "assigned"},
    "consent.give": {"patient": "own", "guest": "own", "pharmacist": "assigned"},
    "recording.control": {"pharmacist": "assigned"},
    "recording.list": {"pharmacist": "assigned", "compliance": ALL},
    "recording.read": {"pharmacist": "assigned", "compliance": ALL},
    "recording.hold": {"compliance": ALL},
    "audit.read": {"compliance": ALL},
    "audit.checkpoint": {"compliance": ALL, "operator": ALL},
}


def principal(role: Role) -> Principal:
    """One of each role; only those who can serve queues do, and only guests have a consultation."""
    serves = role in {Role.PHARMACIST, Role.TECHNICIAN}
    return Principal(
        subject_id=ME,
        role=role,
        tenant_id=MY_TENANT,
        session_id=SessionId("session"),
        queue_ids=frozenset({QueueId("mine")}) if serves else frozenset(),
        consultation_id=ConsultationId("mine") if role is Role.GUEST else None,
    )


def expected(role: Role, action: Action, relation: str) -> Verdict:
    if relation == "foreign":
        return Verdict.HIDE
    allowed = ALLOWED[action.value].get(role.value, "").split()
    return Verdict.ALLOW if relation in allowed else Verdict.FORBID


@pytest.mark.parametrize("action", Action, ids=lambda action: action.value)
def test_everybody_may_do_what_the_table_says_and_no_more(action: Action) -> None:
    wrong = {
        (role.value, relation)
        for role, relation in itertools.product(Role, RELATIONS)
        if decide(principal(role), action, RELATIONS[relation]) is not expected(role, action, relation)
    }
    assert wrong == set()


def test_table_covers_every_action() -> None:
    assert set(ALLOWED) == {action.value for action in Action}


@pytest.mark.parametrize("action", sorted(set(Action) - {Action.ME_READ}), ids=lambda action: action.value)
def test_role_is_let_through_to_an_action_only_if_some_object_is_in_reach(action: Action) -> None:
    assert {role.value for role in Role if permits_role(role, action)} == set(ALLOWED[action.value])


def test_everybody_may_ask_who_they_are() -> None:
    assert all(permits_role(role, Action.ME_READ) for role in Role)


def test_operators_reach_nothing_but_checkpoints() -> None:
    reach = {
        (action, relation)
        for action, relation in itertools.product(Action, RELATIONS)
        if decide(principal(Role.OPERATOR), action, RELATIONS[relation]) is Verdict.ALLOW
    }
    assert {action for action, _ in reach} == {Action.AUDIT_CHECKPOINT}


def test_pharmacist_without_queues_serves_no_object_that_has_none() -> None:
    nobody = Principal(
        subject_id=ME, role=Role.PHARMACIST, tenant_id=MY_TENANT, session_id=SessionId("session")
    )
    assert decide(nobody, Action.QUEUE_READ, Facts(tenant_id=MY_TENANT)) is Verdict.FORBID


def test_id_of_a_patient_does_not_make_staff_of_them() -> None:
    patient = principal(Role.PATIENT)
    assert decide(patient, Action.CONSULTATION_WRITE, RELATIONS["assigned"]) is Verdict.FORBID


def test_id_of_staff_does_not_make_a_patient_of_them() -> None:
    pharmacist = principal(Role.PHARMACIST)
    assert decide(pharmacist, Action.VISIT_OWN, RELATIONS["own"]) is Verdict.FORBID


@pytest.mark.parametrize("relation, code", [("strange", Code.FORBIDDEN), ("foreign", Code.NOT_FOUND)])
def test_refusal_hides_other_tenants_and_forbids_the_own(relation: str, code: Code) -> None:
    with pytest.raises(Refusal) as caught:
        require(principal(Role.PHARMACIST), Action.QUEUE_READ, RELATIONS[relation])
    assert caught.value.code is code


def test_requirement_that_holds_says_nothing() -> None:
    require(principal(Role.PHARMACIST), Action.QUEUE_READ, RELATIONS["served"])
