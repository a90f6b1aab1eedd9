"""The pool of a queue: who serves it, and who of them is on duty. Pure.

A pharmacist says so themselves, and admitting somebody says so, too. Of one who never did it is inferred: who
holds a consultation, or opened or closed one of the queue's a moment ago, is on duty.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from server.ids import ConsultationId, StaffId

ACTIVE_FOR = timedelta(minutes=30)
"""For how long a consultation that was opened or closed makes its pharmacist count as on duty."""

LONGEST_SHIFT = timedelta(hours=14)
"""Whoever has been on duty for longer has forgotten to go off."""


class DutyState(StrEnum):
    ON = "on"
    BREAK = "break"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyEntry:
    """What a pharmacist last said. `back_at`: when the break should end; `until`: when the shift should."""

    staff_id: StaffId
    state: DutyState
    since: datetime
    back_at: datetime | None
    until: datetime | None

    def state_at(self, now: datetime) -> DutyState:
        """What it comes to now: a shift that is over, or was never ended, is off."""
        is_over = now >= (self.until or self.since + LONGEST_SHIFT)
        return DutyState.OFF if is_over else self.state


class Member(Protocol):
    """A pharmacist who serves a queue. `languages` empty: any."""

    @property
    def staff_id(self) -> StaffId: ...
    @property
    def name(self) -> str: ...
    @property
    def languages(self) -> tuple[str, ...]: ...
    @property
    def skills(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDuty:
    """A pharmacist who is on duty for a queue, or on a break.

    `since` is `None` for one of whom it is inferred. `back_at` of a break may have passed. `consultation_id`:
    what they hold now, of this queue or of another one.
    """

    staff_id: StaffId
    name: str
    languages: tuple[str, ...]
    skills: tuple[str, ...]
    state: DutyState
    since: datetime | None
    back_at: datetime | None
    until: datetime | None
    consultation_id: ConsultationId | None


def on_duty(
    members: Collection[Member],
    said: Mapping[StaffId, DutyEntry],
    held: Mapping[StaffId, ConsultationId],
    active: Collection[StaffId],
    now: datetime,
) -> tuple[OnDuty, ...]:
    """Those of the members who are on duty or on a break.

    `held`: the consultations that pharmacists hold now; `active`: who opened or closed one a moment ago.
    """
    serving = []
    for member in members:
        entry, consultation_id = said.get(member.staff_id), held.get(member.staff_id)
        is_active = consultation_id is not None or member.staff_id in active
        state = state_of(entry, is_active=is_active, now=now)
        if state is not DutyState.OFF:
            serving.append(_on_duty(member, state, entry, consultation_id))
    return tuple(serving)


def state_of(entry: DutyEntry | None, *, is_active: bool, now: datetime) -> DutyState:
    """What somebody said, or what is inferred of one who said nothing."""
    if entry is not None:
        return entry.state_at(now)
    return DutyState.ON if is_active else DutyState.OFF


def spoken(serving: Collection[OnDuty]) -> frozenset[str] | None:
    """The languages that those at work speak; `None` if somebody is there for any language."""
    at_work = [each for each in serving if each.state is DutyState.ON]
    if any(not each.languages for each in at_work):
        return None
    return frozenset(language for each in at_work for language in each.languages)


def _on_duty(
    member: Member, state: DutyState, entry: DutyEntry | None, consultation_id: ConsultationId | None
) -> OnDuty:
    return OnDuty(
        staff_id=member.staff_id,
        name=member.name,
        languages=member.languages,
        skills=member.skills,
        state=state,
        since=entry.since if entry else None,
        back_at=entry.back_at if entry else None,
        until=entry.until if entry else None,
        consultation_id=consultation_id,
    )
