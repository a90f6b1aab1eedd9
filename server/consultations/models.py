"""Consultations: their states and which may follow which."""

from collections.abc import Mapping
from enum import StrEnum


class ConsultationState(StrEnum):
    """`calling` is made by admit and occupies the pharmacist; `closed` accepts addenda only."""

    CALLING = "calling"
    RUNNING = "running"
    HELD = "held"
    WRAP_UP = "wrap_up"
    CLOSED = "closed"
    UNANSWERED = "unanswered"


class ConsultationEnd(StrEnum):
    """Why the call of a consultation ended."""

    COMPLETED = "completed"
    PHARMACIST_HUNG_UP = "pharmacist_hung_up"
    PATIENT_LEFT = "patient_left"
    UNANSWERED = "unanswered"
    TRANSFERRED = "transferred"


class Outcome(StrEnum):
    """What came of a consultation."""

    ADVICE_GIVEN = "advice_given"
    MEDICINE_SUPPLIED = "medicine_supplied"
    REFERRED = "referred"
    FOLLOW_UP = "follow_up"
    NOT_COMPLETED = "not_completed"


class ParticipantKind(StrEnum):
    PATIENT = "patient"
    PHARMACIST = "pharmacist"
    GUEST = "guest"


TRANSITIONS: Mapping[ConsultationState, frozenset[ConsultationState]] = {
    ConsultationState.CALLING: frozenset(
        {ConsultationState.RUNNING, ConsultationState.UNANSWERED, ConsultationState.CLOSED}
    ),
    ConsultationState.RUNNING: frozenset(
        {ConsultationState.HELD, ConsultationState.WRAP_UP, ConsultationState.CLOSED}
    ),
    ConsultationState.HELD: frozenset(
        {ConsultationState.RUNNING, ConsultationState.WRAP_UP, ConsultationState.CLOSED}
    ),
    ConsultationState.WRAP_UP: frozenset({ConsultationState.CLOSED}),
    ConsultationState.CLOSED: frozenset(),
    ConsultationState.UNANSWERED: frozenset(),
}


def may_follow(state: ConsultationState, following: ConsultationState) -> bool:
    """Say whether a consultation may go from one state to the other."""
    return following in TRANSITIONS[state]
