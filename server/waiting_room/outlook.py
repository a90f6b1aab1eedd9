"""The forecast's inputs, out of what the database knows of a queue. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from server.ids import QueueId, StaffId
from server.waiting_room.calibration import Outcome, Spread
from server.waiting_room.capacity import Doing, Pharmacist
from server.waiting_room.experience import (
    LONGEST_TURN_ROUND_S,
    RECENT_S,
    Experience,
    History,
    Window,
    pace_of_today,
)
from server.waiting_room.forecast import Outlook, Standing
from server.waiting_room.models import PromiseFate, Queue, Service, Stay
from server.waiting_room.pool import DutyState, OnDuty

USUAL_IS_WORTH_S = 2 * 3600.0
"""How much watching the usual rate of urgent arrivals is worth, against that of the last two hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was read of a queue.

    `serving`: who is on duty or on a break. `rivals`: for each of them, how many other queues with somebody
    in line they serve, too. `services`: of the last hours, of this queue and of those who serve it. `since`:
    when those at some places arrived, by place. `urgent`: how many urgent ones came in the last two hours.
    """

    queue: Queue
    serving: Sequence[OnDuty]
    rivals: Mapping[StaffId, int]
    services: Sequence[Service]
    since: Sequence[tuple[int, datetime]]
    windows: Sequence[datetime]
    urgent: int


def outlook_of(seen: Seen, experience: Experience, spread: Spread, now: datetime) -> Outlook:
    """What a forecast of this moment is made from."""
    own = [service for service in seen.services if service.queue_id == seen.queue.id]
    pace = pace_of_today(experience, _window(own, now))
    return Outlook(
        pool=tuple(_Pool(seen, experience, pace.factor, now).pharmacists()),
        laws=experience.laws,
        doubt=pace.doubt,
        standing=Standing(
            length=seen.queue.standing,
            places=np.array([place for place, _ in seen.since] or [1], dtype=np.float64),
            waited_s=np.array([_s(now - since) for _, since in seen.since] or [0.0]),
        ),
        patience=experience.patience,
        ahead_per_s=(seen.urgent + experience.urgent_per_s * USUAL_IS_WORTH_S) / (2 * USUAL_IS_WORTH_S),
        ahead_at_s=[max(_s(window - now), 0.0) for window in seen.windows],
        calls_each=experience.calls_each,
        spread=spread,
    )


def history_of(
    services: Sequence[Service], stays: Sequence[Stay], urgent: int, service_prior_s: float, now: datetime
) -> History:
    """The history of a queue; times are seconds before `now`, as negative numbers."""
    came = {stay.visit_id: stay.arrived_at for stay in stays}
    ended = [(service, service.ended_at) for service in services if service.ended_at is not None]
    return History(
        began=np.array([_s(service.began_at - now) for service, _ in ended]),
        ended=np.array([_s(end - now) for _, end in ended]),
        pharmacists=[service.pharmacist_id for service, _ in ended],
        came=np.array([_s(came.get(service.visit_id, service.began_at) - now) for service, _ in ended]),
        arrived=np.array([_s(stay.arrived_at - now) for stay in stays]),
        left=np.array([_s(stay.left_at - now) for stay in stays]),
        was_given_up=np.array([stay.gave_up for stay in stays], dtype=bool),
        called_again=sum(max(stay.calls - 1, 0) for stay in stays),
        urgent=urgent,
        service_prior_s=service_prior_s,
    )


def outcomes_of(fates: Sequence[PromiseFate], now: datetime) -> Iterator[Outcome]:
    """Which promises were kept, as far as that is known; in the order of the fates."""
    for fate in fates:
        until = fate.made_at + timedelta(seconds=fate.to_s)
        if fate.called_at is not None:
            yield Outcome(fate.from_s, kept=fate.called_at <= until)
        elif fate.stands and now > until:
            yield Outcome(fate.from_s, kept=False)


class _Pool:
    """Those who serve a queue, as the forecast sees them."""

    def __init__(self, seen: Seen, experience: Experience, pace: float, now: datetime) -> None:
        self._seen = seen
        self._experience = experience
        self._pace = pace
        self._now = now
        self._running = {each.pharmacist_id: each for each in seen.services if each.ended_at is None}
        self._last = _last_ends(seen.services)
        self._calls = Counter(
            (each.pharmacist_id, each.queue_id)
            for each in seen.services
            if _s(now - each.began_at) < RECENT_S
        )

    def pharmacists(self) -> Iterator[Pharmacist]:
        for each in self._seen.serving:
            doing, since_s = self._doing(each)
            is_back = doing is Doing.BREAK and each.back_at is not None and each.back_at > self._now
            yield Pharmacist(
                doing=doing,
                since_s=since_s,
                from_s=_s(each.back_at - self._now) if is_back and each.back_at else None,
                until_s=_s(each.until - self._now) if each.until else None,
                pace=self._pace * self._experience.pace_of(each.staff_id),
                share=self._share(each.staff_id),
            )

    def _doing(self, one: OnDuty) -> tuple[Doing, float]:
        running = self._running.get(one.staff_id)
        if running is not None:
            return Doing.SERVING, _s(self._now - running.began_at)
        if one.state is DutyState.BREAK:
            return Doing.BREAK, _s(self._now - one.since) if one.since else 0.0
        freed = max(filter(None, (self._last.get(one.staff_id), one.since)), default=None)
        first = self._seen.since[0][1] if self._seen.since else None
        if first is None or freed is None or freed < first:
            return Doing.READY, 0.0
        since_s = _s(self._now - freed)
        if since_s > LONGEST_TURN_ROUND_S:
            return Doing.BREAK, since_s - LONGEST_TURN_ROUND_S
        return Doing.TURNING_ROUND, since_s

    def _share(self, staff_id: StaffId) -> float:
        """Whose other queues have a line, too, shares their calls, as they have done of late."""
        rivals = self._seen.rivals.get(staff_id, 0)
        if not rivals:
            return 1.0
        own = self._calls[staff_id, self._seen.queue.id]
        every = sum(calls for (each, _), calls in self._calls.items() if each == staff_id)
        return (own + 1) / (every + 1 + rivals)


def _last_ends(services: Sequence[Service]) -> dict[StaffId, datetime]:
    last: dict[StaffId, datetime] = {}
    for each in services:
        if each.ended_at is not None:
            last[each.pharmacist_id] = max(each.ended_at, last.get(each.pharmacist_id, each.ended_at))
    return last


def _window(services: Sequence[Service], now: datetime) -> Window:
    return Window(
        began=np.array([_s(each.began_at - now) for each in services]),
        ended=np.array([_s(each.ended_at - now) if each.ended_at else np.nan for each in services]),
        pharmacists=[each.pharmacist_id for each in services],
        now=0.0,
    )


def rivals_of(
    queue_id: QueueId, with_a_line: Sequence[QueueId], serving: Mapping[QueueId, Sequence[OnDuty]]
) -> dict[StaffId, int]:
    """For each who serves a queue, how many other queues with a line they serve, too."""
    others = Counter(
        each.staff_id for other in with_a_line if other != queue_id for each in serving.get(other, ())
    )
    return {each.staff_id: others[each.staff_id] for each in serving[queue_id]}


def _s(duration: timedelta) -> float:
    return duration.total_seconds()
