"""Queues, as an operator sets them up."""

from collections.abc import Collection
from dataclasses import dataclass

from server.audit.event import SYSTEM
from server.audit.outbox import Outbox
from server.clock import Clock
from server.db.database import Database
from server.ids import PharmacyId, QueueId, TenantId, new_id
from server.waiting_room import store
from server.waiting_room.events import QUEUE_CREATED, about_queue
from server.waiting_room.models import Queue, QueueState


@dataclass(frozen=True, slots=True, kw_only=True)
class NewQueue:
    """A queue to be: served at one pharmacy, or at several (a hub)."""

    name: str
    pharmacy_ids: tuple[PharmacyId, ...]
    languages: tuple[str, ...] = ("en",)
    capacity: int = 200
    answer_time_s: int = 180

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.pharmacy_ids:
            raise ValueError("a queue needs a name and a pharmacy")
        if self.capacity < 1 or self.answer_time_s < 30:
            raise ValueError("a queue needs room for one, and half a minute to answer in")


class QueueProvision:
    """Makes and lists the queues of a tenant."""

    def __init__(self, database: Database, outbox: Outbox, clock: Clock) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock

    async def create(self, tenant_id: TenantId, new: NewQueue) -> Queue:
        queue = Queue(
            id=QueueId(new_id()),
            tenant_id=tenant_id,
            name=new.name.strip(),
            state=QueueState.OPEN,
            pause_message=None,
            capacity=new.capacity,
            answer_time_s=new.answer_time_s,
            languages=new.languages,
            version=0,
        )
        async with self._database.transaction() as transaction:
            await store.insert_queue(transaction.connection, queue, new.pharmacy_ids, self._clock.now())
            event = QUEUE_CREATED(SYSTEM, about_queue(queue), pharmacies=new.pharmacy_ids)
            await self._outbox.record(transaction, event)
        return queue

    async def of_tenant(self, tenant_id: TenantId) -> Collection[Queue]:
        async with self._database.snapshot() as connection:
            return await store.queues_of_tenant(connection, tenant_id)
