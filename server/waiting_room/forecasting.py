"""Forecasts: the wait by place of each queue, as this process tells it, and how good its forecasts were.

What is told is worked out at most once a second for each queue, and glides from one forecast to the next.
What a queue has learned about itself is worked out every few minutes. All of it is a cache: another process,
or the same one after a restart, comes to the same numbers within seconds.
"""

import asyncio
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from server.clock import Clock
from server.db.connection import AsyncConnection
from server.ids import QueueId
from server.waiting_room import store
from server.waiting_room.calibration import Spread, learned_spread
from server.waiting_room.experience import ENOUGH_HISTORY, RECENT_S, STEADY_S, Experience, learn
from server.waiting_room.forecast import (
    Outlook,
    Reason,
    WaitCurve,
    forecast,
    furthest_place,
    settled,
    sparse_places,
)
from server.waiting_room.models import PromiseFate, Queue, QueueState, Service
from server.waiting_room.outlook import Seen, history_of, outcomes_of, outlook_of, rivals_of
from server.waiting_room.pool import OnDuty
from server.waiting_room.ports import Calls
from server.waiting_room.schemas import Kept, Wait, WaitRange, WaitUnknown
from server.waiting_room.store import forecasts, promises

TOLD_FOR = timedelta(seconds=1)
SETTLED_WITHIN = timedelta(minutes=1)
"""A forecast does not glide from one that is older."""

HISTORY = timedelta(days=14)
MOST_SERVICES = 5_000
LEARNED_FOR = timedelta(minutes=10)
NEW_LEARNED_FOR = timedelta(minutes=1)
"""A queue without a history learns by the minute."""

URGENT_LATELY = timedelta(hours=2)
JUDGED = timedelta(days=30)
MOST_JUDGED = 2_000
JUDGED_FOR = timedelta(minutes=1)
CALIBRATED_ON = 500
"""The newest promises whose outcomes set the width of the next."""


class Pools(Protocol):
    """Where it is known who is on duty."""

    async def on_duty(
        self, connection: AsyncConnection, queue_ids: Collection[QueueId]
    ) -> Mapping[QueueId, tuple[OnDuty, ...]]: ...


@dataclass(frozen=True, slots=True)
class _Told:
    """What was told of a queue, for which version of its line, how many stood in it, and when."""

    curve: WaitCurve
    version: int
    standing: int
    at: datetime


@dataclass(frozen=True, slots=True)
class _Learned:
    experience: Experience
    at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Judged:
    spread: Spread
    kept: Kept | None
    at: datetime


