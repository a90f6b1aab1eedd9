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
from dataclasses import dataclass, field
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
"""Why a visit was admitted: it stands first by its arrival; its class puts it ahead of its arrival; it was
called before and did not answer; or a pharmacist chose it."""

Obstacle = Literal["away", "checking", "elsewhere", "skills", "language"]
"""Why somebody is passed over: not here; not ready; called or in a consultation of another queue; the
pharmacist lacks a skill that the visit needs; the pharmacist does not speak the language."""

OBSTACLES: tuple[Obstacle, ...] = ("away", "checking", "elsewhere", "skills", "language")


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
    skills: frozenset[str] = frozenset()
    elsewhere: bool = False

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
            skills=frozenset(visit.skills),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """The pharmacist who admits. `languages` empty: any; `skills`: what they may be asked for."""

    languages: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()


ANY_LANGUAGE: frozenset[str] | None = None
"""Of those at work: somebody is there for any language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The reason a visit was admitted, as its event keeps it.

    `passed`: how many stood before it, by what made them be passed over ('ready': only by choice);
    `language_waived`: the pharmacist does not speak the language, but nobody at work does.
    """

    rule: Rule
    passed: Mapping[str, int] = field(default_factory=dict)
    language_waived: bool = False

    @property
    def place(self) -> int:
        """Where the visit stood, from 1."""
        return sum(self.passed.values()) + 1


@dataclass(frozen=True, slots=True)
class Next:
    """The visit to admit, and why this one."""

    standing: Standing
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


def obstacle(asker: Asker, standing: Standing, spoken: frozenset[str] | None) -> Obstacle | None:
    """What keeps this pharmacist from being sent this visit, if anything; `spoken` as in `next_for`."""
    if standing.state is VisitState.AWAY:
        return "away"
    if standing.state is not VisitState.WAITING:
        return "checking"
    if standing.elsewhere:
        return "elsewhere"
    return mismatch(asker, standing, spoken)


def mismatch(
    asker: Asker, standing: Standing, spoken: frozenset[str] | None
) -> Literal["skills", "language"] | None:
    """What of this pharmacist does not fit this visit, whether it is ready or not."""
    if not standing.skills <= asker.skills:
        return "skills"
    if _speaks(asker, standing) or _nobody_speaks(standing, spoken):
        return None
    return "language"


def next_for(
    asker: Asker,
    standings: Iterable[Standing],
    *,
    spoken: frozenset[str] | None,
    passed: Mapping[str, int] | None = None,
) -> Next | dict[str, int]:
    """The first of an ordered line who is ready and fits this pharmacist.

    `spoken`: the languages of those at work for the queue (`ANY_LANGUAGE`: all); one that nobody there
    speaks is asked of nobody. `passed`: who was passed over before, when the line is read piece by piece.
    When nobody fits, the answer is who was passed over by now, and why.
    """
    over = dict(passed or {})
    for standing in standings:
        reason = obstacle(asker, standing, spoken)
        if reason is None:
            waived = not _speaks(asker, standing)
            return Next(standing, Why(rule=_rule(standing), passed=over, language_waived=waived))
        over[reason] = over.get(reason, 0) + 1
    return over


def asks_for_others(asker: Asker, standings: Iterable[Standing]) -> bool:
    """Say whether somebody here needs a language that this pharmacist does not speak."""
    return any(not _speaks(asker, standing) for standing in standings)


def _speaks(asker: Asker, standing: Standing) -> bool:
    return not asker.languages or standing.language in asker.languages


def _nobody_speaks(standing: Standing, spoken: frozenset[str] | None) -> bool:
    return spoken is not None and standing.language not in spoken


def _key(standing: Standing) -> tuple[datetime, VisitId]:
    return standing.stands_at, standing.id


def _rule(standing: Standing) -> Rule:
    if standing.calls:
        return "unanswered_call"
    return "priority_class" if standing.stands_at < standing.arrived_at else "arrival"
