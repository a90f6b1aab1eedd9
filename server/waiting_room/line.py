"""Who is next: the order of a queue, as pure functions over those who stand in it.

Priority class first. Inside a class, those who were called and did not answer stand at the front (they had
their turn, and return to it), then the others by arrival. Ties are broken by id, so that the order is total.
A place once taken is kept: `checking` and `away` count like `waiting`; they are only passed over when
somebody is admitted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from server.ids import VisitId
from server.waiting_room.models import IN_LINE, PriorityClass, Visit, VisitState

RANK = {priority_class: rank for rank, priority_class in enumerate(PriorityClass)}

Rule = Literal["arrival", "priority_class", "unanswered_call", "chosen"]
"""Why a visit was admitted: it arrived first; its class goes before somebody who arrived earlier; it was
called before and did not answer; or a pharmacist chose it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One visit, as far as the order of the line is concerned."""

    id: VisitId
    state: VisitState
    priority_class: PriorityClass
    arrived_at: datetime
    language: str
    calls: int

    @classmethod
    def of(cls, visit: Visit) -> "Standing":
        return cls(
            id=visit.id,
            state=visit.state,
            priority_class=visit.priority_class,
            arrived_at=visit.arrived_at,
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


def _key(standing: Standing) -> tuple[int, bool, datetime, VisitId]:
    return (
        RANK[standing.priority_class],
        standing.calls == 0,
        standing.arrived_at,
        standing.id,
    )


def _rule(standing: Standing, line: Sequence[Standing]) -> Rule:
    if standing.calls:
        return "unanswered_call"
    overtaken = any(
        other.arrived_at < standing.arrived_at and RANK[other.priority_class] > RANK[standing.priority_class]
        for other in line
    )
    return "priority_class" if overtaken else "arrival"
