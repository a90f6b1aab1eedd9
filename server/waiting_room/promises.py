"""Promises: what each visit was told to expect, kept, so that it can be held against what happened.

A promise is made on joining, and again whenever the forecast moment of the call has moved by more than two
minutes and a fifth of the wait. The first is an audit event; all of them are rows.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

from server.audit.event import Actor
from server.audit.outbox import Outbox
from server.clock import Clock
from server.db.connection import AsyncConnection
from server.db.database import Database, Transaction
from server.errors import Code, Refusal
from server.ids import QueueId, VisitId
from server.waiting_room import events, store
from server.waiting_room.forecast import WaitCurve
from server.waiting_room.forecasting import Forecasts, in_minutes
from server.waiting_room.models import Promise, Queue, Visit
from server.waiting_room.store import closing, promises

MOVED_S = 120.0
MOVED_SHARE = 0.2
"""A promise is made again when the moment moved by more than this, and than this share of the wait."""

RENEWED_EVERY_S = 5
MOST_RENEWED = 1_000
"""So many visits a step, the first in line first."""


class Promises:
    """Makes promises and keeps what was forecast. Any process may renew them; one does, for each moment."""

    def __init__(self, database: Database, outbox: Outbox, clock: Clock, *, forecasts: Forecasts) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._forecasts = forecasts
        self._told: dict[QueueId, dict[VisitId, Promise]] = {}

    async def at_join(self, transaction: Transaction, actor: Actor, visit: Visit) -> None:
        """Promise somebody who has just taken a place what the forecast says for it."""
        connection = transaction.connection
        queue = await store.queue(connection, visit.queue_id)
        place = (await store.places(connection, (visit,))).get(visit.id)
        if queue is None or place is None:
            raise Refusal(Code.NOT_FOUND)
        curve = (await self._forecasts.curves(connection, (queue,)))[queue.id]
        promise = _promise(queue, visit.id, place, curve, self._clock.now(), at_join=True)
        await promises.insert(connection, (promise,))
        shown = (
            None
            if promise.from_s is None or promise.to_s is None
            else in_minutes(promise.from_s, promise.to_s)
        )
        event = events.VISIT_WAIT_PROMISED(
            actor,
            events.about(visit),
            place=place,
            from_minutes=shown.from_minutes if shown else None,
            to_minutes=shown.to_minutes if shown else None,
            unknown=promise.unknown,
        )
        await self._outbox.record(transaction, event)

    async def renew(self) -> int:
        """Keep the forecasts of lines that changed, and promise anew what has moved: how many, it says."""
        async with self._database.snapshot() as connection:
            queues = await closing.queues_with_a_line(connection)
        self._told = {queue.id: self._told.get(queue.id, {}) for queue in queues}
        return sum([await self._renew(queue) for queue in queues])

    async def _renew(self, queue: Queue) -> int:
        now = _on_the_grid(self._clock.now())
        async with self._database.snapshot() as connection:
            curve = (await self._forecasts.curves(connection, (queue,)))[queue.id]
            kept_version = await promises.newest_curve_version(connection, queue.id)
            line = await promises.standing(connection, queue.id)
            told = await self._told_to(connection, queue.id, line)
        moved = _moved(queue, line, curve, told, now)[:MOST_RENEWED]
        if not moved and kept_version == queue.version:
            return 0
        async with self._database.transaction() as transaction:
            wire = _kept(curve)
            if not await promises.insert_curve(transaction.connection, queue.id, now, queue.version, wire):
                return 0  # another process is at it
            if moved:
                await promises.insert(transaction.connection, moved)
        told.update({promise.visit_id: promise for promise in moved})
        return len(moved)

    async def _told_to(
        self, connection: AsyncConnection, queue_id: QueueId, line: Sequence[VisitId]
    ) -> dict[VisitId, Promise]:
        before = self._told.get(queue_id, {})
        unknown = [visit_id for visit_id in line if visit_id not in before]
        found = await promises.newest_of(connection, unknown) if unknown else {}
        told = {visit_id: before[visit_id] for visit_id in line if visit_id in before} | found
        self._told[queue_id] = told
        return told


def _moved(
    queue: Queue, line: Sequence[VisitId], curve: WaitCurve, told: dict[VisitId, Promise], now: datetime
) -> list[Promise]:
    """The promises that have to be made anew."""
    fresh = (
        _promise(queue, visit_id, place, curve, now, at_join=False)
        for place, visit_id in enumerate(line, start=1)
    )
    return [each for each in fresh if each.visit_id not in told or is_material(told[each.visit_id], each)]


def is_material(before: Promise, after: Promise) -> bool:
    """Whether somebody has to be told something new."""
    if before.to_s is None or after.to_s is None or before.from_s is None or after.from_s is None:
        return before.to_s is not after.to_s and (before.to_s is None) != (after.to_s is None)
    passed_s = (after.made_at - before.made_at).total_seconds()
    limit = max(MOVED_S, MOVED_SHARE * before.to_s)
    return any(
        abs(max(then - passed_s, 0) - now) > limit
        for then, now in ((before.from_s, after.from_s), (before.to_s, after.to_s))
    )


def _promise(
    queue: Queue, visit_id: VisitId, place: int, curve: WaitCurve, now: datetime, *, at_join: bool
) -> Promise:
    point = curve.at(place)
    unknown = curve.reason or (None if point else "nobody_on_duty")
    return Promise(
        id=str(uuid5(NAMESPACE_OID, f"{visit_id} {now.isoformat()} {at_join}")),
        tenant_id=queue.tenant_id,
        queue_id=queue.id,
        visit_id=visit_id,
        at_join=at_join,
        made_at=now,
        version=queue.version,
        place=place,
        from_s=None if point is None else round(point.p50_s),
        to_s=None if point is None else round(point.p90_s),
        unknown=unknown,
    )


def _kept(curve: WaitCurve) -> object:
    if curve.reason is not None:
        return {"kind": "unknown", "reason": curve.reason}
    points = [[each.place, round(each.p50_s), round(each.p90_s)] for each in curve.points]
    return {"kind": "curve", "points_s": points}


def _on_the_grid(now: datetime) -> datetime:
    """The moment that every process means by now."""
    since = timedelta(seconds=now.timestamp() % RENEWED_EVERY_S)
    return now - since
