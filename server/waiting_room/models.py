"""Visits and queues: what they are, their states, and which state may follow which."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from server.auth.policy import Facts
from server.auth.principal import Principal
from server.ids import (
    ConsultationId,
    PatientId,
    PharmacyId,
    QueueId,
    StaffId,
    TenantId,
    VisitId,
)


class QueueState(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class PriorityClass(StrEnum):
    """Classes of the line, first served first."""

    URGENT = "urgent"
    SCHEDULED = "scheduled"
    ROUTINE = "routine"


class VisitState(StrEnum):
    """DESIGN section 3. The place is taken at check-in, that is in `checking`."""

    INVITED = "invited"
    CHECKING = "checking"
    WAITING = "waiting"
    AWAY = "away"
    CALLED = "called"
    IN_CONSULTATION = "in_consultation"
    COMPLETED = "completed"
    LEFT = "left"
    NO_SHOW = "no_show"
    EXPIRED = "expired"
    DECLINED = "declined"
    TRANSFERRED = "transferred"


class EndReason(StrEnum):
    """Why a visit ended."""

    COMPLETED = "completed"
    PATIENT_LEFT = "patient_left"
    UNANSWERED = "unanswered"
    DECLINED = "declined"
    TRANSFERRED = "transferred"
    CLOSED = "closed"
    EXPIRED = "expired"


IN_LINE = frozenset({VisitState.CHECKING, VisitState.WAITING, VisitState.AWAY})
"""States that hold a place."""

BEFORE_THE_CALL = IN_LINE | {VisitState.CALLED}
"""States in which a patient may still walk away, be sent elsewhere, or check their devices."""

ENDED = frozenset(
    {
        VisitState.COMPLETED,
        VisitState.LEFT,
        VisitState.NO_SHOW,
        VisitState.EXPIRED,
        VisitState.DECLINED,
        VisitState.TRANSFERRED,
    }
)

ACTIVE = frozenset(VisitState) - ENDED

_LEAVES = frozenset({VisitState.LEFT, VisitState.EXPIRED, VisitState.DECLINED, VisitState.TRANSFERRED})

TRANSITIONS: Mapping[VisitState, frozenset[VisitState]] = {
    VisitState.INVITED: _LEAVES | {VisitState.CHECKING},
    VisitState.CHECKING: _LEAVES | {VisitState.WAITING, VisitState.AWAY, VisitState.CALLED},
    VisitState.WAITING: _LEAVES | {VisitState.AWAY, VisitState.CALLED, VisitState.CHECKING},
    VisitState.AWAY: _LEAVES | {VisitState.WAITING, VisitState.CHECKING, VisitState.CALLED},
    VisitState.CALLED: _LEAVES | {VisitState.IN_CONSULTATION, VisitState.WAITING, VisitState.NO_SHOW},
    VisitState.IN_CONSULTATION: frozenset({VisitState.COMPLETED, VisitState.LEFT, VisitState.TRANSFERRED}),
    **dict.fromkeys(ENDED, frozenset()),
}


def may_follow(state: VisitState, following: VisitState) -> bool:
    """Say whether a visit may go from one state to the other."""
    return following in TRANSITIONS[state]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A waiting line served by a pool of pharmacists.

    `version` is raised by every change of the line; `standing` is how many hold a place in it.
    """

    id: QueueId
    tenant_id: TenantId
    name: str
    state: QueueState
    pause_message: str | None
    capacity: int
    answer_time_s: int
    languages: tuple[str, ...]
    version: int
    wait_alert_s: int = 900
    notify_ahead: int = 3
    head_starts: Mapping[str, int] = field(default_factory=dict)
    window_before_s: int = 600
    window_after_s: int = 900
    service_prior_s: int = 480
    opening_hours: tuple[tuple[int, str, str], ...] = ()
    time_zone: str | None = None
    standing: int = 0

    @property
    def facts(self) -> Facts:
        """What the policy needs to know of it."""
        return Facts(tenant_id=self.tenant_id, queue_id=self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One patient's way through a queue."""

    id: VisitId
    tenant_id: TenantId
    queue_id: QueueId
    pharmacy_id: PharmacyId
    patient_id: PatientId
    state: VisitState
    priority_class: PriorityClass
    reason: str | None
    language: str
    confidential: bool
    device_check: Mapping[str, str] | None
    arrived_at: datetime
    called_at: datetime | None
    answer_by: datetime | None
    calls: int
    end_reason: EndReason | None
    ended_at: datetime | None
    guidance: str | None
    message: str | None
    successor_id: VisitId | None
    version: int
    created_at: datetime
    stands_at: datetime
    skills: tuple[str, ...] = ()
    appointment_at: datetime | None = None
    window_opens_at: datetime | None = None
    urgent_reason: str | None = None
    worse_at: datetime | None = None
    coming_at: datetime | None = None
    phone_only: bool = False
    first_called_at: datetime | None = None
    ahead_told_at: datetime | None = None

    @classmethod
    def arriving(
        cls,
        *,
        visit_id: VisitId,
        queue: Queue,
        pharmacy_id: PharmacyId,
        patient_id: PatientId,
        language: str,
        reason: str | None,
        confidential: bool,
        now: datetime,
    ) -> "Visit":
        """A visit that takes its place now, before the device check."""
        return cls(
            id=visit_id,
            tenant_id=queue.tenant_id,
            queue_id=queue.id,
            pharmacy_id=pharmacy_id,
            patient_id=patient_id,
            state=VisitState.CHECKING,
            priority_class=PriorityClass.ROUTINE,
            reason=reason,
            language=language,
            confidential=confidential,
            device_check=None,
            arrived_at=now,
            called_at=None,
            answer_by=None,
            calls=0,
            end_reason=None,
            ended_at=None,
            guidance=None,
            message=None,
            successor_id=None,
            version=0,
            created_at=now,
            stands_at=now,
        )

    @property
    def facts(self) -> Facts:
        """What the policy needs to know of it."""
        return Facts(tenant_id=self.tenant_id, queue_id=self.queue_id, patient_id=self.patient_id)


@dataclass(frozen=True, slots=True)
class LineStep:
    """A step of a line: +1, somebody now stands at `rank` (from 0); -1, the one who stood there left."""

    rank: int
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChange:
    """One new version of a line, and what it did to the ranks: one step, two for a move, or none."""

    version: int
    steps: tuple[LineStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineNews:
    """What happened to a line since a version: `ops` are (version, rank, step), in order; names nobody.

    With `gap` the steps are not all known any more, and places must be read anew.
    """

    version: int
    ops: tuple[tuple[int, int, int], ...]
    gap: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerClaim:
    """Who says they may speak for the person cared for: a claim until staff have checked it."""

    name: str
    relationship: str
    authority: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """The speaker of a visit, and who checked that they may speak."""

    claim: SpeakerClaim
    checked_by: StaffId | None
    checked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A consultation to be: who calls the patient of which visit."""

    consultation_id: ConsultationId
    principal: Principal
    visit: Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOfVisit:
    """The newest consultation of a visit, as far as the waiting room shows it."""

    consultation_id: ConsultationId
    pharmacist_id: StaffId
    next_steps: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """How long a consultation occupied its pharmacist: from the call to the close, which may be to come.

    A call that nobody answered is one, too.
    """

    queue_id: QueueId
    pharmacist_id: StaffId
    visit_id: VisitId
    began_at: datetime
    ended_at: datetime | None


class CallBackReason(StrEnum):
    """Why somebody could not join the line, or stay in a call."""

    FULL = "full"
    CLOSED = "closed"
    BAD_LINE = "bad_line"


class CallBackOutcome(StrEnum):
    """What came of ringing somebody."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBack:
    """Somebody who asked to be rung, and has not been yet."""

    id: str
    tenant_id: TenantId
    queue_id: QueueId
    pharmacy_id: PharmacyId
    visit_id: VisitId | None = None
    name: str = field(repr=False)
    phone: str = field(repr=False)
    language: str
    reason: CallBackReason
    asked_at: datetime

    @property
    def facts(self) -> Facts:
        """What the policy needs to know of it."""
        return Facts(tenant_id=self.tenant_id, queue_id=self.queue_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A wait that is over: until the first call, or until the visit ended before it."""

    visit_id: VisitId
    arrived_at: datetime
    left_at: datetime
    gave_up: bool
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a visit was told to expect: P50 and P90 in seconds, or why nothing could be said."""

    id: str
    tenant_id: TenantId
    queue_id: QueueId
    visit_id: VisitId
    at_join: bool
    made_at: datetime
    version: int
    place: int
    from_s: int | None
    to_s: int | None
    unknown: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseFate:
    """What came of a promise: the first call, or that the visit still `stands` without one."""

    made_at: datetime
    from_s: int
    to_s: int
    called_at: datetime | None
    stands: bool
