"""Visits and queues: their states, and which state may follow which."""

from collections.abc import Mapping
from enum import StrEnum


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
