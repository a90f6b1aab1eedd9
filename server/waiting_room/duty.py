"""Duty: pharmacists say when they work, and others ask who does."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from server.audit.event import Actor, Subject
from server.audit.outbox import Outbox
from server.auth import policy
from server.auth.policy import Action, Facts
from server.auth.principal import Principal
from server.clock import Clock
from server.db.connection import AsyncConnection
from server.db.database import Database, Transaction
from server.errors import Code, Refusal
from server.ids import QueueId, StaffId
from server.waiting_room import events, pool, store
from server.waiting_room.pool import ACTIVE_FOR, DutyEntry, DutyState, OnDuty
from server.waiting_room.ports import Calls, Roster
from server.waiting_room.schemas import ChangeDuty, DutyView
from server.waiting_room.visits import Visits

LOOKED_UP_AGAIN = timedelta(minutes=1)
MOST_REMEMBERED = 10_000


class Duty:
    """Who is on duty, on a break, or off."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        clock: Clock,
        *,
        visits: Visits,
        roster: Roster,
        calls: Calls,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._visits = visits
        self._roster = roster
        self._calls = calls
        self._at_work: dict[StaffId, datetime] = {}

    async def read(self, principal: Principal) -> DutyView:
        """What the caller's own duty is now."""
        staff_id = self._permitted(principal)
        async with self._database.snapshot() as connection:
            entry = (await store.duties_of(connection, (staff_id,))).get(staff_id)
            if entry is None:
                return await self._inferred(connection, principal, staff_id)
        return _view(entry, self._clock.now())

    async def change(self, principal: Principal, request: ChangeDuty) -> DutyView:
        """Say whether one works; raises `Refusal(invalid_request)` for a time that has passed."""
        staff_id = self._permitted(principal)
        now = self._clock.now()
        for field, moment in (("/back_at", request.back_at), ("/until", request.until)):
            if moment is not None and moment <= now:
                raise Refusal(Code.INVALID_REQUEST, fields=((field, "in_the_past"),))
        async with self._database.transaction() as transaction:
            earlier = (await store.duties_of(transaction.connection, (staff_id,))).get(staff_id)
            entry = DutyEntry(
                staff_id=staff_id,
                state=request.state,
                since=now,
                back_at=request.back_at if request.state is DutyState.BREAK else None,
                until=None if request.state is DutyState.OFF else request.until,
            )
            if earlier is not None and earlier.state_at(now) is entry.state:
                entry = replace(entry, since=earlier.since)
            if entry != earlier:
                await self._put(transaction, principal, entry)
                await self._visits.touch(transaction, principal.queue_ids)
        self._at_work.pop(staff_id, None)
        return _view(entry, now)

    async def is_at_work(self, transaction: Transaction, principal: Principal) -> None:
        """Whoever admits somebody is on duty, whatever they said before. Looked up once in a minute only."""
        staff_id, now = principal.staff_id, self._clock.now()
        if staff_id is None or now < self._at_work.get(staff_id, now):
            return
        entry = (await store.duties_of(transaction.connection, (staff_id,))).get(staff_id)
        if entry is None or entry.state_at(now) is not DutyState.ON:
            until = entry.until if entry and entry.until and entry.until > now else None
            began = DutyEntry(staff_id=staff_id, state=DutyState.ON, since=now, back_at=None, until=until)
            await self._put(transaction, principal, began)
        transaction.after_commit(lambda: self._remember(staff_id, now + LOOKED_UP_AGAIN))

    async def on_duty(
        self, connection: AsyncConnection, queue_ids: Collection[QueueId]
    ) -> Mapping[QueueId, tuple[OnDuty, ...]]:
        """Who of those that serve each queue is on duty, or on a break; by name."""
        now = self._clock.now()
        members = await self._roster.pool(connection, queue_ids)
        staff_ids = frozenset(member.staff_id for each in members.values() for member in each)
        said = await store.duties_of(connection, staff_ids)
        held = await self._calls.held_by(connection, staff_ids)
        silent = staff_ids - said.keys() - held.keys()
        active = await self._calls.active_since(connection, silent, now - ACTIVE_FOR)
        return {queue_id: pool.on_duty(members[queue_id], said, held, active, now) for queue_id in queue_ids}

    async def _put(self, transaction: Transaction, principal: Principal, entry: DutyEntry) -> None:
        await store.put_duty(transaction.connection, principal.tenant_id, entry)
        event = events.STAFF_DUTY_CHANGED(
            Actor.of(principal),
            Subject(tenant_id=principal.tenant_id),
            staff=entry.staff_id,
            state=entry.state.value,
            back_at=_text(entry.back_at),
            until=_text(entry.until),
        )
        await self._outbox.record(transaction, event)

    async def _inferred(
        self, connection: AsyncConnection, principal: Principal, staff_id: StaffId
    ) -> DutyView:
        serving = await self.on_duty(connection, principal.queue_ids)
        is_on = any(each.staff_id == staff_id for members in serving.values() for each in members)
        state = DutyState.ON if is_on else DutyState.OFF
        return DutyView(state=state, since=None, back_at=None, until=None)

    def _remember(self, staff_id: StaffId, until: datetime) -> None:
        if len(self._at_work) >= MOST_REMEMBERED:
            self._at_work.clear()
        self._at_work[staff_id] = until

    @staticmethod
    def _permitted(principal: Principal) -> StaffId:
        staff_id = principal.staff_id
        policy.require(
            principal, Action.DUTY_OWN, Facts(tenant_id=principal.tenant_id, pharmacist_id=staff_id)
        )
        if staff_id is None:
            raise Refusal(Code.FORBIDDEN)
        return staff_id


def _view(entry: DutyEntry, now: datetime) -> DutyView:
    return DutyView(state=entry.state_at(now), since=entry.since, back_at=entry.back_at, until=entry.until)


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