class Forecasts:
    """The waits by place, for views, ticks and promises.

    Reads on the connection it is given; what takes more than a millisecond is worked out in a thread.
    """

    def __init__(self, clock: Clock, *, pools: Pools, calls: Calls) -> None:
        self._clock = clock
        self._pools = pools
        self._calls = calls
        self._told: dict[QueueId, _Told] = {}
        self._learned: dict[QueueId, _Learned] = {}
        self._judged: dict[QueueId, _Judged] = {}
        self._under_way: set[QueueId] = set()

    async def curves(
        self, connection: AsyncConnection, queues: Collection[Queue]
    ) -> dict[QueueId, WaitCurve]:
        """The wait by place of each queue, not older than a second."""
        return {queue.id: await self._curve(connection, queue) for queue in queues}

    async def wait(self, connection: AsyncConnection, queue: Queue, place: int) -> Wait:
        """The wait at a place of a queue (from 1) until the call."""
        return wait_at((await self.curves(connection, (queue,)))[queue.id], place)

    async def kept(self, connection: AsyncConnection, queue_id: QueueId) -> Kept | None:
        """How many of those called of late had been promised a wait on joining, and were called within it."""
        return (await self._judge(connection, queue_id)).kept

    @staticmethod
    async def kept_since(connection: AsyncConnection, queue_id: QueueId, since: datetime) -> Kept | None:
        """The same of the newest promises that were made since."""
        return kept_of(await promises.fates(connection, queue_id, since, MOST_JUDGED))

    async def _curve(self, connection: AsyncConnection, queue: Queue) -> WaitCurve:
        if queue.state is not QueueState.OPEN:
            return WaitCurve(reason=_shut(queue.state))
        told = self._told.get(queue.id)
        now = self._clock.now()
        if told is not None and (self._is_good(told, queue, now) or queue.id in self._under_way):
            return told.curve
        self._under_way.add(queue.id)
        try:
            curve = await self._fresh(connection, queue, told, now)
        finally:
            self._under_way.discard(queue.id)
        self._told[queue.id] = _Told(curve, queue.version, queue.standing, now)
        return curve

    @staticmethod
    def _is_good(told: _Told, queue: Queue, now: datetime) -> bool:
        is_recent = now - told.at < TOLD_FOR
        is_of_use = bool(told.curve.points) and queue.standing < furthest_place(told.standing)
        return is_recent and (is_of_use or told.version == queue.version)

    async def _fresh(
        self, connection: AsyncConnection, queue: Queue, told: _Told | None, now: datetime
    ) -> WaitCurve:
        seen = await self._see(connection, queue, now)
        if not seen.serving:
            return WaitCurve(reason="nobody_on_duty")
        experience = await self._learn(connection, queue)
        spread = (await self._judge(connection, queue.id)).spread
        curve = await asyncio.to_thread(_work_out, seen, experience, spread, now)
        if told is None or now - told.at > SETTLED_WITHIN:
            return curve
        calls = sum(told.at < each.began_at <= now for each in _of(queue.id, seen.services))
        age_s = (now - told.at).total_seconds()
        return settled(curve, told.curve, age_s=age_s, calls=calls, standing=told.standing)

    async def _see(self, connection: AsyncConnection, queue: Queue, now: datetime) -> Seen:
        with_a_line = [
            each.id for each in await store.queues_of_tenant(connection, queue.tenant_id) if each.standing
        ]
        serving = await self._pools.on_duty(connection, {queue.id, *with_a_line})
        staff_ids = [each.staff_id for each in serving[queue.id]]
        places = [int(place) for place in sparse_places(max(queue.standing, 1))]
        return Seen(
            queue=queue,
            serving=serving[queue.id],
            rivals=rivals_of(queue.id, with_a_line, serving),
            services=await self._calls.services(
                connection, (queue.id,), staff_ids, now - timedelta(seconds=STEADY_S)
            ),
            since=await forecasts.standing_since(connection, queue.id, places),
            windows=await forecasts.windows_to_open(connection, queue.id, now + timedelta(seconds=RECENT_S)),
            urgent=await forecasts.urgent_since(connection, queue.id, now - URGENT_LATELY),
        )

    async def _learn(self, connection: AsyncConnection, queue: Queue) -> Experience:
        learned, now = self._learned.get(queue.id), self._clock.now()
        if learned is not None:
            if now - learned.at < (NEW_LEARNED_FOR if learned.is_new else LEARNED_FOR):
                return learned.experience
            self._learned[queue.id] = _Learned(learned.experience, now, learned.is_new)
        since = now - HISTORY
        services = await self._calls.past_services(connection, queue.id, since, MOST_SERVICES)
        stays = await forecasts.stays(connection, queue.id, since, MOST_SERVICES)
        urgent = await forecasts.urgent_since(connection, queue.id, since)
        experience = await asyncio.to_thread(
            lambda: learn(history_of(services, stays, urgent, queue.service_prior_s, now))
        )
        self._learned[queue.id] = _Learned(experience, now, len(services) < ENOUGH_HISTORY)
        return experience

    async def _judge(self, connection: AsyncConnection, queue_id: QueueId) -> _Judged:
        judged, now = self._judged.get(queue_id), self._clock.now()
        if judged is not None and now - judged.at < JUDGED_FOR:
            return judged
        fates = await promises.fates(connection, queue_id, now - JUDGED, MOST_JUDGED)
        newest = list(fates[:CALIBRATED_ON])
        judged = _Judged(learned_spread(outcomes_of(newest[::-1], now)), kept_of(fates), now)
        self._judged[queue_id] = judged
        return judged


def wait_at(curve: WaitCurve, place: int) -> Wait:
    """The wait of one place, in whole minutes rounded outward."""
    if curve.reason is not None:
        return WaitUnknown(reason=curve.reason)
    point = curve.at(place)
    if point is None:
        return WaitUnknown(reason="nobody_on_duty")
    return in_minutes(point.p50_s, point.p90_s)


def in_minutes(p50_s: float, p90_s: float) -> WaitRange:
    """A range as it is shown: rounded outward, and never of no width."""
    from_minutes = math.floor(p50_s / 60)
    return WaitRange(from_minutes=from_minutes, to_minutes=max(math.ceil(p90_s / 60), from_minutes + 1))


def kept_of(fates: Sequence[PromiseFate]) -> Kept | None:
    """How many of those who were called, were called within the minutes that they were shown."""
    called = [fate for fate in fates if fate.called_at is not None]
    if not called:
        return None
    return Kept(of=len(called), within=sum(map(_was_kept, called)))


def _was_kept(fate: PromiseFate) -> bool:
    shown = in_minutes(fate.from_s, fate.to_s)
    return fate.called_at is not None and fate.called_at <= fate.made_at + timedelta(minutes=shown.to_minutes)


def _work_out(seen: Seen, experience: Experience, spread: Spread, now: datetime) -> WaitCurve:
    outlook: Outlook = outlook_of(seen, experience, spread, now)
    return forecast(outlook)


def _of(queue_id: QueueId, services: Sequence[Service]) -> list[Service]:
    return [each for each in services if each.queue_id == queue_id]


def _shut(state: QueueState) -> Reason:
    return "paused" if state is QueueState.PAUSED else "closed"
