"""Consultations: what they are, their states, and which may follow which."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

from server.auth.policy import Facts
from server.ids import ConsultationId, ParticipantId, PatientId, QueueId, StaffId, TenantId, VisitId


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
    DECLINED = "declined"
    ROOM_EMPTY = "room_empty"


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


OCCUPYING = frozenset(
    {
        ConsultationState.CALLING,
        ConsultationState.RUNNING,
        ConsultationState.HELD,
        ConsultationState.WRAP_UP,
    }
)
"""States that occupy the pharmacist."""

ROOM_OPEN = frozenset({ConsultationState.CALLING, ConsultationState.RUNNING, ConsultationState.HELD})
"""States in which the room can be joined."""

OVER = frozenset({ConsultationState.CLOSED, ConsultationState.UNANSWERED})

LeaveReason = Literal["hang_up", "page_closed", "connection_lost", "joined_elsewhere"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """The clinical record of an admitted visit, without what hangs on it."""

    id: ConsultationId
    tenant_id: TenantId
    visit_id: VisitId
    queue_id: QueueId
    patient_id: PatientId
    pharmacist_id: StaffId
    state: ConsultationState
    confidential: bool
    path_epoch: int
    created_at: datetime
    running_at: datetime | None
    wrap_up_at: datetime | None
    closed_at: datetime | None
    end_reason: ConsultationEnd | None
    outcome: Outcome | None
    next_steps: str | None
    present_at: datetime | None = None

    @property
    def facts(self) -> Facts:
        """What the policy needs to know of it."""
        return Facts(
            tenant_id=self.tenant_id,
            patient_id=self.patient_id,
            queue_id=self.queue_id,
            pharmacist_id=self.pharmacist_id,
            consultation_id=self.id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody who is or was in the room. `left_at` is empty while they are in it."""

    id: ParticipantId
    consultation_id: ConsultationId
    subject_id: str
    kind: ParticipantKind
    joined_at: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note of the record; one written after closing is an addendum."""

    id: str
    author_id: StaffId
    addendum: bool
    text: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A consent of the person cared for, or its withdrawal."""

    id: str
    subject: str
    given: bool
    text_version: str
    given_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMessage:
    """A line of text written in the room."""

    id: str
    participant_id: ParticipantId
    text: str
    sent_at: datetime


class Media(Protocol):
    """What a participant sends: microphone, camera, screen."""

    @property
    def audio(self) -> bool: ...
    @property
    def video(self) -> bool: ...
    @property
    def screen(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A participant who was let into the room, and what they need to begin."""

    participant_id: ParticipantId
    kind: ParticipantKind
    name: str
    path_epoch: int
    chat: tuple[ChatMessage, ...]
