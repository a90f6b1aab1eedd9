"""The outbox: where a business transaction leaves its events.

An event is inserted in the transaction that makes the change, so that both are committed or neither is. There
is no chain and no global lock here: the sequencer orders, numbers and hashes the rows afterwards.
"""

import asyncio
from datetime import UTC, datetime

import rfc8785

from server.audit import store
from server.audit.event import SYSTEM_LOG, Event
from server.audit.leaf import MAX_BODY_BYTES
from server.audit.models import Pending
from server.clock import Clock
from server.db.database import Transaction
from server.ids import EventId, new_id


class Outbox:
    """Records events. A business service has one and calls it inside its transaction.

    `hint` is set after each commit that recorded something: the sequencer of this process waits for it.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.hint = asyncio.Event()

    async def record(self, transaction: Transaction, event: Event) -> None:
        """Insert the event with the commit; raises `ValueError` if it is too large for a leaf of 16 KiB."""
        event_id = EventId(new_id())
        occurred_at = self._clock.now()
        body = canonical_body(event, event_id, occurred_at)
        if len(body) > MAX_BODY_BYTES:
            raise ValueError(f"{event.name} is {len(body)} bytes long")
        pending = Pending(
            event_id=event_id,
            log=event.subject.tenant_id or SYSTEM_LOG,
            consultation_id=event.subject.consultation_id,
            visit_id=event.subject.visit_id,
            actor_id=event.actor.id,
            name=event.name,
            occurred_at=occurred_at,
            body=body.decode(),
        )
        store.add_pending(transaction, pending)
        transaction.after_commit(self.hint.set)


def canonical_body(event: Event, event_id: EventId, occurred_at: datetime) -> bytes:
    """The event as canonical JSON (RFC 8785), the same bytes for the same event."""
    subject = event.subject
    moment = occurred_at.astimezone(UTC).isoformat(timespec="microseconds")
    return rfc8785.dumps(
        {
            "id": event_id,
            "name": event.name,
            "time": moment.replace("+00:00", "Z"),
            "actor": {"role": event.actor.role, "id": event.actor.id},
            "tenant": subject.tenant_id,
            "consultation": subject.consultation_id,
            "visit": subject.visit_id,
            "queue": subject.queue_id,
            "patient": subject.patient_id,
            "data": {key: list(v) if isinstance(v, tuple) else v for key, v in event.data.items()},
        }
    )
