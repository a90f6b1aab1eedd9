"""Who is next: the order of a queue, as pure functions over those who stand in it.

The order is one number, the *effective arrival* `stands_at`; ties are broken by id, so that it is total. A
class goes ahead of its arrival by a head start, and by no more: a routine patient who has waited longer than
that goes before a newcomer of a higher class, so that nobody starves. No key changes by the mere passing of
time.

A place once taken is kept: `checking` and `away` count like `waiting`; they are only passed over when
somebody is admitted. Who was called and did not answer stands at the front: they had their turn, and return
to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from server.ids import VisitId
from server.waiting_room.models import IN_LINE, PriorityClass, Visit, VisitState

HEAD_STARTS: Mapping[str, int] = {"urgent": 4 * 3600, "scheduled": 3600}
"""Seconds by which a class stands ahead of its arrival (`scheduled`: of its appointment), unless the queue
says otherwise."""

ONE_STEP = timedelta(microseconds=1)
"""The least difference between two effective arrivals."""

Rule = Literal["arrival", "priority_class", "unanswered_call", "chosen"]
"""Why a visit was admitted: it arrived first; its class goes before somebody who arrived earlier; it was
called before and did not answer; or a pharmacist chose it."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """What orders the line: of two, the smaller stands before the other."""

    stands_at: datetime
    visit_id: VisitId


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One visit, as far as the order of the line is concerned."""

    id: VisitId
    state: VisitState
    priority_class: PriorityClass
    arrived_at: datetime
    stands_at: datetime
    language: str
    calls: int

    @classmethod
    def of(cls, visit: Visit) -> "Standing":
        return cls(
            id=visit.id,
            state=visit.state,
            priority_class=visit.priority_class,
            arrived_at=visit.arrived_at,
            stands_at=visit.stands_at,
            language=visit.language,
            calls=visit.calls,
        )


@dataclass(frozen=True, slots=True)
class Why:
    """The reason a visit was admitted, as its event keeps it: the rule, and how many stood before it."""

    rule: Rule
    passed_over: int


@dataclass(frozen=True, slots=True)
class Next:
    """The visit to admit, and why this one."""

    visit_id: VisitId
    why: Why


def stands_at(
    priority_class: PriorityClass,
    *,
    arrived_at: datetime,
    appointment_at: datetime | None,
    head_starts: Mapping[str, int],
) -> datetime:
    """The effective arrival of a visit of this class; `scheduled` counts from its appointment."""
    head_start = timedelta(seconds=head_starts.get(priority_class, HEAD_STARTS.get(priority_class, 0)))
    match priority_class:
        case PriorityClass.URGENT:
            return arrived_at - head_start
        case PriorityClass.SCHEDULED:
            return (arrived_at if appointment_at is None else appointment_at) - head_start
        case PriorityClass.ROUTINE:
            return arrived_at


def at_the_front(own: datetime, first: datetime | None) -> datetime:
    """The effective arrival of one who is put before the first who stands there now, if anybody does."""
    return own if first is None else min(own, first - ONE_STEP)


def position(visit: Visit) -> Position | None:
    """Where a visit stands in its line; `None` if it holds no place."""
    return Position(visit.stands_at, visit.id) if visit.state in IN_LINE else None


def in_order(standings: Iterable[Standing]) -> tuple[Standing, ...]:
    """Those who hold a place, first to last; visits that hold none are left out."""
    return tuple(sorted((s for s in standings if s.state in IN_LINE), key=_key))


def places(line: Sequence[Standing]) -> dict[VisitId, int]:
    """The place of each visit of an ordered line, counted from 1."""
    return {standing.id: place for place, standing in enumerate(line, start=1)}


def next_ready(line: Sequence[Standing]) -> Next | None:
    """The first of an ordered line that is ready (`waiting`); `None` when nobody is."""
    for passed_over, standing in enumerate(line):
        if standing.state is VisitState.WAITING:
            return Next(standing.id, Why(_rule(standing, line), passed_over))
    return None


def chosen(line: Sequence[Standing], visit_id: VisitId) -> Next | None:
    """The visit a pharmacist named, ready or not; `None` when it holds no place in the line."""
    place = places(line).get(visit_id)
    return None if place is None else Next(visit_id, Why("chosen", place - 1))


def _key(standing: Standing) -> tuple[datetime, VisitId]:
    return standing.stands_at, standing.id


def _rule(standing: Standing, line: Sequence[Standing]) -> Rule:
    if standing.calls:
        return "unanswered_call"
    is_ahead = standing.stands_at < standing.arrived_at
    overtaken = is_ahead and any(other.arrived_at < standing.arrived_at for other in line)
    return "priority_class" if overtaken else "arrival"
